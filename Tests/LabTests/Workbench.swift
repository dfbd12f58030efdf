import Foundation
import Jinja
import TestSupport
import Testing

/// A disk with ansible-core and its Python for a node that has neither, and nothing to fetch them from.
struct Workbench {
    static let size: Int64 = 768 << 20

    private let folder: String
    var disk: String { folder + "/tools.ext4" }

    /// Takes what `image`, an OCI image layout, puts on top of its base, and mitogen, in which tasks share one Python:
    /// without it each of them takes an emulated machine seconds to start.
    init(image: String) throws {
        folder = FileManager.default.temporaryDirectory.path + "/workbench-\(UUID().uuidString)"
        let files = folder + "/files"
        try FileManager.default.createDirectory(atPath: files + "/etc/ansible", withIntermediateDirectories: true)
        func blob(_ digest: Value?) throws -> String {
            let digest = try #require(digest?.asString?.split(separator: ":").last)
            return "\(image)/blobs/sha256/\(digest)"
        }
        func json(_ path: String) throws -> Value { try Value(json: String(contentsOfFile: path, encoding: .utf8)) }
        let manifest = try json(blob(json(image + "/index.json")["manifests"]?.asList?.first?["digest"]))
        let layer = try blob(manifest["layers"]?.asList?.last?["digest"])
        let parts = ["usr", "etc/NetworkManager", "etc/dnf", "etc/selinux", "var/lib/selinux"]
        // A machine without KVM copies slowly, and needs nothing of these.
        let spared = ["usr/lib/udev", "usr/share/doc", "usr/share/ieee-data", "usr/share/selinux", "*/ansible_test"]
        let words = ["/usr/bin/tar", "--zstd", "-xf", layer, "-C", files] + spared.map { "--exclude=\($0)" } + parts
        try #require(Program.run(words).status == 0)

        if let python = Python.environment("ansible") {
            let packages = files + "/usr/lib/python3/dist-packages"
            let lib = try FileManager.default.contentsOfDirectory(atPath: python + "/lib")
            for package in ["mitogen", "ansible_mitogen"] {
                let version = try #require(lib.first { $0.hasPrefix("python3") })
                let source = "\(python)/lib/\(version)/site-packages/\(package)"
                try FileManager.default.copyItem(atPath: source, toPath: "\(packages)/\(package)")
            }
            try """
            [defaults]
            strategy_plugins = /usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy
            strategy = mitogen_linear

            """.write(toFile: files + "/etc/ansible/ansible.cfg", atomically: true, encoding: .utf8)
        }
        let size = "\(Self.size >> 20)M"
        try #require(
            Program.run(["/usr/sbin/mke2fs", "-q", "-t", "ext4", "-L", "tools", "-d", files, disk, size]).status == 0
        )
        try FileManager.default.removeItem(atPath: files)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
