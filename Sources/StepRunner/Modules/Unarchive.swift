import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Unpacks an archive by the node's tar or unzip.
    static let unarchive = ModuleDefinition(unrendered: ["_file"], actsOutsideFiles: true) { arguments, context in
        let source = try arguments.requiredText("src")
        let target = try arguments.requiredText("dest")
        if let path = try arguments.text("creates"), matchesSomething(context.files.place(path)) {
            return ["changed": false, "skipped": true, "msg": .string("skipped, since \(path) exists")]
        }
        guard try context.files.status(target, followingLinks: true)?.kind == .directory else {
            throw ModuleFailure("dest '\(target)' must be an existing dir")
        }
        let temporary = "/tmp/rackwright-\(UUID().uuidString)"
        let agent = FileChanges(files: context.files) { _ in }
        defer { _ = try? agent.remove(temporary) }
        var archive = source
        if arguments.has("_file") {
            archive = temporary
            _ = try agent.write(try arguments.carriedFile(), to: temporary)
        } else if source.contains("://") {
            archive = temporary
            _ = try agent.write(try download(source, arguments, context), to: temporary)
        }
        guard try context.files.status(archive, followingLinks: true) != nil else {
            throw ModuleFailure("Source '\(source)' does not exist")
        }
        let place = context.files.place(archive)
        let folder = context.files.place(target)
        let magic = try context.files.read(archive, limit: 1 << 30).prefix(4)
        let isZip = magic.starts(with: [0x50, 0x4B])
        let changed =
            try isZip
            ? unzip(place, into: folder, arguments, context) : untar(place, into: folder, arguments, context)
        var fields: Fields = [
            "changed": .bool(changed.isEmpty ? false : true), "dest": .string(target), "src": .string(source),
            "handler": .string(handler(of: magic)),
        ]
        if try arguments.flag("list_files", or: false) {
            let list = isZip ? ["unzip", "-Z1", place] : ["tar", "--list", "--file", place]
            fields["files"] = lines(of: try context.runSuccessfully(list).outputText)
        }
        fields.merge(placeFields(target, context)) { $1 }
        return fields
    }

    /// What Ansible calls the kind of an archive that begins so.
    private static func handler(of magic: ArraySlice<UInt8>) -> String {
        switch Array(magic.prefix(2)) {
        case [0x50, 0x4B]: "ZipArchive"
        case [0x1F, 0x8B]: "TgzArchive"
        case [0x42, 0x5A]: "TarBzipArchive"
        case [0xFD, 0x37]: "TarXzArchive"
        case [0x28, 0xB5]: "TarZstdArchive"
        default: "TarArchive"
        }
    }

    private static func untar(
        _ place: String,
        into folder: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> String {
        var options = arguments.list("extra_opts").map(\.description)
        if let owner = try arguments.text("owner") { options.append("--owner=\(owner)") }
        if let group = try arguments.text("group") { options.append("--group=\(group)") }
        if try arguments.flag("keep_newer", or: false) { options.append("--keep-newer-files") }
        options += arguments.list("exclude").map { "--exclude=\($0.description)" }
        let members = arguments.list("include").map(\.description)
        let compare = try context.run(
            ["tar", "--diff", "--directory", folder] + options + ["--file", place] + members,
            timeout: 3600
        )
        guard compare.status != 0 else { return "" }
        // Who owns a file and when it changed is told apart only where it was asked for or matters.
        let hasOwner = arguments.has("owner") || arguments.has("group")
        let differs = (compare.outputText + "\n" + compare.errorText).split(separator: "\n").filter { line in
            let isOwner = line.hasSuffix(": Uid differs") || line.hasSuffix(": Gid differs")
            return !line.hasPrefix("tar: Exiting") && (hasOwner || !isOwner)
        }
        if differs.isEmpty { return "" }
        try context.act(["tar", "--extract", "--directory", folder] + options + ["--file", place] + members)
        return differs.joined(separator: "\n")
    }

    private static func unzip(
        _ place: String,
        into folder: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> String {
        let members = arguments.list("include").map(\.description)
        let excluded = arguments.list("exclude").map(\.description)
        let list = try context.runSuccessfully(["unzip", "-Z1", place]).outputText
        var differs: [String] = []
        for name in list.split(separator: "\n").map(String.init) where !excluded.contains(name) {
            if !members.isEmpty, !members.contains(name) { continue }
            let inside = NodeFiles(root: folder)
            if name.hasSuffix("/") {
                if !inside.exists(name) { differs.append(name) }
                continue
            }
            let contents = try context.runSuccessfully(["unzip", "-p", place, name]).output
            if (try? inside.read(name, limit: 1 << 30)) != contents { differs.append(name) }
        }
        if differs.isEmpty { return "" }
        let exclusion = excluded.isEmpty ? [] : ["-x"] + excluded
        try context.act(["unzip", "-o", "-q", place] + members + exclusion + ["-d", folder])
        return differs.joined(separator: "\n")
    }
}
