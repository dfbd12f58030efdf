import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A connection of NetworkManager's, by its own nmcli: cards, bonds, bridges, VLANs, and what is part of them.
    static let nmcli = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("conn_name")
        let state = try arguments.choice("state", of: ["present", "absent", "up", "down"], or: "present")
        let shown = try context.run(["nmcli", "--terse", "--escape", "no", "connection", "show", "id", name])
        // 10: there is no such connection; anything else, and nothing can be said.
        guard shown.status == 0 || shown.status == 10 else {
            throw ModuleFailure("nmcli ended with \(shown.status): \(shown.lastWords)")
        }
        let isThere = shown.status == 0
        var found: [String: String] = [:]
        for line in shown.outputText.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { found[String(parts[0])] = parts[1].filter { $0 != " " } }
        }
        func act(_ words: [String]) throws -> Fields {
            try context.act(["nmcli", "connection"] + words)
            return ["changed": true, "conn_name": .string(name), "state": .string(state)]
        }
        let kept: Fields = [
            "changed": false, "conn_name": .string(name), "state": .string(state),
            "Exists": "Connections do exist so we are not modifying them",
        ]
        let isUp = found["GENERAL.STATE"] == "activated"
        switch state {
        case "absent":
            return isThere
                ? try act(["delete", "id", name]) : ["changed": false, "conn_name": .string(name), "state": "absent"]
        case "up", "down":
            guard isThere else { throw ModuleFailure("there is no connection '\(name)'") }
            return isUp == (state == "up") ? kept : try act([state, "id", name])
        default: break
        }
        let wanted = try settings(arguments)
        guard isThere else {
            let type = try arguments.requiredText("type")
            let words = ["add", "type", type, "con-name", name]
            return try act(words + wanted.flatMap { [$0.key, $0.value] })
        }
        let changes = wanted.filter { found[$0.key] != $0.value.filter { $0 != " " } }
        return changes.isEmpty ? kept : try act(["modify", "id", name] + changes.flatMap { [$0.key, $0.value] })
    }

    /// nm-settings-nmcli(5)'s properties, by what the task says.
    private static func settings(_ arguments: ModuleArguments) throws -> OrderedDictionary<String, String> {
        var settings: OrderedDictionary<String, String> = [:]
        func set(_ property: String, _ key: String) throws {
            switch arguments[key] {
            case nil: break
            case .bool(let flag)?: settings[property] = flag ? "yes" : "no"
            case .list(let items)?: settings[property] = items.map(\.description).joined(separator: ",")
            case let value?: settings[property] = value.description
            }
        }
        let type = try arguments.text("type")
        settings["connection.interface-name"] = try arguments.text("ifname") ?? arguments.text("conn_name")
        settings["connection.autoconnect"] = try arguments.flag("autoconnect", or: true) ? "yes" : "no"
        try set("connection.zone", "zone")
        try set("connection.master", "master")
        try set("connection.slave-type", "slave_type")
        if arguments.has("master"), !arguments.has("slave_type") {
            settings["connection.slave-type"] = type == "bridge-slave" ? "bridge" : "bond"
        }
        for family in ["4", "6"] {
            for (property, key) in [
                ("addresses", "ip"), ("gateway", "gw"), ("dns", "dns"), ("routes", "routes"), ("method", "method"),
                ("never-default", "never_default"),
            ] {
                try set("ipv\(family).\(property)", key + family)
            }
            try set("ipv\(family).dns-search", "dns\(family)_search")
            if arguments.has("ip" + family), !arguments.has("method" + family) {
                settings["ipv\(family).method"] = "manual"
            }
        }
        try set("802-3-ethernet.mtu", "mtu")
        try set("802-3-ethernet.mac-address", "mac")
        if type == "bond" {
            var options = "mode=\(try arguments.text("mode") ?? "balance-rr")"
            if let interval = try arguments.text("miimon") { options += ",miimon=\(interval)" }
            settings["bond.options"] = options
        }
        try set("vlan.id", "vlanid")
        try set("vlan.parent", "vlandev")
        if type == "bridge" { try set("bridge.stp", "stp") }
        return settings
    }
}
