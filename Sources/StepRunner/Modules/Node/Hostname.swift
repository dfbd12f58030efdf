import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// The node's name, now and at its next boot.
    static let hostname = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let current = trimmed(try context.run(["hostname"]).outputText)
        let isThere = try context.files.status("/etc/hostname", followingLinks: true) != nil
        let kept = isThere ? trimmed(try context.files.readText("/etc/hostname")) : ""
        var changed = false
        if kept != name { changed = try context.changes.write(Array((name + "\n").utf8), to: "/etc/hostname") }
        if current != name {
            try context.act(["hostname", name])
            changed = true
        }
        let short = String(name.prefix { $0 != "." })
        let domain = name.contains(".") ? String(name.dropFirst(short.count + 1)) : ""
        var fields: Fields = [
            "changed": .bool(changed), "name": .string(name),
            "ansible_facts": [
                "ansible_hostname": .string(short), "ansible_nodename": .string(name), "ansible_fqdn": .string(name),
                "ansible_domain": .string(domain),
            ],
        ]
        if changed {
            fields["diff"] = ["before": .string("hostname = \(current)\n"), "after": .string("hostname = \(name)\n")]
        }
        return fields
    }

    /// The node's time zone.
    static let timezone = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        var before: Fields = [:]
        var after: Fields = [:]
        var changed = false
        if let name = try arguments.text("name") {
            let zone = "/usr/share/zoneinfo/\(name)"
            guard !name.contains(".."), try context.files.status(zone, followingLinks: true)?.kind == .file else {
                throw ModuleFailure("Timezone \"\(name)\" is not available: there is no \(zone)")
            }
            let isLink = try context.files.status("/etc/localtime")?.kind == .link
            let target = isLink ? try context.files.linkTarget("/etc/localtime") : ""
            let now = target.firstRange(of: "zoneinfo/").map { String(target[$0.upperBound...]) } ?? "n/a"
            before["name"] = .string(now)
            after["name"] = .string(name)
            if now != name {
                try context.changes.makeLink("/etc/localtime", to: zone)
                changed = true
            }
            // Where systemd runs, its link alone says what the zone is, and timedatectl leaves this file as it is.
            let isAsked = changed || !context.files.exists("/run/systemd/system")
            if isAsked, context.files.exists("/etc/timezone"),
                trimmed(try context.files.readText("/etc/timezone")) != name
            {
                _ = try context.changes.write(Array((name + "\n").utf8), to: "/etc/timezone")
                changed = true
            }
        }
        if let clock = try arguments.text("hwclock") {
            let wanted = try arguments.choice("hwclock", of: ["local", "UTC"], or: clock)
            let text = context.files.exists("/etc/adjtime") ? try context.files.readText("/etc/adjtime") : ""
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.count < 3 { lines = ["0.0 0 0", "0", "UTC", ""] }
            before["hwclock"] = .string(lines[2] == "LOCAL" ? "local" : "UTC")
            after["hwclock"] = .string(wanted)
            if before["hwclock"] != after["hwclock"] {
                lines[2] = wanted == "local" ? "LOCAL" : "UTC"
                _ = try context.changes.write(Array(lines.joined(separator: "\n").utf8), to: "/etc/adjtime")
                changed = true
            }
        }
        guard !after.isEmpty else { throw ModuleFailure("one of the following is required: hwclock, name") }
        return ["changed": .bool(changed), "diff": ["before": .dict(before), "after": .dict(after)]]
    }
}
