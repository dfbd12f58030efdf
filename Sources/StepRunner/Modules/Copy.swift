import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Puts a file in place, from a text or from another file of the node.
    static let copy = ModuleDefinition { arguments, context in
        var path = try arguments.requiredText("dest")
        let octets: [UInt8]
        var source: String?
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
            guard status.kind == .file else {
                throw ModuleFailure("copy: \(given) is not a file; folders are not copied")
            }
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
        return try place(octets, at: path, arguments, context)
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
        _ context: ModuleContext
    ) throws -> Fields {
        let attributes = try arguments.attributes(context.files)
        let isThere = try context.files.status(path, followingLinks: true) != nil
        var fields: Fields = ["dest": .string(path)]
        if isThere, try !arguments.flag("force", or: true) {
            fields["changed"] = false
            fields["msg"] = "file already exists"
            return fields
        }
        if isThere, try arguments.flag("backup", or: false), try context.files.read(path, limit: 1 << 30) != octets {
            fields["backup_file"] = .string(try backUp(path, context))
        }
        let old = isThere ? try context.files.read(path, limit: 1 << 30) : []
        fields["diff"] = context.diff(of: path, from: old, to: octets).map { [$0] }
        let validate = try arguments.validation(context)
        fields["changed"] = .bool(try context.changes.write(octets, to: path, attributes, validate: validate))
        fields["checksum"] = .string(sha1(octets))
        fields.merge(placeFields(path, context)) { $1 }
        return fields
    }

    /// What a file in its place is like.
    static func placeFields(_ path: String, _ context: ModuleContext) -> Fields {
        guard let status = try? context.files.status(path, followingLinks: true) else { return [:] }
        var fields: Fields = [
            "size": .int(status.size), "mode": .string(octalText(status.mode)), "uid": .int(Int(status.user)),
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
