import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Files, folders and links: that they are there, or not, and what they are like.
    static let file = ModuleDefinition { arguments, context in
        var path = try arguments.requiredText("path")
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        let status = try context.files.status(path)
        let recurses = try arguments.flag("recurse", or: false)
        let standard = arguments.has("src") ? "link" : status?.kind == .directory || recurses ? "directory" : "file"
        let states = ["file", "absent", "directory", "touch", "link", "hard"]
        let state = try arguments.choice("state", of: states, or: standard)
        if recurses, state != "directory" { throw ModuleFailure("file: 'recurse' needs 'state: directory'") }
        let attributes = try arguments.attributes(context.files)
        let changed: Bool
        switch state {
        case "absent": changed = try context.changes.remove(path)
        case "directory":
            let made = try context.changes.makeDirectory(path, attributes)
            let adjusted = try context.changes.apply(attributes, to: path)
            let deeper = try recurses && applyBelow(path, attributes, context)
            changed = made || adjusted || deeper
        case "link":
            changed = try link(path, to: arguments.requiredText("src"), arguments, status, context)
        case "hard":
            changed = try link(path, hardTo: arguments.requiredText("src"), arguments, status, context)
        case "touch":
            changed = try touch(path, arguments, status, attributes, context)
        default:
            if status?.kind == .link, try arguments.flag("follow", or: true) {
                path = try context.changes.resolved(path)
            }
            let kind = try context.files.status(path)?.kind
            if kind == .directory || kind == .link {
                throw ModuleFailure(
                    "file (\(path)) is \(kind?.rawValue ?? ""), cannot continue",
                    fields: ["path": .string(path)]
                )
            }
            guard kind != nil else {
                throw ModuleFailure("file (\(path)) is absent, cannot continue", fields: ["path": .string(path)])
            }
            changed = try context.changes.apply(attributes, to: path)
        }
        var fields: Fields = ["changed": .bool(changed), "path": .string(path), "state": "absent"]
        if ["link", "hard", "touch"].contains(state) {
            fields["dest"] = .string(path)
            if state != "touch" {
                fields["path"] = nil
                fields["src"] = try arguments.text("src").map { .string($0) }
            }
        }
        if context.wantsDiff, changed {
            fields["diff"] = [
                "before": ["path": .string(path), "state": .string(word(for: status))],
                "after": ["path": .string(path), "state": .string(state)],
            ]
        }
        if let now = try context.files.status(path) {
            fields["state"] = .string(word(for: now))
            fields["mode"] = .string(resultText(ofMode: now.mode))
            fields["uid"] = .int(Int(now.user))
            fields["gid"] = .int(Int(now.group))
            fields["size"] = .int(now.size)
        }
        return fields
    }

    private static func applyBelow(
        _ path: String,
        _ attributes: FileChanges.Attributes,
        _ context: ModuleContext
    ) throws -> Bool {
        var changed = false
        for name in try context.files.names(in: path) {
            let below = path + "/" + name
            if try context.changes.apply(attributes, to: below) { changed = true }
            if try context.files.status(below)?.kind == .directory, try applyBelow(below, attributes, context) {
                changed = true
            }
        }
        return changed
    }

    private static func link(
        _ path: String,
        to target: String,
        _ arguments: ModuleArguments,
        _ status: FileStatus?,
        _ context: ModuleContext
    ) throws -> Bool {
        let forces = try arguments.flag("force", or: false)
        let behind = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
        if !forces, try context.files.status(behind, followingLinks: true) == nil {
            throw ModuleFailure(
                "src file does not exist, use \"force=yes\" if you really want to create the link: \(behind)"
            )
        }
        if status?.kind == .link, try context.files.linkTarget(path) == target { return false }
        if let status, status.kind != .link {
            guard forces else {
                throw ModuleFailure("refusing to convert from \(status.kind.rawValue) to symlink for \(path)")
            }
            _ = try context.changes.remove(path)
        }
        try context.changes.makeLink(path, to: target)
        return true
    }

    private static func link(
        _ path: String,
        hardTo target: String,
        _ arguments: ModuleArguments,
        _ status: FileStatus?,
        _ context: ModuleContext
    ) throws -> Bool {
        guard let other = try context.files.status(target) else {
            throw ModuleFailure("src does not exist", fields: ["src": .string(target), "dest": .string(path)])
        }
        if let status, status.inode == other.inode, status.device == other.device { return false }
        if let status {
            guard try arguments.flag("force", or: false) else {
                throw ModuleFailure("Cannot link, different hard link exists at destination (\(status.kind.rawValue))")
            }
            _ = try context.changes.remove(path)
        }
        try context.changes.makeHardLink(path, to: target)
        return true
    }

    /// What Ansible calls it.
    private static func word(for status: FileStatus?) -> String {
        guard let status else { return "absent" }
        return status.kind == .file && status.links > 1 ? "hard" : status.kind.rawValue
    }

    private static func touch(
        _ path: String,
        _ arguments: ModuleArguments,
        _ status: FileStatus?,
        _ attributes: FileChanges.Attributes,
        _ context: ModuleContext
    ) throws -> Bool {
        guard status != nil else { return try context.changes.write([], to: path, attributes) }
        let adjusted = try context.changes.apply(attributes, to: path)
        let keepsTime = try arguments.text("modification_time") == "preserve"
        if !keepsTime { try context.changes.touch(path) }
        return adjusted || !keepsTime
    }
}
