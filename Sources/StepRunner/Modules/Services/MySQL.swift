import Jinja
import OrderedCollections

/// The server of MySQL or MariaDB that a task speaks to, by the node's own client.
struct MySQLClient {
    private let context: ModuleContext
    private let words: [String]

    init(_ arguments: ModuleArguments, _ context: ModuleContext) throws {
        var context = context
        var words: [String] = []
        let file = try arguments.text("config_file") ?? "/root/.my.cnf"
        let path = file.hasPrefix("~/") ? "/root/" + file.dropFirst(2) : file
        if context.files.exists(path) { words.append("--defaults-extra-file=\(context.files.place(path))") }
        if let user = try arguments.text("login_user") { words.append("--user=\(user)") }
        // The list of processes is for everybody to see.
        if let password = try arguments.text("login_password") { context.environment["MYSQL_PWD"] = password }
        if let socket = try arguments.text("login_unix_socket") {
            words.append("--socket=\(socket)")
        } else if let host = try arguments.text("login_host") {
            words.append("--host=\(host)")
            if let port = try arguments.integer("login_port") { words.append("--port=\(port)") }
        }
        self.words = words
        self.context = context
    }

    func command(_ program: String, _ more: [String]) -> [String] { [program] + words + more }

    /// Rows of fields; nil when the server refuses the statement.
    func rows(_ statement: String) throws -> [[String]]? {
        let result = try context.run(
            command("mysql", ["--batch", "--skip-column-names", "--raw"]),
            input: Array(statement.utf8)
        )
        guard result.status == 0 else { return nil }
        return result.outputText.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    func query(_ statement: String) throws -> [[String]] {
        if let rows = try rows(statement) { return rows }
        try context.runSuccessfully(command("mysql", ["--batch", "--skip-column-names"]), input: Array(statement.utf8))
        return []
    }

    /// Carries out statements; nothing in check mode.
    func perform(_ statements: [String]) throws {
        let text = statements.map { $0 + ";\n" }.joined()
        try context.act(command("mysql", ["--batch"]), input: Array(text.utf8))
    }

    /// Whether somebody may come in with a password.
    func admits(_ user: String, _ password: String) throws -> Bool {
        var other = context
        other.environment["MYSQL_PWD"] = password
        return try other.run(["mysql", "--no-defaults", "--user=\(user)", "--execute=SELECT 1"]).status == 0
    }

    /// A text as SQL writes it.
    static func quoted(_ text: String) -> String {
        "'" + text.reduce(into: "") { $0 += $1 == "'" ? "''" : $1 == "\\" ? "\\\\" : String($1) } + "'"
    }

    /// A name as SQL writes it.
    static func name(_ text: String) -> String {
        "`" + text.reduce(into: "") { $0 += $1 == "`" ? "``" : String($1) } + "`"
    }
}

extension ModuleDefinition {
    private static let isNoImport: @Sendable (ModuleArguments) -> Bool = { $0["state"]?.asString != "import" }

    /// A database of MySQL's or MariaDB's.
    static let mysqlDatabase = ModuleDefinition(
        isRepeatable: isNoImport,
        actsOutsideFiles: true
    ) { arguments, context in
        let client = try MySQLClient(arguments, context)
        let names = arguments.list("name").map(\.description)
        guard let first = names.first else { throw ModuleFailure("missing required arguments: name") }
        let state = try arguments.choice("state", of: ["present", "absent", "dump", "import"], or: "present")
        var done: [String] = []
        if state == "dump" || state == "import" {
            let target = context.files.place(try arguments.requiredText("target"))
            let isAll = names == ["all"]
            if state == "dump" {
                let what = isAll ? ["--all-databases"] : ["--databases"] + names
                let single = try arguments.flag("single_transaction", or: false) ? ["--single-transaction"] : []
                let quick = try arguments.flag("quick", or: true) ? ["--quick"] : []
                try context.act(client.command("mysqldump", single + quick + ["--result-file=\(target)"] + what))
            } else {
                let octets = try context.files.read(try arguments.requiredText("target"), limit: 1 << 30)
                try context.act(client.command("mysql", isAll ? [] : ["--database=\(first)"]), input: octets)
            }
            done.append(state)
        } else {
            for name in names {
                let found = try client.query(
                    "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(MySQLClient.quoted(name))"
                )
                guard found.isEmpty == (state == "present") else { continue }
                var statement = "\(state == "present" ? "CREATE" : "DROP") DATABASE \(MySQLClient.name(name))"
                if state == "present" {
                    if let set = try arguments.text("encoding") {
                        statement += " CHARACTER SET \(MySQLClient.quoted(set))"
                    }
                    if let order = try arguments.text("collation") {
                        statement += " COLLATE \(MySQLClient.quoted(order))"
                    }
                }
                try client.perform([statement])
                done.append(statement)
            }
        }
        return [
            "changed": .bool(!done.isEmpty), "db": .string(names.joined(separator: " ")),
            "db_list": .list(names.map { .string($0) }), "executed_commands": .list(done.map { .string($0) }),
        ]
    }
}
