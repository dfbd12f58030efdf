import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A user's account, by useradd and its kin.
    static let user = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let state = try arguments.choice("state", of: ["present", "absent"], or: "present")
        let wanted = try WantedAccount(name, arguments, context)
        let now = Account(name, context.files)
        var fields: Fields = ["changed": false, "name": .string(name), "state": .string(state)]
        func act(_ words: [String]) throws {
            let result = try context.act(words)
            fields["changed"] = true
            for (key, text) in [("stdout", result.outputText), ("stderr", result.errorText)] where !text.isEmpty {
                let before = fields[key]?.asString ?? ""
                fields[key] = .string(before + text)
                fields[key + "_lines"] = lines(of: before + text)
            }
        }
        guard state == "present" else {
            guard now != nil else { return fields }
            let force = try arguments.flag("force", or: false)
            let remove = try arguments.flag("remove", or: false)
            fields["force"] = .bool(force)
            fields["remove"] = .bool(remove)
            try act(["userdel"] + (force ? ["-f"] : []) + (remove ? ["-r"] : []) + [name])
            return fields
        }
        if let now {
            let words = try wanted.changes(to: now, context)
            if !words.isEmpty {
                try act(["usermod"] + words + [name])
            }
            fields["append"] = .bool(wanted.appends)
            fields["move_home"] = .bool(wanted.movesHome)
        } else {
            try act(["useradd"] + wanted.creation(context) + [name])
            fields["create_home"] = .bool(wanted.createsHome)
            fields["system"] = .bool(wanted.isSystem)
        }
        let aging = try wanted.aging(of: name, context)
        if !aging.isEmpty {
            try act(["chage"] + aging + [name])
        }
        if let account = Account(name, context.files) {
            fields["uid"] = .int(account.number)
            fields["group"] = .int(account.group)
            fields["comment"] = .string(account.comment)
            fields["home"] = .string(account.home)
            fields["shell"] = .string(account.shell)
        }
        if wanted.password != nil { fields["password"] = "NOT_LOGGING_PASSWORD" }
        if let groups = wanted.groups { fields["groups"] = .string(groups.joined(separator: ",")) }
        return fields
    }
}

/// What an account shall be.
private struct WantedAccount {
    let arguments: ModuleArguments
    var uid: Int?
    var isShared: Bool
    var group: String?
    var groups: [String]?
    var appends: Bool
    var comment: String?
    var home: String?
    var shell: String?
    var password: String?
    var keepsPassword: Bool
    var isLocked: Bool?
    var createsHome: Bool
    var movesHome: Bool
    var isSystem: Bool
    /// Days since 1970; empty for never.
    var expires: String?

    init(_ name: String, _ arguments: ModuleArguments, _ context: ModuleContext) throws {
        self.arguments = arguments
        uid = try arguments.integer("uid")
        isShared = try arguments.flag("non_unique", or: false)
        group = try arguments.text("group")
        if arguments.values["groups"] != nil {
            groups = arguments.list("groups", splitting: true).map(\.description).filter { !$0.isEmpty }
        }
        appends = try arguments.flag("append", or: false)
        comment = try arguments.text("comment")
        home = try arguments.text("home")
        shell = try arguments.text("shell")
        password = try arguments.text("password")
        let update = try arguments.choice("update_password", of: ["always", "on_create"], or: "always")
        keepsPassword = update == "on_create"
        isLocked = try arguments.flag("password_lock")
        createsHome = try arguments.flag("create_home", or: true)
        movesHome = try arguments.flag("move_home", or: false)
        isSystem = try arguments.flag("system", or: false)
        expires = try arguments.number("expires").map { $0 < 0 ? "" : "\(Int($0) / 86_400)" }
        guard try arguments.choice("state", of: ["present", "absent"], or: "present") == "present" else { return }
        for group in (groups ?? []) + (group.map { [$0] } ?? []) where Int(group) == nil && !context.isCheck {
            guard accountFields(of: group, in: "/etc/group", context.files) != nil else {
                throw ModuleFailure("Group \(group) does not exist")
            }
        }
    }

    func creation(_ context: ModuleContext) throws -> [String] {
        var words: [String] = []
        if let uid { words += ["-u", "\(uid)"] + (isShared ? ["-o"] : []) }
        if let group {
            words += ["-g", group]
        } else if accountFields(of: try arguments.requiredText("name"), in: "/etc/group", context.files) != nil {
            words.append("-N")
        }
        if let groups, !groups.isEmpty { words += ["-G", groups.joined(separator: ",")] }
        if let comment { words += ["-c", comment] }
        if let home { words += ["-d", home] }
        if let shell { words += ["-s", shell] }
        if let expires { words += ["-e", expires] }
        if let password { words += ["-p", (isLocked == true ? "!" : "") + password] }
        if createsHome {
            words.append("-m")
            if let skeleton = try arguments.text("skeleton") { words += ["-k", skeleton] }
            if let umask = try arguments.text("umask") { words += ["-K", "UMASK=\(umask)"] }
        } else {
            words.append("-M")
        }
        return words + (isSystem ? ["-r"] : [])
    }

    func changes(to now: Account, _ context: ModuleContext) throws -> [String] {
        var words: [String] = []
        if let uid, uid != now.number { words += ["-u", "\(uid)"] + (isShared ? ["-o"] : []) }
        if let group {
            let number = Int(group) ?? accountFields(of: group, in: "/etc/group", context.files).flatMap { Int($0[2]) }
            if number != now.group { words += ["-g", group] }
        }
        if let groups {
            let current = Set(now.groups(context.files))
            let missing = Set(groups).subtracting(current)
            if appends, !missing.isEmpty {
                words += ["-a", "-G", groups.filter(missing.contains).joined(separator: ",")]
            } else if !appends, current != Set(groups) {
                words += ["-G", groups.joined(separator: ",")]
            }
        }
        if let comment, comment != now.comment { words += ["-c", comment] }
        if let home, home != now.home { words += ["-d", home] + (movesHome ? ["-m"] : []) }
        if let shell, shell != now.shell { words += ["-s", shell] }
        let shadow = now.shadow(context.files)
        if let expires, expires != shadow?.expires ?? "" { words += ["-e", expires] }
        let locked = shadow?.password.hasPrefix("!") ?? false
        if let isLocked, isLocked != locked { words.append(isLocked ? "-L" : "-U") }
        if let password, !keepsPassword {
            let current = shadow.map { String($0.password.drop { $0 == "!" }) }
            if current != String(password.drop { $0 == "!" }) {
                words += ["-p", (isLocked == true ? "!" : "") + password]
                words.removeAll { $0 == "-L" || $0 == "-U" }
            }
        }
        return words
    }

    /// Options of chage, for ages of the password that differ.
    func aging(of name: String, _ context: ModuleContext) throws -> [String] {
        let fields = accountFields(of: name, in: "/etc/shadow", context.files)
        var words: [String] = []
        for (key, option, place) in [
            ("password_expire_max", "-M", 4), ("password_expire_min", "-m", 3), ("password_expire_warn", "-W", 5),
        ] {
            guard let days = try arguments.integer(key) else { continue }
            if let fields, fields.count > place, fields[place] == "\(days)" { continue }
            words += [option, "\(days)"]
        }
        return words
    }
}
