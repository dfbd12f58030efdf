import FoundationEssentials
import Glibc
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
        if !isZip, context.isCheck {
            return [
                "changed": false, "failed": false, "skipped": true,
                "msg": "remote module (ansible.legacy.unarchive) does not support check mode when using gtar",
            ]
        }
        let tar = isZip ? [] : try tarOptions(arguments)
        let list = isZip ? ["unzip", "-Z1", place] : ["tar", "--list"] + tar + ["--file", place] + members(arguments)
        let listed = try context.runSuccessfully(list, directory: target).outputText
        let names = splitLines(listed)
        let differences =
            try isZip
            ? unzip(place, listed, into: folder, arguments, context) : untar(place, folder, tar, arguments, context)
        // What the archive holds gets the attributes, whether it was unpacked now or before.
        let adjusted =
            try differences.isEmpty || !context.isCheck
            ? adjust(names, in: target, arguments, context) : false
        var fields: Fields = [
            "changed": .bool(!differences.isEmpty || adjusted), "dest": .string(target), "src": .string(source),
            "handler": .string(handler(of: magic)),
        ]
        if try arguments.flag("list_files", or: false) { fields["files"] = .list(names.map { .string($0) }) }
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

    private static func members(_ arguments: ModuleArguments) -> [String] {
        arguments.list("include").map(\.description)
    }

    private static func tarOptions(_ arguments: ModuleArguments) throws -> [String] {
        let extra = arguments.list("extra_opts").map(\.description)
        // Names are compared as they become, not as they are in the archive.
        var options = extra.isEmpty ? [] : ["--show-transformed-names"] + extra
        if let owner = try arguments.text("owner") { options.append("--owner=\(owner)") }
        if let group = try arguments.text("group") { options.append("--group=\(group)") }
        if try arguments.flag("keep_newer", or: false) { options.append("--keep-newer-files") }
        return options + arguments.list("exclude").map { "--exclude=\($0.description)" }
    }

    private static func untar(
        _ place: String,
        _ folder: String,
        _ options: [String],
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> [String] {
        let members = members(arguments)
        let compare = try context.run(
            ["tar", "--diff", "--directory", folder] + options + ["--file", place] + members,
            timeout: 3600
        )
        // Whom the archive says that a file is of matters to root alone, and not where the task says it; likewise the mode.
        let isRoot = context.becomeUser == nil && geteuid() == 0
        let telling = [
            (": Uid differs", isRoot && !arguments.has("owner")), (": Gid differs", isRoot && !arguments.has("group")),
            (": Mode differs", !arguments.has("mode")), (": Mod time differs", true), (": Symlink differs", true),
            (": Contents differ", true), (": Size differs", true), (": Invalid owner", true), (": Invalid group", true),
            (": Warning: Cannot stat: No such file or directory", true),
        ]
        let differs = (compare.outputText + "\n" + compare.errorText).split(separator: "\n").map(String.init)
            .filter { line in
                // The name of a folder that is stripped away is empty.
                !line.hasSuffix(": : Warning: Cannot stat: No such file or directory")
                    && telling.contains { $0.1 && line.hasSuffix($0.0) }
            }
        guard !differs.isEmpty else { return [] }
        try context.act(["tar", "--extract", "--directory", folder] + options + ["--file", place] + members)
        return differs
    }

    /// Gives what the archive holds, and the folders at its top, the attributes that the task names.
    private static func adjust(
        _ names: [String],
        in target: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Bool {
        let attributes = try arguments.attributes(context.files)
        guard attributes != FileChanges.Attributes() else { return false }
        var tops: [String] = []
        for name in names {
            guard name.contains("/"), let top = name.split(separator: "/", maxSplits: 1).first else { continue }
            if !tops.contains(String(top)) { tops.append(String(top)) }
        }
        var changed = false
        for name in names + tops {
            let path = withoutTrailingSlashes("\(target)/\(name)")
            if try context.changes.apply(attributes, to: path) { changed = true }
        }
        return changed
    }

    private static func unzip(
        _ place: String,
        _ listed: String,
        into folder: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> [String] {
        let members = members(arguments)
        let excluded = arguments.list("exclude").map(\.description)
        var differs: [String] = []
        for name in listed.split(separator: "\n").map(String.init) where !excluded.contains(name) {
            if !members.isEmpty, !members.contains(name) { continue }
            let inside = NodeFiles(root: folder)
            if name.hasSuffix("/") {
                if !inside.exists(name) { differs.append(name) }
                continue
            }
            let contents = try context.runSuccessfully(["unzip", "-p", place, name]).output
            if (try? inside.read(name, limit: 1 << 30)) != contents { differs.append(name) }
        }
        if differs.isEmpty { return [] }
        let exclusion = excluded.isEmpty ? [] : ["-x"] + excluded
        try context.act(["unzip", "-o", "-q", place] + members + exclusion + ["-d", folder])
        return differs
    }
}
