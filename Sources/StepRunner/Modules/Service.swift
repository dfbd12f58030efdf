import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Starts, stops, enables and masks units, by `systemctl`. For `service` and `systemd`.
    static let service = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        var fields: Fields = ["changed": false]
        if let scope = try arguments.text("scope"), scope != "system" {
            throw ModuleFailure("\(arguments.module): only the scope 'system' is known, not '\(scope)'")
        }
        if try arguments.flag("daemon_reexec", or: false) {
            try context.act(["systemctl", "daemon-reexec"])
        }
        if try arguments.flag("daemon_reload", or: false) {
            try context.act(["systemctl", "daemon-reload"])
        }
        guard let name = try arguments.text("name") else {
            guard !arguments.has("state"), !arguments.has("enabled"), !arguments.has("masked") else {
                throw ModuleFailure("\(arguments.module): the parameter 'name' is missing")
            }
            return fields
        }
        fields["name"] = .string(name)
        var unit = UnitState(try context.run(["systemctl", "show", "--no-pager", name]).outputText)
        if let masked = try arguments.flag("masked"), masked != unit.isMasked {
            try context.act(["systemctl", masked ? "mask" : "unmask", name])
            fields["changed"] = true
            unit = UnitState(try context.run(["systemctl", "show", "--no-pager", name]).outputText)
        }
        let wanted = try arguments.text("state")
        if unit.isMissing, arguments.has("enabled") || (wanted != nil && wanted != "stopped") {
            throw ModuleFailure(
                "Could not find the requested service \(name): host",
                fields: ["name": .string(name)]
            )
        }
        if let enabled = try arguments.flag("enabled") {
            let force = try arguments.flag("force", or: false) ? ["--force"] : []
            let word = try context.run(["systemctl", "is-enabled", name]).outputText
            if enabled != trimmed(word).hasPrefix("enabled") {
                try context.act(["systemctl", enabled ? "enable" : "disable"] + force + [name])
                fields["changed"] = true
            }
            fields["enabled"] = .bool(enabled)
        }
        if arguments.has("state") {
            let states = ["started", "stopped", "restarted", "reloaded"]
            let state = try arguments.choice("state", of: states, or: "started")
            if let verb = unit.verb(to: state) {
                let block = try arguments.flag("no_block", or: false) ? ["--no-block"] : []
                try context.act(["systemctl"] + block + [verb, name])
                fields["changed"] = true
            }
            fields["state"] = .string(state == "stopped" ? "stopped" : "started")
        }
        fields["status"] = .dict(unit.properties)
        return fields
    }
}

/// What `systemctl show` says of a unit.
private struct UnitState {
    var properties: Fields = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            properties[String(line[..<equals])] = .string(String(line[line.index(after: equals)...]))
        }
    }

    var isMissing: Bool { properties["LoadState"] == "not-found" }
    var isMasked: Bool { properties["LoadState"] == "masked" || properties["UnitFileState"] == "masked" }
    private var isActive: Bool {
        ["active", "activating", "reloading"].contains(properties["ActiveState"])
    }

    /// What has to be said to `systemctl`; nil when nothing.
    func verb(to state: String) -> String? {
        switch state {
        case "started": isActive ? nil : "start"
        case "stopped": isActive ? "stop" : nil
        case "reloaded": isActive ? "reload" : "start"
        default: "restart"
        }
    }
}
