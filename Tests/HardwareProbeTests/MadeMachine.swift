import FoundationEssentials

/// A machine's files, made by a test in a folder that goes away with this value.
final class MadeMachine: Sendable {
    let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/rackwright-machine-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8) + [0x0A], to: path)
    }

    func write(_ octets: [UInt8], to path: String) throws {
        try makeFolder(of: path)
        try Data(octets).write(to: URL(filePath: root + "/" + path))
    }

    func write(_ texts: [String: String], in folder: String) throws {
        for (name, text) in texts { try write(text, to: "\(folder)/\(name)") }
    }

    func link(_ path: String, to target: String) throws {
        try makeFolder(of: path)
        try FileManager.default.createSymbolicLink(atPath: root + "/" + path, withDestinationPath: target)
    }

    private func makeFolder(of path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
    }
}
