import FoundationEssentials
import Glibc
import TestSupport

/// A captured machine's files, unpacked from an archive among the assets into a folder that goes away with this value.
final class CapturedMachine {
    /// The folder that holds `sys` and `proc`.
    let root: String
    private let folder: String

    init(archive: String) throws {
        let name = "inventories/sysfs/" + archive
        guard let assets = Fixture.assets else { throw NotUnpacked(archive: name, status: -1) }
        folder = FileManager.default.temporaryDirectory.path + "/rackwright-captured-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.unpack("\(assets)/\(name)", into: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        root = names.contains("sys") ? folder : folder + "/" + (names.first ?? "")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func text(_ path: String) throws -> String {
        try String(decoding: Data(contentsOf: URL(filePath: root + "/" + path)), as: UTF8.self)
    }

    struct NotUnpacked: Error {
        var archive: String
        var status: Int32
    }

    private static func unpack(_ archive: String, into folder: String) throws {
        // The captures have files that not even their owner may write, hence the mode.
        // Most of their files say nothing that the probe asks for, and writing them is what takes the time.
        let unused = [
            "cache", "cpuidle", "power", "statistics", "queues", "memory[0-9]*", "hugepages", "config", "resource*",
            "msi*", "local_cpu*", "irq", "*_mask_bits", "broken_parity_status", "modalias", "crash_notes*", "remove",
            "rescan", "reset", "enable", "processor_flags", "thermal_throttle", "scaling_*", "uevent", "cpufreq/stats",
        ]
        let words =
            ["tar", "--extract", "--mode=u+rwX"] + unused.map { "--exclude=\($0)" }
            + ["--file", archive, "--directory", folder]
        try run(words, for: archive)
    }

    static func run(_ words: [String], for archive: String) throws {
        let status = try Program.run(words, errors: .dropped).status
        guard status == 0 else { throw NotUnpacked(archive: archive, status: status) }
    }
}
