import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Puts a file in place, from a text or from another file of the node.
    static let copy = ModuleDefinition { arguments, context in
        var path = try arguments.requiredText("dest")
        let octets: [UInt8]
        var source: String?
        var mode: UInt32?
        switch (arguments["content"], try arguments.text("src")) {
        case (let content?, nil):
            guard !path.hasSuffix("/"), !isFolder(path, context) else {
                throw ModuleFailure(
                    "copy: 'content' is for a file, and \(path) is a folder",
                    fields: path.hasSuffix("/") ? [:] : ["diff": []]
                )
            }
            switch content {
            case .list, .dict:
                let text = try Rendering.evaluate("content | to_json", ["content": content]).description
                octets = Array(text.utf8)
            default: octets = Array(content.description.utf8)
            }
        case (nil, let given?) where arguments.has("_file"):
            octets = try arguments.carriedFile()
            source = given
        case (nil, let given?):
            guard let status = try context.files.status(given, followingLinks: true) else {
                throw ModuleFailure("Source \(given) not found")
            }
            if status.kind == .directory { return try copyFolder(given, to: path, arguments, context) }
            guard status.kind == .file else { throw ModuleFailure("copy: \(given) is neither a file nor a folder") }
            mode = status.mode
            octets = try context.files.read(given, limit: 1 << 30)
            source = given
        default: throw ModuleFailure("copy: needs either 'content' or 'src'")
        }
        if let source, path.hasSuffix("/") || isFolder(path, context) {
            while path.hasSuffix("/") { path.removeLast() }
            if try arguments.text("dest")?.hasSuffix("/") == true { _ = try context.changes.makeDirectory(path) }
            path += "/" + lastPart(of: source)
        }
        if let wanted = try arguments.text("checksum"), wanted.lowercased() != sha1(octets) {
            throw ModuleFailure(
                "Copied file does not match the expected checksum. Transfer failed.",
                fields: ["checksum": .string(sha1(octets)), "expected_checksum": .string(wanted), "diff": []]
            )
        }
        let isOnNode = source != nil && !arguments.has("_file")
        return try place(octets, at: path, arguments, context, mode: mode, as: isOnNode ? .onNode : .sent)
    }

    /// Copies what is in a folder of the node, or the folder itself where its name does not end with a slash.
    private static func copyFolder(
        _ source: String,
        to path: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Fields {
        let given = source
        let source = withoutTrailingSlashes(source)
        var path = withoutTrailingSlashes(path)
        if !given.hasSuffix("/") { path += "/" + lastPart(of: source) }
        let attributes = try arguments.attributes(context.files)
        var changed = false
        let isKnown = try given.hasSuffix("/") && arguments.requiredText("dest").last != "/" && isFolder(path, context)
        func copy(_ from: String, _ to: String, _ mode: UInt32) throws {
            if try context.files.status(to, followingLinks: true) == nil {
                let folder = FileChanges.Attributes(mode: .bits(mode), user: attributes.user, group: attributes.group)
                changed = try context.changes.makeDirectory(to, folder) || changed
            }
            for name in try context.files.names(in: from) {
                let (old, new) = (from + "/" + name, to + "/" + name)
                guard let status = try context.files.status(old) else { continue }
                switch status.kind {
                case .directory: try copy(old, new, status.mode)
                case .link:
                    let target = try context.files.linkTarget(old)
                    if try context.files.status(new)?.kind == .link, try context.files.linkTarget(new) == target {
                        continue
                    }
                    try context.changes.makeLink(new, to: target)
                    changed = true
                case .file:
                    var own = attributes
                    if try own.mode == nil && context.files.status(new) == nil { own.mode = .bits(status.mode) }
                    changed =
                        try context.changes.write(context.files.read(old, limit: 1 << 30), to: new, own) || changed
                case .other: continue
                }
            }
        }
        try copy(source, path, context.files.status(source, followingLinks: true)?.mode ?? 0o755)
        var fields: Fields = [
            "changed": .bool(changed), "src": .string(given),
            "dest": .string(try arguments.requiredText("dest") + (isKnown ? "/" : "")),
            "checksum": .none, "md5sum": .none,
        ]
        fields.merge(placeFields(path, context)) { $1 }
        return fields
    }

    /// Puts a file made from a template in place.
    static let template = ModuleDefinition(
        unrendered: ["_template", "_template_name", "_templates"]
    ) { arguments, context in
        let carried = try arguments.text("src").flatMap { arguments["_templates"]?[$0]?.asString }
        guard let text = try arguments.text("_template") ?? carried else {
            throw ModuleFailure("template: the bundle does not carry the text of '\(try arguments.text("src") ?? "")'")
        }
        var path = try arguments.requiredText("dest")
        let name = try arguments.text("_template_name") ?? arguments.text("src") ?? "template"
        if path.hasSuffix("/") || isFolder(path, context) {
            while path.hasSuffix("/") { path.removeLast() }
            path += "/" + lastPart(of: try arguments.text("src") ?? name)
        }
        let rendered = try Rendering.template(
            text,
            name: name,
            context.variables,
            trimBlocks: arguments.flag("trim_blocks", or: true),
            lstripBlocks: arguments.flag("lstrip_blocks", or: false)
        )
        return try place(Array(rendered.utf8), at: path, arguments, context)
    }

    static func isFolder(_ path: String, _ context: ModuleContext) -> Bool {
        (try? context.files.status(path, followingLinks: true))?.kind == .directory
    }

    /// Where what is put in place comes from: Ansible's results differ by it.
    enum Origin {
        /// From the control machine: it is compared there.
        case sent
        /// From the node itself.
        case onNode
    }

    static func place(
        _ octets: [UInt8],
        at path: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext,
        mode: UInt32? = nil,
        as origin: Origin = .sent
    ) throws -> Fields {
        let follows = try arguments.flag("follow", or: false)
        let path = follows ? try context.changes.resolved(path) : path
        var attributes = try arguments.attributes(context.files)
        if let mode, arguments["mode"]?.asString == "preserve" { attributes.mode = .bits(mode) }
        let status = try context.files.status(path, followingLinks: true)
        let isThere = status != nil
        let checksum = Value.string(sha1(octets))
        var fields: Fields = ["changed": false, "dest": .string(path)]
        if origin == .onNode { fields["src"] = try arguments.text("src").map { .string($0) } }
        if isThere, try !arguments.flag("force", or: true) {
            if origin == .onNode { fields["msg"] = "file already exists" }
            return fields
        }
        let old = isThere ? try context.files.read(path, limit: 1 << 30) : []
        let differs = !isThere || old != octets
        if differs, isThere, !context.isCheck, try arguments.flag("backup", or: false) {
            fields["backup_file"] = .string(try backUp(path, context))
        }
        let told: Fields = origin == .sent ? ["checksum": checksum, "diff": []] : [:]
        do {
            guard context.isCheck || isFolder(folder(of: path), context) else {
                throw ModuleFailure("Destination directory \(folder(of: path)) does not exist")
            }
            let validate = try arguments.validation(context)
            fields["changed"] = .bool(
                try context.changes.write(octets, to: path, attributes, replacingLink: !follows, validate: validate)
            )
        } catch var failure as ModuleFailure {
            failure.fields.merge(told) { said, _ in said }
            throw failure
        }
        if origin == .sent {
            fields["diff"] = .list(context.diff(of: path, from: isThere ? old : nil, to: octets).map { [$0] } ?? [])
            if !differs, context.wantsDiff, let status {
                var diff = AttributesDiff()
                diff.note("path", .string(path), .string(path))
                diff.note(attributes, beside: status)
                fields["diff"] = diff.value
            }
            // Of what is only planned Ansible says no more.
            if differs, context.isCheck { return fields.filter { ["changed", "diff"].contains($0.key) } }
        }
        fields["checksum"] = checksum
        if differs || origin == .onNode { fields["md5sum"] = .string(FileDigest.hexadecimal("md5", octets)) }
        if !differs, origin == .sent { fields["path"] = .string(path) }
        fields.merge(placeFields(path, context)) { $1 }
        return fields
    }

    /// What a file in its place is like; nothing where there is none, or a link that leads nowhere.
    static func placeFields(_ path: String, _ context: ModuleContext) -> Fields {
        guard (try? context.files.status(path, followingLinks: true)) != nil,
            let status = try? context.files.status(path)
        else { return [:] }
        return [
            "size": .int(status.size), "mode": .string(resultText(ofMode: status.mode)), "uid": .int(Int(status.user)),
            "gid": .int(Int(status.group)), "state": .string(word(for: status)),
            "owner": .string(context.files.userName(status.user) ?? "\(status.user)"),
            "group": .string(context.files.groupName(status.group) ?? "\(status.group)"),
        ]
    }

    /// What Ansible calls it.
    static func word(for status: FileStatus) -> String {
        status.kind == .file && status.links > 1 ? "hard" : status.kind.rawValue
    }

    /// Keeps a copy beside a file, named by its own contents, so that the same one is kept once.
    static func backUp(_ path: String, _ context: ModuleContext) throws -> String {
        let octets = try context.files.read(path, limit: 1 << 30)
        let copy = "\(path).\(sha1(octets).prefix(12))~"
        let status = try context.files.status(path, followingLinks: true)
        _ = try context.changes.write(
            octets,
            to: copy,
            FileChanges.Attributes(mode: status.map { .bits($0.mode) }, user: status?.user, group: status?.group)
        )
        return copy
    }
}
