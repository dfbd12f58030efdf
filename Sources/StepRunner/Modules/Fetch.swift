import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Keeps a copy of a file in a folder of the node, by the node's name and the file's path.
    ///
    /// The agent is on the node, so what Ansible would bring to its control machine stays here, as it does for
    /// Ansible over a local connection.
    static let fetch = ModuleDefinition(effect: .foreseen) { arguments, context in
        let source = try arguments.requiredText("src")
        var path = try arguments.requiredText("dest")
        guard path.hasPrefix("/") else {
            throw ModuleFailure("fetch: '\(path)' is a place on this node, so it must be an absolute path")
        }
        let mayMiss = try !arguments.flag("fail_on_missing", or: true)
        if let status = try context.files.status(source, followingLinks: true) {
            guard status.kind != .directory else {
                let message = "remote file is a directory, fetch cannot work on directories"
                guard mayMiss else { throw ModuleFailure(message) }
                return ["msg": .string(message + ", not transferring, ignored")]
            }
        } else {
            let message = "the remote file does not exist, not transferring, ignored"
            guard mayMiss else { throw ModuleFailure(message) }
            return ["changed": false, "file": .string(source), "msg": .string(message)]
        }
        if try arguments.flag("flat", or: false) {
            if path.hasSuffix("/") {
                path += lastPart(of: source)
            } else if isFolder(path, context) {
                throw ModuleFailure(
                    "dest is an existing directory, use a trailing slash if you want to fetch src into that directory"
                )
            }
        } else {
            let node = context.variables["inventory_hostname"] ?? context.variables["node"]?["name"] ?? "localhost"
            path += "/\(node.description)/\(source)"
        }
        path = plainPath(path)
        let octets = try context.files.read(source, limit: 1 << 30)
        let checksum = Value.string(sha1(octets))
        let old = try context.files.status(path, followingLinks: true) == nil ? nil : context.files.read(path)
        var fields: Fields = [
            "dest": .string(path), "checksum": checksum, "md5sum": .string(FileDigest.hexadecimal("md5", octets)),
        ]
        guard old != octets else {
            fields["changed"] = false
            fields["file"] = .string(source)
            return fields
        }
        if !context.isCheck { _ = try context.changes.makeDirectory(folder(of: path)) }
        fields["changed"] = .bool(try context.changes.write(octets, to: path))
        fields["remote_md5sum"] = .some(.none)
        fields["remote_checksum"] = checksum
        return fields
    }

    /// A path without empty parts, `.` and `..`.
    private static func plainPath(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
