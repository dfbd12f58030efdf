import FoundationEssentials
import TestSupport

/// A tree of files as node_exporter's tests keep it: one text, packed by xz, in which each file follows its path.
struct TextArchive {
    private let lines: [Substring]

    init(asset: String) throws {
        let packed = try Fixture.octets(ofAsset: asset)
        let folder = FileManager.default.temporaryDirectory.path + "/rackwright-text-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(packed).write(to: URL(filePath: folder + "/archive.xz"))
        try CapturedMachine.run(["xz", "--decompress", folder + "/archive.xz"], for: asset)
        let text = try String(decoding: Data(contentsOf: URL(filePath: folder + "/archive")), as: UTF8.self)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Writes the files under these folders.
    func write(_ folders: [String], to machine: MadeMachine) throws {
        var path = ""
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            if line.hasPrefix("Path: ") {
                path = String(line.dropFirst("Path: ".count))
            } else if line.hasPrefix("SymlinkTo: "), folders.contains(where: path.hasPrefix) {
                try machine.link(path, to: String(line.dropFirst("SymlinkTo: ".count)))
            } else if line.hasPrefix("Lines: "), let count = Int(line.dropFirst("Lines: ".count)) {
                let content = lines[index..<min(index + count, lines.count)].joined(separator: "\n")
                index += count
                if folders.contains(where: path.hasPrefix) { try machine.write(content, to: path) }
            }
        }
    }
}
