import Jinja
import OrderedCollections

/// A text file as lines, read to be edited and written back; each line has its newline, the last may lack it.
///
/// Lines are octets: what is not UTF-8 stays as it was.
struct TextLines {
    let path: String
    let isThere: Bool
    let mayCreate: Bool
    var lines: [[UInt8]]
    private let original: [UInt8]
    private var written: [UInt8] = []
    private var isPlanned = false
    private var wantsDiff = false
    private var attributesDiff = AttributesDiff()
    private(set) var changed = false
    /// How the written differs from what was there, when that is wanted.
    private(set) var diff: Value?
    private(set) var backup: String?

    init(_ path: String, creates: Bool, _ context: ModuleContext) throws {
        self.path = path
        mayCreate = creates
        let status = try context.files.status(path, followingLinks: true)
        if let status, status.kind == .directory {
            throw ModuleFailure("Path \(path) is a directory !", fields: ["rc": 256])
        }
        isThere = status != nil
        original = isThere ? try context.files.read(path) : []
        lines = Self.split(original)
    }

    /// The same as `lineinfile` and `blockinfile` have it: a list, the contents first, empty where nobody asked for them.
    var contentDiff: Value {
        let contents = contentsDiff(from: original, to: written)
        guard !isPlanned else { return contents }
        var attributes: Fields = [
            "before_header": .string("\(path) (file attributes)"),
            "after_header": .string("\(path) (file attributes)"),
        ]
        if !attributesDiff.after.isEmpty {
            attributes["before"] = .dict(attributesDiff.before)
            attributes["after"] = .dict(attributesDiff.after)
        }
        return [contents, .dict(attributes)]
    }

    func contentsDiff(from old: [UInt8], to new: [UInt8]) -> Value {
        func text(_ octets: [UInt8]) -> Value { .string(wantsDiff ? String(decoding: octets, as: UTF8.self) : "") }
        let header = Value.string("\(path) (content)")
        return ["before": text(old), "after": text(new), "before_header": header, "after_header": header]
    }

    static func split(_ octets: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = octets[start...].firstIndex(of: 0x0A) {
            lines.append(Array(octets[start...end]))
            start = end + 1
        }
        if start < octets.count { lines.append(Array(octets[start...])) }
        return lines
    }

    /// A line as a regular expression sees it.
    static func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

    /// A line without its end.
    static func bare(_ line: [UInt8]) -> ArraySlice<UInt8> {
        var line = line[...]
        while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
        return line
    }

    /// A text as a line with its newline.
    static func line(_ text: String) -> [UInt8] {
        let octets = Array(text.utf8)
        return octets.last == 0x0A ? octets : octets + [0x0A]
    }

    /// Gives the last line its newline.
    mutating func endLastLine() {
        if let last = lines.last, last.last != 0x0A { lines[lines.count - 1].append(0x0A) }
    }

    /// Writes the lines when they differ, and gives the file its attributes. Answers `message` with what else was done.
    mutating func write(_ message: String, _ arguments: ModuleArguments, _ context: ModuleContext) throws -> String {
        wantsDiff = context.wantsDiff
        written = lines.flatMap(\.self)
        isPlanned = context.isCheck && !isThere
        guard isThere || mayCreate && !(lines.isEmpty && message.isEmpty) else { return message }
        let octets = written
        if octets != original, isThere, try arguments.flag("backup", or: false), !context.isCheck {
            backup = try ModuleDefinition.backUp(path, context)
        }
        if !isThere { _ = try context.changes.makeDirectory(folder(of: path)) }
        diff = context.diff(of: path, from: original, to: octets)
        let attributes = try arguments.attributes(context.files)
        let adjusts = try adjusts(attributes, context)
        changed = try context.changes.write(octets, to: path, attributes, validate: arguments.validation(context))
        guard adjusts, isThere || !context.isCheck else { return message }
        return (message.isEmpty ? "" : message + " and ") + "ownership, perms or SE linux context changed"
    }

    /// Whether the attributes differ from those that the file has, or would have.
    private mutating func adjusts(_ attributes: FileChanges.Attributes, _ context: ModuleContext) throws -> Bool {
        let now = try context.files.status(path, followingLinks: true)
        // What is new is root's.
        let (user, group) = (now?.user ?? 0, now?.group ?? 0)
        attributesDiff.note(attributes, mode: now?.mode ?? 0o644, user: user, group: group, isFolder: false)
        return !attributesDiff.after.isEmpty
    }
}
