import Catalog
import Jinja
import OrderedCollections

/// An action of theirs as what rules do here.
struct ImportedAction {
    enum Effect {
        case label(String, String)
        /// `name`, `refuse`, `quarantine` or `reserve` with its text.
        case action(String, String)
        case remark(String)
    }

    var effects: [Effect] = []

    init(_ step: [String: Value]) throws(NotCarried) {
        let isOlder = step["action"] != nil
        guard let word = (step["action"] ?? step["op"])?.asString else {
            throw NotCarried("an action that says neither 'action' nor 'op'")
        }
        let values =
            isOlder
            ? try Arguments(.dict(.init(uniqueKeysWithValues: step.map { ($0.key, $0.value) })), [], of: word)
            : try Arguments(step["args"] ?? .none, Self.signatures[word] ?? [], of: word)
        switch word {
        case "fail":
            effects = [
                .action("refuse", try Self.text(values["message"] ?? values["msg"] ?? .string("no reason given")))
            ]
        case "set-attribute": try setAttribute(values)
        case "set-capability":
            guard let name = values["name"]?.asString else { throw NotCarried("a capability without a name") }
            try setCapability(name, values["value"] ?? .none)
        case "unset-capability":
            throw NotCarried(
                "'\(word)' of '\(values["name"]?.description ?? "")': labels are made anew at each inspection"
            )
        case "add-trait":
            guard let name = values["name"]?.asString else { throw NotCarried("a trait without a name") }
            try label(name, .string("true"))
        case "remove-trait", "del-attribute":
            throw NotCarried(
                "'\(word)': what rules give is made anew at each inspection, so that there is nothing to remove"
            )
        case "extend-attribute":
            throw NotCarried("'extend-attribute' of '\(values["path"]?.description ?? "")': a label holds one text")
        case "log": throw NotCarried("'log': the timeline says which rules did what")
        case "set-plugin-data", "extend-plugin-data", "unset-plugin-data":
            throw NotCarried("'\(word)': an inventory is what the machine says and is not changed")
        case "set-port-attribute", "extend-port-attribute", "del-port-attribute":
            throw NotCarried("'\(word)': NICs are what the inventory says, and have no attributes of their own")
        case "api-call": throw NotCarried("'api-call': rules call nobody; programs follow the timeline by the API")
        default: throw NotCarried("the action '\(word)' is not known")
        }
    }

    private static let signatures = [
        "fail": ["msg"], "set-attribute": ["path", "value"], "set-capability": ["name", "value"],
        "unset-capability": ["name"], "add-trait": ["name"], "remove-trait": ["name"], "log": ["msg", "level"],
        "extend-attribute": ["path", "value", "unique"], "del-attribute": ["path"],
    ]

    private mutating func setAttribute(_ values: Arguments) throws(NotCarried) {
        guard let path = values["path"]?.asString else { throw NotCarried("an attribute without a path") }
        let value = values["value"] ?? .none
        let names = path.split { $0 == "/" || $0 == "." }.map(String.init)
        switch (names.first ?? "", names.dropFirst().first) {
        case ("name", nil): effects = [.action("name", try Self.text(value))]
        case ("extra", let key?) where names.count == 2: try label(key, value)
        case ("properties", "capabilities") where names.count == 2:
            for pair in (value.asString ?? "").split(separator: ",") {
                let parts = pair.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw NotCarried("the capabilities '\(value)' are no pairs") }
                try setCapability(parts[0], .string(parts[1]))
            }
        case ("properties", let key?) where ["memory_mb", "cpus", "local_gb", "cpu_arch"].contains(key):
            throw NotCarried("'\(path)': the inventory says it")
        case ("properties", "root_device"):
            throw NotCarried("'\(path)': the role says it, as 'root_disk'")
        case ("properties", let key?) where names.count == 2: try label(key, value)
        case ("resource_class", nil), ("description", nil), ("owner", nil), ("lessee", nil), ("conductor_group", nil),
            ("chassis_uuid", nil), ("shard", nil):
            try label(names[0], value)
        case ("maintenance", nil) where value.isTruthy:
            effects = [
                .action("quarantine", "a rule set it to maintenance"),
                .remark("maintenance is an operator's here: the node is quarantined"),
            ]
        case ("maintenance_reason", nil): effects = [.action("quarantine", try Self.text(value))]
        case ("protected", nil) where value.isTruthy, ("retired", nil) where value.isTruthy:
            effects = [.action("reserve", names[0])]
        case ("driver", _), ("driver_info", _):
            // Its value may be a password.
            throw NotCarried("'\(path)': how a BMC is reached is said by rackwright node enroll and node set-bmc")
        case ("instance_info", _): throw NotCarried("'\(path)': the role says what a node becomes")
        default: throw NotCarried("'\(path)' is nothing that a node has")
        }
    }

    private mutating func setCapability(_ name: String, _ value: Value) throws(NotCarried) {
        guard value != .none else {
            throw NotCarried(
                "'\(name)' of nothing: labels are made anew at each inspection, so that there is nothing to remove"
            )
        }
        try label(name, value)
        if name == "profile" || name.hasSuffix("_profile") {
            let key = try Literal.labelKey(name)
            let text = Literal.of(value.asString.map { .string($0) } ?? .string(value.description))
            effects.append(.remark("a role takes such nodes by `hardware: [labels.\(key) == \(text)]`"))
        }
        if name == "node" {
            effects.append(.remark("'node' is a label: what it placed by number, a rule can by 'name' and 'role'"))
        }
    }

    private mutating func label(_ name: String, _ value: Value) throws(NotCarried) {
        let key = try Literal.labelKey(name)
        effects.append(.label(key, try Self.text(value)))
        if key != name { effects.append(.remark("'\(name)' is the label \(key)")) }
    }

    private static func text(_ value: Value) throws(NotCarried) -> String {
        switch value {
        case .string(let text): return try FormatText(text).template
        case .int, .double, .bool: return value.description
        case .none, .undefined: throw NotCarried("nothing is no text")
        case .list, .dict: throw NotCarried("a list or an object is no text")
        }
    }
}
