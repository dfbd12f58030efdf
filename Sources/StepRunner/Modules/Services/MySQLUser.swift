import Crypto
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// An account of MySQL's or MariaDB's, its password and what it may do.
    static let mysqlUser = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let client = try MySQLClient(arguments, context)
        let name = try arguments.text("name") ?? ""
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        var hosts = [try arguments.text("host") ?? "localhost"]
        let quotedName = MySQLClient.quoted(name)
        if try arguments.flag("host_all", or: false) {
            hosts = try client.query("SELECT Host FROM mysql.user WHERE User = \(quotedName)").compactMap(\.first)
        }
        var statements: [String] = []
        var messages: [String] = []
        for host in hosts {
            let account = MySQLAccount(name: name, host: host, client: client, arguments: arguments)
            let found = try client.query(
                "SELECT User FROM mysql.user WHERE User = \(quotedName) AND Host = \(MySQLClient.quoted(host))"
            )
            if !isPresent {
                if !found.isEmpty {
                    statements.append("DROP USER \(account.text)")
                    messages.append("User deleted")
                }
            } else if found.isEmpty {
                statements.append("CREATE USER \(account.text)" + (try account.identification()))
                statements += try account.grants(none: true)
                messages.append("User added")
            } else {
                let password = try account.passwordChange()
                let grants = try account.grants(none: false)
                statements += password + grants
                if !password.isEmpty { messages.append("Password updated") }
                if !grants.isEmpty { messages.append("Privileges updated") }
            }
        }
        if !statements.isEmpty {
            let quiet = try arguments.flag("sql_log_bin", or: true) ? [] : ["SET SQL_LOG_BIN = 0"]
            try client.perform(quiet + statements)
        }
        return [
            "changed": .bool(!statements.isEmpty), "user": .string(name),
            "msg": .string(messages.isEmpty ? "User unchanged" : messages.joined(separator: ", ")),
            "password_changed": .bool(messages.contains { $0 == "Password updated" || $0 == "User added" }),
        ]
    }
}

/// One `'user'@'host'`.
struct MySQLAccount {
    let name: String
    let host: String
    let client: MySQLClient
    let arguments: ModuleArguments

    var text: String { "\(MySQLClient.quoted(name))@\(MySQLClient.quoted(host))" }

    // MARK: Passwords

    func identification() throws -> String {
        if let plugin = try arguments.text("plugin") {
            if let hash = try arguments.text("plugin_hash_string") {
                return " IDENTIFIED WITH \(plugin) AS \(MySQLClient.quoted(hash))"
            }
            if let text = try arguments.text("plugin_auth_string") {
                return " IDENTIFIED WITH \(plugin) BY \(MySQLClient.quoted(text))"
            }
            return " IDENTIFIED WITH \(plugin)"
        }
        guard let password = try arguments.text("password") else { return "" }
        if try arguments.flag("encrypted", or: false) {
            return " IDENTIFIED BY PASSWORD \(MySQLClient.quoted(password))"
        }
        return " IDENTIFIED BY \(MySQLClient.quoted(password))"
    }

    /// What sets another password; nothing when it is the one that is wanted.
    func passwordChange() throws -> [String] {
        let update = try arguments.choice(
            "update_password",
            of: ["always", "on_create", "on_new_username"],
            or: "always"
        )
        guard update == "always", arguments.has("password") || arguments.has("plugin") else { return [] }
        let place = "FROM mysql.user WHERE User = \(MySQLClient.quoted(name)) AND Host = \(MySQLClient.quoted(host))"
        let fields =
            try client.rows("SELECT plugin, authentication_string, Password \(place)")?.first
            ?? client.query("SELECT plugin, authentication_string \(place)").first ?? []
        if let plugin = try arguments.text("plugin") {
            let hash = try arguments.text("plugin_hash_string")
            if fields.first == plugin, hash == nil || fields.dropFirst().contains(hash ?? "") { return [] }
        } else if let password = try arguments.text("password") {
            let isHash = try arguments.flag("encrypted", or: false)
            if fields.dropFirst().contains(isHash ? password : Self.nativeHash(password)) { return [] }
            // A newer plugin's hash is salted: it can only be tried.
            let isSalted = fields.first.map { !$0.isEmpty && $0 != "mysql_native_password" } ?? false
            if !isHash, isSalted, try client.admits(name, password) { return [] }
        }
        return ["ALTER USER \(text)" + (try identification())]
    }

    /// `mysql_native_password`: twice SHA-1.
    static func nativeHash(_ password: String) -> String {
        let once = Array(Insecure.SHA1.hash(data: Array(password.utf8)))
        return "*" + hexadecimal(Insecure.SHA1.hash(data: once)).uppercased()
    }

    // MARK: Privileges

    /// What changes the privileges to those that are wanted; nothing when they are.
    func grants(none isNew: Bool) throws -> [String] {
        guard let written = arguments["priv"] else { return [] }
        let wanted = try Self.privileges(written)
        let current =
            isNew ? [:] : Self.privileges(granted: try client.query("SHOW GRANTS FOR \(text)").compactMap(\.first))
        let appends = try arguments.flag("append_privs", or: false)
        var statements: [String] = []
        if try arguments.flag("subtract_privs", or: false) {
            for (place, privileges) in wanted.sorted(by: { $0.key < $1.key }) {
                let extra = (current[place] ?? []).intersection(privileges)
                if !extra.isEmpty { statements += revoking(extra, on: place) }
            }
            return statements
        }
        if !appends {
            for (place, privileges) in current.sorted(by: { $0.key < $1.key })
            where wanted[place] == nil && privileges != ["USAGE"] {
                statements += revoking(["ALL", "GRANT"], on: place)
            }
        }
        for (place, privileges) in wanted.sorted(by: { $0.key < $1.key }) {
            let have = current[place] ?? []
            // MySQL 8 spells ALL out.
            let hasAll = have.contains("ALL") || have.count > 20
            let missing = privileges.subtracting(have).subtracting(hasAll ? privileges.subtracting(["GRANT"]) : [])
            let extra =
                hasAll && privileges.contains("ALL")
                ? have.intersection(["GRANT"]).subtracting(privileges)
                : have.subtracting(privileges).subtracting(["USAGE"])
            if !appends, !extra.isEmpty { statements += revoking(extra, on: place) }
            guard !missing.subtracting(["USAGE"]).isEmpty else { continue }
            let option = privileges.contains("GRANT") ? " WITH GRANT OPTION" : ""
            let list = privileges.subtracting(["GRANT"]).sorted()
            statements.append(
                "GRANT \((list.isEmpty ? ["USAGE"] : list).joined(separator: ", ")) ON \(place) TO \(text)\(option)"
            )
        }
        return statements
    }

    private func revoking(_ privileges: Set<String>, on place: String) -> [String] {
        var statements: [String] = []
        if privileges.contains("GRANT") { statements.append("REVOKE GRANT OPTION ON \(place) FROM \(text)") }
        let list = privileges.subtracting(["GRANT"]).sorted()
        if !list.isEmpty { statements.append("REVOKE \(list.joined(separator: ", ")) ON \(place) FROM \(text)") }
        return statements
    }

    /// `nova.*:ALL/nova_cell0.*:ALL,GRANT`, or a map of the same.
    static func privileges(_ written: Value) throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        let parts =
            written.asDict.map { $0.map { "\($0.key):\($0.value.description)" } }
            ?? written.description.split(separator: "/").map(String.init)
        for part in parts {
            guard let colon = part.lastIndex(of: ":") else {
                throw ModuleFailure("invalid privileges string: '\(part)' is not database.table:PRIVILEGES")
            }
            let place = part[..<colon].split(separator: ".", maxSplits: 1).map { name -> String in
                name == "*" || name.hasPrefix("`") ? String(name) : MySQLClient.name(String(name))
            }
            let privileges = part[part.index(after: colon)...].split(separator: ",").map {
                trimmed(String($0)).uppercased()
            }
            found[place.count == 1 ? place[0] + ".*" : place.joined(separator: "."), default: []]
                .formUnion(privileges.map { $0 == "ALL PRIVILEGES" ? "ALL" : $0 })
        }
        return found
    }

    /// From lines such as ``GRANT SELECT, INSERT ON `nova`.* TO 'nova'@'%' WITH GRANT OPTION``.
    static func privileges(granted lines: [String]) -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for line in lines where line.hasPrefix("GRANT ") {
            guard let on = line.firstRange(of: " ON "), let to = line.firstRange(of: " TO "),
                on.upperBound < to.lowerBound
            else { continue }
            let place = String(line[on.upperBound..<to.lowerBound])
            let list = line[line.index(line.startIndex, offsetBy: 6)..<on.lowerBound].split(separator: ",")
            var privileges = Set(list.map { trimmed(String($0)).uppercased() })
            if privileges.remove("ALL PRIVILEGES") != nil { privileges.insert("ALL") }
            if line.hasSuffix("WITH GRANT OPTION") { privileges.insert("GRANT") }
            found[place, default: []].formUnion(privileges)
        }
        return found
    }
}
