import Jinja

/// A text file as lines, read to be edited and written back.
struct TextLines {
    let path: String
    let isThere: Bool
    let mayCreate: Bool
    var lines: [String]
    private let original: [UInt8]
    private(set) var changed = false

    init(_ path: String, creates: Bool, _ context: ModuleContext) throws {
        self.path = path
        mayCreate = creates
        let status = try context.files.status(path, followingLinks: true)
        if let status, status.kind == .directory { throw ModuleFailure("Path \(path) is a directory !") }
        isThere = status != nil
        original = isThere ? try context.files.read(path) : []
        var parts = original.split(separator: 0x0A, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        lines = parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes the lines when they differ, each with its newline. Answers the name of a backup.
    mutating func write(_ arguments: ModuleArguments, _ context: ModuleContext) throws -> String? {
        guard isThere || !lines.isEmpty else { return nil }
        var octets: [UInt8] = []
        for line in lines { octets += Array(line.utf8) + [0x0A] }
        // A file whose last line has no newline is as good as one that has.
        if original + [0x0A] == octets { octets = original }
        var backup: String?
        if octets != original, isThere, try arguments.flag("backup", or: false) {
            backup = try ModuleDefinition.backUp(path, context)
        }
        if !isThere, mayCreate { _ = try context.changes.makeDirectory(folder(of: path)) }
        changed = try context.changes.write(octets, to: path, arguments.attributes(context.files))
        return backup
    }
}
