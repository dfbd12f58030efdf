import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A switch of SELinux's policy.
    static let seboolean = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        guard let wanted = try arguments.flag("state") else {
            throw ModuleFailure("missing required arguments: state")
        }
        let isPersistent = try arguments.flag("persistent", or: false)
        let found = try context.run(["getsebool", name])
        guard found.status == 0 else { throw ModuleFailure("SELinux boolean \(name) does not exist.") }
        var isOn = trimmed(found.outputText).hasSuffix("--> on")
        // What the next boot will have, where the node has the tool to ask.
        if isPersistent, isOn == wanted,
            let stored = try? context.run(["semanage", "boolean", "--list", "--noheading"]), stored.status == 0,
            let line = stored.outputText.split(separator: "\n").first(where: {
                $0.split(separator: " ").first == Substring(name)
            })
        {
            isOn = line.filter { !$0.isWhitespace }.contains(wanted ? ",on)" : ",off)") ? wanted : !wanted
        }
        if isOn != wanted {
            try context.act(["setsebool"] + (isPersistent ? ["-P"] : []) + [name, wanted ? "on" : "off"])
        }
        return [
            "changed": .bool(isOn != wanted), "name": .string(name), "state": .bool(wanted),
            "persistent": .bool(isPersistent),
        ]
    }

    /// Whether SELinux enforces, by which policy; now and from the next boot on.
    static let selinux = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let states = ["disabled", "enforcing", "permissive"]
        guard arguments.has("state") else { throw ModuleFailure("missing required arguments: state") }
        let state = try arguments.choice("state", of: states, or: "enforcing")
        let path = try arguments.text("configfile") ?? "/etc/selinux/config"
        let policy = try arguments.text("policy")
        guard policy != nil || state == "disabled" else {
            throw ModuleFailure("Policy is required if state is not 'disabled'")
        }
        var text = try TextLines(path, creates: false, context)
        guard text.isThere else { throw ModuleFailure("Unable to find file \(path)") }
        var messages: [String] = []
        func set(_ key: String, _ value: String) {
            let line = TextLines.line("\(key)=\(value)")
            if let place = text.lines.firstIndex(where: { TextLines.text($0).hasPrefix(key + "=") }) {
                guard text.lines[place] != line else { return }
                text.lines[place] = line
            } else {
                text.endLastLine()
                text.lines.append(line)
            }
            messages.append("Config SELinux \(key == "SELINUX" ? "state" : "policy") changed to '\(value)'")
        }
        if let policy { set("SELINUXTYPE", policy) }
        set("SELINUX", state)
        _ = try text.write("", arguments, context)
        let result = try? context.run(["getenforce"])
        let now = trimmed(result?.outputText ?? "Disabled").lowercased()
        var needsReboot = false
        if now != state {
            if now == "disabled" || state == "disabled" {
                needsReboot = true
            } else {
                try context.act(["setenforce", state == "enforcing" ? "1" : "0"])
                messages.append("SELinux state changed from '\(now)' to '\(state)'")
            }
        }
        return [
            "changed": .bool(!messages.isEmpty), "msg": .string(messages.joined(separator: ", ")),
            "configfile": .string(path), "policy": policy.map { .string($0) } ?? .none, "state": .string(state),
            "reboot_required": .bool(needsReboot),
        ]
    }
}
