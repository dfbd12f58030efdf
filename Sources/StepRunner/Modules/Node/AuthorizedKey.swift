import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Keys that may log in as a user by SSH.
    static let authorizedKey = ModuleDefinition { arguments, context in
        let user = try arguments.requiredText("user")
        var keys = try arguments.requiredText("key")
        if keys.hasPrefix("http://") || keys.hasPrefix("https://") {
            keys = String(decoding: try download(keys, arguments, context), as: UTF8.self)
        }
        let isAbsent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent"
        let isExclusive = try arguments.flag("exclusive", or: false)
        let options = try arguments.text("key_options")
        let comment = try arguments.text("comment")
        guard let account = Account(user, context.files) else {
            throw ModuleFailure("Failed to lookup user \(user): there is no such user")
        }
        let path = try arguments.text("path") ?? account.home + "/.ssh/authorized_keys"
        let wanted = try keys.split(whereSeparator: \.isNewline).map { trimmed(String($0)) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { line in
                guard var key = PublicKey(line) else { throw ModuleFailure("invalid key specified: \(line)") }
                if let options { key.options = options }
                if let comment { key.comment = comment }
                return key
            }
        let isThere = try context.files.status(path, followingLinks: true) != nil
        let old = isThere ? try context.files.readText(path) : ""
        var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let known = Set(wanted.map(\.blob))
        for key in wanted {
            let place = lines.firstIndex { PublicKey($0)?.blob == key.blob }
            if isAbsent {
                // With options given, only a key with those is meant.
                lines.removeAll { line in
                    guard let found = PublicKey(line), found.blob == key.blob else { return false }
                    return options == nil || found.options == options
                }
            } else if let place {
                let found = PublicKey(lines[place])
                let new = key.text(keeping: found, options != nil, comment != nil)
                if found?.text != new {
                    lines.remove(at: place)
                    lines.append(new)
                }
            } else {
                lines.append(key.text)
            }
        }
        if isExclusive, !isAbsent {
            lines.removeAll { line in PublicKey(line).map { !known.contains($0.blob) } ?? false }
        }
        let text = lines.map { $0 + "\n" }.joined()
        // What it was told, as Ansible's says it.
        var fields: Fields = [
            "changed": false, "user": .string(user), "key": .string(keys), "keyfile": .string(path),
            "path": arguments["path"] ?? .none, "exclusive": .bool(isExclusive),
            "comment": comment.map { .string($0) } ?? .none, "key_options": options.map { .string($0) } ?? .none,
            "state": isAbsent ? "absent" : "present", "follow": .bool(try arguments.flag("follow", or: false)),
            "manage_dir": .bool(try arguments.flag("manage_dir", or: true)),
            "validate_certs": .bool(try arguments.flag("validate_certs", or: true)),
        ]
        // Of a path that it was told, what is there is said too.
        let isNamed = arguments.has("path")
        if isNamed { fields.merge(placeFields(path, context)) { $1 } }
        guard text != old || (!isThere && !isAbsent) else { return fields }
        let owner = FileChanges.Attributes(
            mode: FileMode(bits: 0o700),
            user: UInt32(exactly: account.number),
            group: UInt32(exactly: account.group)
        )
        if try arguments.flag("manage_dir", or: true), !isThere {
            _ = try context.changes.makeDirectory(folder(of: path), owner)
        }
        var attributes = isThere ? FileChanges.Attributes() : owner
        attributes.mode = FileMode(bits: 0o600)
        fields["diff"] = context.diff(of: path, from: Array(old.utf8), to: Array(text.utf8))
        fields["changed"] = .bool(try context.changes.write(Array(text.utf8), to: path, attributes))
        if isNamed { fields.merge(placeFields(path, context)) { $1 } }
        return fields
    }
}

/// A line of `authorized_keys` (sshd(8)).
private struct PublicKey {
    var options: String?
    var type: String
    var blob: String
    var comment: String

    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519-cert-v01@openssh.com",
        "ssh-rsa-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    ]

    init?(_ line: String) {
        let line = trimmed(line)
        guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
        // Options may hold spaces in quotes.
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if character == " ", !isQuoted, words.count < 4 {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        guard let place = words.firstIndex(where: Self.types.contains), place <= 1, words.count > place + 1 else {
            return nil
        }
        options = place == 1 ? words[0] : nil
        type = words[place]
        blob = words[place + 1]
        comment = words[(place + 2)...].joined(separator: " ")
    }

    var text: String { [options ?? "", type, blob, comment].filter { !$0.isEmpty }.joined(separator: " ") }

    /// The line in place of one that is there: of what was not asked for, that one's is kept.
    func text(keeping old: PublicKey?, _ hasOptions: Bool, _ hasComment: Bool) -> String {
        var key = self
        if !hasOptions, key.options == nil { key.options = nil }
        if !hasComment, key.comment.isEmpty { key.comment = old?.comment ?? "" }
        return key.text
    }
}
