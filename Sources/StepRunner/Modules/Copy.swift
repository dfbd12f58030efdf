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
            throw ModuleFailure("Copied file does not match the expected checksum. Transfer failed.")
        }
        return try place(octets, at: path, arguments, context, mode: mode)
    }

    /// Copies what is in a folder of the node, or the folder itself where its name does not end with a slash.
    private static func copyFolder(
        _ source: String,
        to path: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> Fields {
        let given = source
        var source = source
        var path = path
        while source.count > 1, source.hasSuffix("/") { source.removeLast() }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if !given.hasSuffix("/") { path += "/" + lastPart(of: source) }
        let attributes = try arguments.attributes(context.files)
        var changed = false
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
            "changed": .bool(changed), "src": .string(given), "dest": .string(try arguments.requiredText("dest")),
            "checksum": .none,
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

    static func place(
        _ octets: [UInt8],
        at path: String,
        _ arguments: ModuleArguments,
        _ context: ModuleContext,
        mode: UInt32? = nil
    ) throws -> Fields {
        let follows = try arguments.flag("follow", or: false)
        let path = follows ? try context.changes.resolved(path) : path
        var attributes = try arguments.attributes(context.files)
        if let mode, arguments["mode"]?.asString == "preserve" { attributes.mode = .bits(mode) }
        let isThere = try context.files.status(path, followingLinks: true) != nil
        var fields: Fields = ["dest": .string(path)]
        if isThere, try !arguments.flag("force", or: true) {
            fields["changed"] = false
            fields["msg"] = "file already exists"
            return fields
        }
        let old = isThere ? try context.files.read(path, limit: 1 << 30) : []
        // Ansible's `copy` leaves a file that is right to its `file`, which has a path.
        if isThere, old == octets {
            fields["path"] = .string(path)
        } else if isThere, try arguments.flag("backup", or: false) {
            fields["backup_file"] = .string(try backUp(path, context))
        }
        fields["diff"] = context.diff(of: path, from: old, to: octets).map { [$0] }
        let validate = try arguments.validation(context)
        fields["changed"] = .bool(
            try context.changes.write(octets, to: path, attributes, replacingLink: !follows, validate: validate)
        )
        fields["checksum"] = .string(sha1(octets))
        fields.merge(placeFields(path, context)) { $1 }
        return fields
    }

    /// What a file in its place is like.
    static func placeFields(_ path: String, _ context: ModuleContext) -> Fields {
        guard let status = try? context.files.status(path, followingLinks: true) else { return [:] }
        var fields: Fields = [
            "size": .int(status.size), "mode": .string(resultText(ofMode: status.mode)), "uid": .int(Int(status.user)),
            "gid": .int(Int(status.group)), "state": .string(status.kind.rawValue),
        ]
        fields["owner"] = context.files.userName(status.user).map { .string($0) }
        fields["group"] = context.files.groupName(status.group).map { .string($0) }
        return fields
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
