import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A connection of NetworkManager's, by its own nmcli: cards, bonds, bridges, VLANs, and what is part of them.
    static let nmcli = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let context = context.untranslated
        let name = try arguments.requiredText("conn_name")
        let state = try arguments.choice("state", of: ["present", "absent", "up", "down"], or: "present")
        let shown = try context.run(["nmcli", "--terse", "--escape", "no", "connection", "show", "id", name])
        // 10: there is no such connection; anything else, and nothing can be said.
        guard shown.status == 0 || shown.status == 10 else {
            throw ModuleFailure("nmcli ended with \(shown.status): \(shown.lastWords)")
        }
        let found = shown.status == 0 ? ConnectionProfile(shown: shown.outputText) : nil
        var fields: Fields = ["changed": false, "conn_name": .string(name), "state": .string(state)]
        func act(_ words: [String]) throws {
            let result = try context.act(["nmcli", "connection"] + words)
            fields["changed"] = true
            for (key, text) in [("stdout", result.outputText), ("stderr", result.errorText)] {
                fields.removeValue(forKey: key)
                fields.removeValue(forKey: key + "_lines")
                guard !text.isEmpty else { continue }
                fields[key] = .string(text)
                fields[key + "_lines"] = lines(of: text)
            }
        }
        if state == "absent" {
            if found?.isUp == true { _ = try? context.act(["nmcli", "connection", "down", "id", name]) }
            if found != nil { try act(["delete", "id", name]) }
            return fields
        }
        guard state == "present" else {
            guard let found else { throw ModuleFailure("there is no connection '\(name)'") }
            if found.isUp != (state == "up") { try act([state, "id", name]) }
            return fields
        }
        let type = try arguments.text("type") ?? found?.type
        let wanted = try ConnectionProfile(arguments, type: type)
        guard let found else {
            let type = try arguments.requiredText("type")
            fields["Connection"] = .string("Connection \(name) of Type \(type) is being added")
            let interface = wanted.interface == nil ? ["connection.interface-name", name] : []
            try act(["add", "type", type, "con-name", name] + interface + wanted.words)
            // What is changed on a card that is up takes hold when it is brought up.
            let isCard = ["bond", "dummy", "ethernet", "infiniband", "wifi"].contains(type)
            if isCard, ["mtu", "dns4", "dns6"].contains(where: arguments.has) { try act(["up", "id", name]) }
            return fields
        }
        let changes = wanted.changes(from: found)
        guard !changes.isEmpty else {
            fields["Exists"] = "Connections already exist and no changes made"
            return fields
        }
        fields["Exists"] = "Connections do exist so we are modifying them"
        try act(["modify", "id", name] + changes)
        if try arguments.flag("conn_reload", or: false) { try act(["reload"]) }
        return fields
    }
}
