import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// The cluster of Pacemaker's that the node is in, by pcs; as TripleO's module of this name.
    static let pacemakerCluster = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        guard arguments.has("state") else { throw ModuleFailure("missing required arguments: state") }
        let state = try arguments.choice("state", of: ["online", "offline", "restart", "cleanup"], or: "online")
        let timeout = try arguments.number("timeout") ?? 300
        let force = try arguments.flag("force", or: true)
        func now() throws -> String {
            // Without a quorum, or without a cluster, nothing is online.
            guard trimmed(try context.run(["crm_node", "-q"]).outputText) == "1" else { return "offline" }
            return try context.run(["pcs", "cluster", "status"]).status == 0 ? "online" : "offline"
        }
        func bring(_ wanted: String) throws {
            let words = wanted == "online" ? ["start"] : ["stop"] + (force ? ["--force"] : [])
            try context.act(["pcs", "cluster"] + words, timeout: max(600, timeout))
            let started = context.clock.now()
            while !context.isCheck, try now() != wanted {
                guard context.clock.now() - started < timeout else {
                    throw ModuleFailure("Failed to set the state `\(wanted)` on the cluster\n")
                }
                try context.sleep(seconds: 1)
            }
        }
        switch state {
        case "cleanup":
            try context.act(["pcs", "resource", "cleanup"])
            return ["changed": true, "rc": 0, "out": .string(try now())]
        case "restart":
            try bring("offline")
            try bring("online")
            return ["changed": true, "rc": 0, "out": "online"]
        default:
            let found = try now()
            if found == state { return ["changed": false, "rc": 0, "out": .string(found)] }
            if try arguments.flag("check_and_fail", or: false) {
                throw ModuleFailure("State not found to be in \(state) ")
            }
            try bring(state)
            return ["changed": true, "rc": 0, "out": .string(state)]
        }
    }

    /// A resource of the cluster's, by pcs; as TripleO's module of this name.
    static let pacemakerResource = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let states = [
            "manage", "unmanage", "enable", "disable", "restart", "show", "delete", "started", "stopped", "master",
            "slave",
        ]
        guard arguments.has("state") else { throw ModuleFailure("missing required arguments: state") }
        let state = try arguments.choice("state", of: states, or: "show")
        let resource = try arguments.requiredText("resource")
        let timeout = try arguments.number("timeout") ?? 300
        let waits = try arguments.flag("wait_for_resource", or: false)
        let status = Value.dict(["resource": .string(resource), "status": .string(state)])
        func isSeen() throws -> Bool {
            let shown = try context.run(["pcs", "status", "--full"])
            return shown.outputText.split(separator: "\n").contains { line in
                line.split(whereSeparator: { $0 == " " || $0 == "\t" }).contains(Substring(resource))
                    && line.lowercased().contains(state)
            }
        }
        if try arguments.flag("check_mode", or: false) {
            let started = context.clock.now()
            while try !isSeen() {
                guard waits, context.clock.now() - started < timeout else {
                    throw ModuleFailure("Failed, the resource \(resource) is not \(state)\n", fields: ["rc": 1])
                }
                try context.sleep(seconds: 1)
            }
            return ["changed": false, "rc": 0, "out": status]
        }
        let found = try context.run(["pcs", "resource", "config", resource])
        if state == "delete", found.status != 0 {
            return ["changed": false, "rc": 0, "out": ["resource": .string(resource), "status": "deleted"]]
        }
        if state == "show" {
            return ["changed": false, "rc": .int(found.status), "out": .string(found.outputText)]
        }
        // What is already as wanted by its own word stays.
        if state == "disable" || state == "enable" {
            let isDisabled = found.outputText.contains("target-role=Stopped")
            if found.status == 0, isDisabled == (state == "disable") {
                return ["changed": false, "rc": 0, "out": status]
            }
        }
        let wait = ["enable", "disable", "restart"].contains(state) ? ["--wait=\(Int(timeout))"] : []
        guard !context.isCheck else { return ["changed": true, "rc": 0, "out": ""] }
        var result = try context.run(["pcs", "resource", state, resource] + wait, timeout: timeout + 60)
        if result.status == 0, state == "delete",
            try context.run(["pcs", "resource", "config", resource]).status == 0
        {
            result = CommandResult(status: 1, output: Array("Resource still present after deletion command".utf8))
        }
        guard result.status == 0 else {
            throw ModuleFailure(
                "Failed, to set the resource \(resource) to the state \(state)",
                fields: [
                    "rc": .int(result.status), "output": .string(result.outputText), "error": .string(result.errorText),
                ]
            )
        }
        return ["changed": true, "rc": 0, "out": .string(result.outputText)]
    }

    /// Waits until a resource of the cluster's runs wherever it should; as TripleO's module of this name.
    static let pacemakerIsActive = ModuleDefinition(effect: .none) { arguments, context in
        let name = try arguments.requiredText("resource")
        let tries = max(1, try arguments.integer("max_wait") ?? 5)
        func tags() throws -> [XMLTag] {
            XMLTag.all(in: try context.runSuccessfully(["crm_mon", "-r", "--as-xml"]).outputText)
        }
        let kinds = ["resource", "clone", "group", "bundle"]
        guard let first = try tags().first(where: { kinds.contains($0.name) && $0["id"]?.contains(name) == true })
        else {
            throw ModuleFailure("Resource '\(name)' doesn't exist in the cib.")
        }
        let isClone = first.name == "clone"
        let isMaster = isClone && first["multi_state"] == "true"
        let kind = isMaster ? "master" : isClone ? "clone" : "primitive"
        let expected = try !isClone ? 1 : expectedCount(name, isMaster, context)
        for attempt in 1...tries {
            let count = try tags().count { tag in
                tag.name == "resource" && tag["id"] == name && tag["orphaned"] == "false" && tag["failed"] == "false"
                    && tag["active"] == "true" && tag["role"] == (isMaster ? "Master" : "Started")
            }
            if count == expected {
                return [
                    "changed": false, "resource_type": .string(kind), "resource_name": .string(name),
                    "msg": .string("\(kind) resource \(name) is active"),
                ]
            }
            if attempt < tries { try context.sleep(seconds: 1) }
        }
        throw ModuleFailure(
            "Max wait time of \(tries) seconds reached waiting for \(name)",
            fields: ["resource_type": .string(kind), "resource_name": .string(name)]
        )
    }

    private static func expectedCount(_ name: String, _ isMaster: Bool, _ context: ModuleContext) throws -> Int {
        let key = isMaster ? "master-max" : "clone-max"
        let found = try context.run(["crm_resource", "-r", name, "--meta", "-g", key])
        if found.status == 0, let count = Int(trimmed(found.outputText)) { return count }
        if isMaster { return 1 }
        let property = try context.runSuccessfully(["pcs", "property"]).outputText
        let nodes = property.split(separator: "\n").count { $0.contains("\(name)-role=true") }
        if nodes > 0 { return nodes }
        return try context.runSuccessfully(["crm_node", "-l"]).outputText.split(separator: "\n").count
    }
}

/// A start tag of XML: its name and attributes.
struct XMLTag: Hashable {
    var name: String
    private var attributes: [String: String] = [:]

    subscript(attribute: String) -> String? { attributes[attribute] }

    static func all(in text: String) -> [XMLTag] {
        text.split(separator: "<").compactMap { part in
            guard let end = part.firstIndex(of: ">") else { return nil }
            return XMLTag(part[..<end])
        }
    }

    private init?(_ text: Substring) {
        guard let first = text.first, first.isLetter else { return nil }
        name = String(text.prefix { !$0.isWhitespace && $0 != "/" })
        var rest = text.dropFirst(name.count)
        while let equals = rest.firstIndex(of: "=") {
            let key = rest[..<equals].filter { !$0.isWhitespace }
            let quoted = rest[equals...].dropFirst()
            guard let quote = quoted.first, quote == "\"" || quote == "'",
                let close = quoted.dropFirst().firstIndex(of: quote)
            else { return }
            attributes[String(key)] = String(quoted.dropFirst()[..<close])
            rest = quoted[close...].dropFirst()
        }
    }
}
