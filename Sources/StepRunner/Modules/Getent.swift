import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Entries of the node's databases, as facts: `getent_passwd` and the like.
    static let getent = ModuleDefinition(effect: .none) { arguments, context in
        let database = try arguments.requiredText("database")
        let key = try arguments.text("key")
        let colons = ["passwd", "shadow", "group", "gshadow"].contains(database)
        let separator = try arguments.text("split") ?? (colons ? ":" : nil)
        let result = try context.run(["getent", database] + (key.map { [$0] } ?? []))
        let name = "getent_\(database)"
        switch result.status {
        case 0: break
        case 1: throw ModuleFailure("Missing arguments, or database unknown.")
        case 2:
            guard try !arguments.flag("fail_key", or: true), let key else {
                throw ModuleFailure("One or more supplied key could not be found in the database.")
            }
            let message = "One or more supplied key could not be found in the database."
            return ["changed": false, "ansible_facts": [name: [key: .none]], "msg": .string(message)]
        default: throw ModuleFailure("Unexpected failure!")
        }
        var entries: Fields = [:]
        for line in result.outputText.split(separator: "\n") {
            let parts =
                separator.map { line.split(separator: Character($0), omittingEmptySubsequences: false) }
                ?? line.split(whereSeparator: \.isWhitespace)
            guard let first = parts.first else { continue }
            entries[String(first)] = .list(parts.dropFirst().map { .string(String($0)) })
        }
        return ["changed": false, "ansible_facts": [name: .dict(entries)]]
    }
}
