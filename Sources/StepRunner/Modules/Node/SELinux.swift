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
        guard found.status == 0 else {
            let isOff = found.errorText.contains("SELinux is disabled")
            throw ModuleFailure(
                isOff ? "SELinux is disabled on this host." : "SELinux boolean \(name) does not exist."
            )
        }
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
        let standard = "/etc/selinux/config"
        let path = try arguments.text("configfile") ?? standard
        var configuration = try SELinuxConfiguration(path, context)
        guard configuration.text.isThere else { throw ModuleFailure("Unable to find file \(path)") }
        guard let policy = try arguments.text("policy") ?? (state == "disabled" ? configuration["SELINUXTYPE"] : nil)
        else {
            throw ModuleFailure("Policy is required if state is not 'disabled'")
        }
        var messages: [String] = []
        let running = try SELinuxConfiguration(standard, context)["SELINUXTYPE"] ?? "targeted"
        if policy != running {
            messages.append("Running SELinux policy changed from '\(running)' to '\(policy)'")
        }
        let (oldPolicy, oldState) = (configuration["SELINUXTYPE"], configuration["SELINUX"])
        if policy != oldPolicy {
            guard context.files.exists("/etc/selinux/\(policy)/policy") else {
                throw ModuleFailure("Policy \(policy) does not exist in /etc/selinux/")
            }
            configuration["SELINUXTYPE"] = policy
            messages.append(
                "SELinux policy configuration in '\(path)' changed from '\(oldPolicy ?? "None")' to '\(policy)'"
            )
        }
        let result = try? context.run(["getenforce"])
        let now = trimmed(result?.outputText ?? "Disabled").lowercased()
        if now != state, now != "disabled", state != "disabled" {
            try context.act(["setenforce", state == "enforcing" ? "1" : "0"])
            messages.append("SELinux state changed from '\(now)' to '\(state)'")
        } else if now == "enforcing", state == "disabled" {
            // Nothing but a restart turns it off; until then it lets everything through.
            try context.act(["setenforce", "0"])
            messages.append("SELinux state temporarily changed from 'enforcing' to 'permissive'")
        }
        if state != oldState {
            configuration["SELINUX"] = state
            messages.append("Config SELinux state changed from '\(oldState ?? "None")' to '\(state)'")
        }
        _ = try configuration.text.write("", arguments, context)
        return [
            "changed": .bool(!messages.isEmpty), "msg": .string(messages.joined(separator: ", ")),
            "configfile": .string(path), "policy": .string(policy), "state": .string(state),
            "reboot_required": .bool(now != state && (now == "disabled" || state == "disabled")),
        ]
    }
}

/// What the next boot does with SELinux: `KEY=value`, a line each.
private struct SELinuxConfiguration {
    var text: TextLines

    init(_ path: String, _ context: ModuleContext) throws {
        text = try TextLines(path, creates: false, context)
    }

    subscript(key: String) -> String? {
        get {
            text.lines.lazy.map(TextLines.text).first { $0.hasPrefix(key + "=") }.map {
                trimmed(String($0.dropFirst(key.count + 1)))
            }
        }
        set {
            let line = TextLines.line("\(key)=\(newValue ?? "")")
            let places = text.lines.indices.filter { TextLines.text(text.lines[$0]).hasPrefix(key + "=") }
            for place in places { text.lines[place] = line }
            if places.isEmpty {
                text.endLastLine()
                text.lines.append(line)
            }
        }
    }
}
