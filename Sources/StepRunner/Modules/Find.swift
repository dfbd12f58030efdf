import Crypto
import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Finds files by name, kind, age, size and contents.
    static let find = ModuleDefinition(effect: .none) { arguments, context in
        let search = try FileSearch(arguments)
        var found: [Value] = []
        var looked = 0
        var skipped: Fields = [:]
        for top in arguments.list("paths", splitting: true).map(\.description) {
            let top = withoutTrailingSlashes(top)
            guard try context.files.status(top, followingLinks: true)?.kind == .directory else {
                skipped[top] = .string("'\(top)' is not a directory")
                continue
            }
            try search.walk(top, depth: 1, context, &looked, &found)
        }
        let isFull = search.limit.map { found.count >= $0 } ?? false
        let message =
            !skipped.isEmpty
            ? "Not all paths examined, check warnings for details"
            : isFull ? "Limit of matches reached" : "All paths examined"
        return [
            "changed": false, "files": .list(found), "matched": .int(found.count), "examined": .int(looked),
            "skipped_paths": .dict(skipped), "msg": .string(message),
        ]
    }
}

/// What `find` looks for.
private struct FileSearch {
    var patterns: [String]
    var excludes: [String]
    var usesRegex: Bool
    var kind: String
    var recurses: Bool
    var depth: Int?
    var hidden: Bool
    var follows: Bool
    var age: Int?
    var ageStamp: String
    var size: Int?
    var contains: Pattern?
    var readsWhole: Bool
    var mode: FileMode?
    var exactMode: Bool
    var checksum: String?
    var limit: Int?
    private let now: Double

    init(_ arguments: ModuleArguments) throws {
        guard arguments.has("paths") else { throw ModuleFailure("missing required arguments: paths") }
        usesRegex = try arguments.flag("use_regex", or: false)
        patterns = arguments.list("patterns", splitting: true).map(\.description)
        if patterns.isEmpty { patterns = [usesRegex ? ".*" : "*"] }
        excludes = arguments.list("excludes", splitting: true).map(\.description)
        kind = try arguments.choice("file_type", of: ["any", "directory", "file", "link"], or: "file")
        recurses = try arguments.flag("recurse", or: false)
        depth = try arguments.integer("depth")
        hidden = try arguments.flag("hidden", or: false)
        follows = try arguments.flag("follow", or: false)
        age = try arguments.text("age").map {
            try Self.amount($0, ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800], "age")
        }
        ageStamp = try arguments.choice("age_stamp", of: ["atime", "ctime", "mtime"], or: "mtime")
        size = try arguments.text("size").map {
            try Self.amount($0, ["b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40], "size")
        }
        contains = try arguments.text("contains").map { try searchPattern($0) }
        readsWhole = try arguments.flag("read_whole_file", or: false)
        mode = try arguments.attributesMode()
        exactMode = try arguments.flag("exact_mode", or: true)
        if try arguments.flag("get_checksum", or: false) {
            checksum = try arguments.choice("checksum_algorithm", of: FileDigest.names, or: "sha1")
        }
        limit = try arguments.integer("limit")
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        now = Double(time.tv_sec)
    }

    private static func amount(_ text: String, _ units: [Character: Int], _ name: String) throws -> Int {
        let text = text.lowercased()
        if let number = Int(text) { return number }
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()) else {
            throw ModuleFailure("failed to process \(name)", fields: [name: .string(text)])
        }
        return number * unit
    }

    func walk(
        _ folder: String,
        depth level: Int,
        _ context: ModuleContext,
        _ looked: inout Int,
        _ found: inout [Value]
    ) throws {
        let files = context.files
        var entries: [(name: String, status: FileStatus, isFolder: Bool)] = []
        for name in try files.names(in: folder) {
            guard let status = try files.status(folder + "/" + name) else { continue }
            let isFolder = try files.status(folder + "/" + name, followingLinks: true)?.kind == .directory
            entries.append((name, status, isFolder))
        }
        looked += entries.count
        let isTooDeep = depth.map { level > $0 } ?? false
        // As os.walk has it: what is no folder first.
        for entry in entries.filter({ !$0.isFolder }) + entries.filter(\.isFolder) where !isTooDeep {
            if let limit, found.count >= limit { return }
            let path = folder == "/" ? "/" + entry.name : folder + "/" + entry.name
            guard hidden || !entry.name.hasPrefix("."), try isMeant(entry.name, path, entry.status, context) else {
                continue
            }
            var fields = ModuleDefinition.statusFields(of: entry.status)
            fields["path"] = .string(path)
            fields["pw_name"] = .string(files.userName(entry.status.user) ?? "")
            fields["gr_name"] = .string(files.groupName(entry.status.group) ?? "")
            if let checksum, entry.status.kind == .file {
                fields["checksum"] = .string(FileDigest.hexadecimal(checksum, try files.read(path, limit: 1 << 30)))
            }
            found.append(.dict(fields))
        }
        guard recurses, !isTooDeep else { return }
        for entry in entries where entry.isFolder && (follows || entry.status.kind == .directory) {
            if let limit, found.count >= limit { return }
            try walk(folder + "/" + entry.name, depth: level + 1, context, &looked, &found)
        }
    }

    private func isMeant(_ name: String, _ path: String, _ status: FileStatus, _ context: ModuleContext) throws -> Bool
    {
        switch kind {
        case "file": guard status.kind == .file else { return false }
        case "directory": guard status.kind == .directory else { return false }
        case "link": guard status.kind == .link else { return false }
        default: break
        }
        guard try patterns.contains(where: { try matches($0, name) }),
            try !excludes.contains(where: { try matches($0, name) })
        else { return false }
        if let age {
            let stamp =
                ageStamp == "atime" ? status.accessed : ageStamp == "ctime" ? status.statusChanged : status.changed
            let old = now - stamp
            guard age >= 0 ? old >= Double(age) : old <= Double(-age) else { return false }
        }
        if status.kind == .file {
            if let size, size >= 0 ? status.size < size : status.size > -size { return false }
            if kind == "file", let contains, try !isFound(contains, in: context.files.readText(path)) { return false }
        }
        guard let mode else { return true }
        let bits = mode.applied(to: 0, isDirectory: false)
        return exactMode ? status.mode == bits : status.mode & bits != 0
    }

    private func isFound(_ pattern: Pattern, in text: String) throws -> Bool {
        if readsWhole { return try pattern.isFound(in: text) }
        return try TextLines.split(Array(text.utf8)).contains { try pattern.matchesStart(of: TextLines.text($0)) }
    }

    private func matches(_ pattern: String, _ name: String) throws -> Bool {
        if usesRegex { return try searchPattern(pattern).matchesStart(of: name) }
        return unsafe fnmatch(pattern, name, 0) == 0
    }
}
