import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// What the node is, under Ansible's names.
    static let setup = ModuleDefinition(effect: .none) { arguments, context in
        var facts: Fields = [:]
        let subsets = arguments.list("gather_subset", splitting: true).map(\.description)
        let wanted = Set(subsets.filter { !$0.hasPrefix("!") })
        func isWanted(_ subset: String) -> Bool {
            if subsets.contains("!\(subset)") { return false }
            if subsets.contains("!all") { return wanted.contains(subset) }
            return wanted.isEmpty || wanted.contains("all") || wanted.contains(subset)
        }
        func gather(_ subset: String, _ found: () throws -> Fields) rethrows {
            if isWanted(subset) { facts.merge(try found()) { $1 } }
        }
        // The least, which is always there.
        facts.merge(SystemFacts.found(context)) { $1 }
        facts.merge(DistributionFacts.found(context.files)) { $1 }
        gather("hardware") { HardwareFacts.found(context) }
        gather("network") { NetworkFacts.found(context) }
        gather("virtual") { VirtualFacts.found(context) }
        facts["gather_subset"] = .list(subsets.isEmpty ? ["all"] : subsets.map { .string($0) })
        facts["module_setup"] = true
        let filters = arguments.list("filter").map(\.description).filter { !$0.isEmpty && $0 != "*" }
        if !filters.isEmpty {
            facts = facts.filter { entry in
                filters.contains { filter in
                    let pattern = filter.hasPrefix("ansible_") ? filter : "ansible_" + filter
                    return unsafe fnmatch(pattern, entry.key, 0) == 0 || fnmatch(filter, entry.key, 0) == 0
                }
            }
        }
        return ["changed": false, "ansible_facts": .dict(facts)]
    }
}

/// Names, kernel, architecture, user, time.
enum SystemFacts {
    static func found(_ context: ModuleContext) -> Fields {
        let files = context.files
        var raw = utsname()
        unsafe uname(&raw)
        let machine = unsafe withUnsafePointer(to: &raw.machine) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 65) { unsafe String(cString: $0) }
        }
        let node = line(files, "/proc/sys/kernel/hostname")
        let full = (try? context.run(["hostname", "--fqdn"])).map { trimmed($0.outputText) } ?? ""
        let name = full.contains(".") ? full : node
        let short = String(node.prefix { $0 != "." })
        var facts: Fields = [
            "ansible_system": "Linux", "ansible_nodename": .string(node), "ansible_hostname": .string(short),
            "ansible_fqdn": .string(name),
            "ansible_domain": .string(name.contains(".") ? String(name.drop { $0 != "." }.dropFirst()) : ""),
            "ansible_kernel": .string(line(files, "/proc/sys/kernel/osrelease")),
            "ansible_kernel_version": .string(line(files, "/proc/sys/kernel/version")),
            "ansible_machine": .string(machine), "ansible_architecture": .string(machine),
            "ansible_userspace_architecture": .string(machine), "ansible_userspace_bits": "64",
            "ansible_machine_id": .string(line(files, "/etc/machine-id")),
            "ansible_user_uid": .int(Int(getuid())), "ansible_user_gid": .int(Int(getgid())),
            "ansible_effective_user_id": .int(Int(geteuid())), "ansible_real_user_id": .int(Int(getuid())),
            "ansible_user_id": .string(files.userName(getuid()) ?? "root"),
            "ansible_service_mgr": .string(line(files, "/proc/1/comm") == "systemd" ? "systemd" : "service"),
            "ansible_fips": .bool(line(files, "/proc/sys/crypto/fips_enabled") == "1"),
            "ansible_env": .dict(
                OrderedDictionary(uniqueKeysWithValues: environment.map { ($0.key, .string($0.value)) })
            ),
        ]
        var options: Fields = [:]
        for word in shellWords(line(files, "/proc/cmdline"), keepingQuotes: false) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[String(parts[0])] = parts.count > 1 ? .string(String(parts[1])) : true
        }
        facts["ansible_cmdline"] = .dict(options)
        facts["ansible_proc_cmdline"] = .dict(options)
        let enforces = line(files, "/sys/fs/selinux/enforce")
        facts["ansible_selinux"] =
            enforces.isEmpty
            ? ["status": "disabled"] : ["status": "enabled", "mode": enforces == "1" ? "enforcing" : "permissive"]
        facts["ansible_selinux_python_present"] = true
        facts["ansible_apparmor"] = ["status": files.exists("/sys/kernel/security/apparmor") ? "enabled" : "disabled"]
        facts["ansible_date_time"] = .dict(time)
        return facts
    }

    private static var environment: [(key: String, value: String)] {
        var found: [(key: String, value: String)] = []
        // What steps see: the agent's own, without what is none of theirs.
        for name in ["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "USER", "TERM"] {
            guard let value = unsafe getenv(name) else { continue }
            unsafe found.append((name, String(cString: value)))
        }
        return found
    }

    private static var time: Fields {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        var seconds = now.tv_sec
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (1900 + parts.tm_year, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        let weekday = unsafe parts.tm_wday
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let date = "\(year)-\(two(month))-\(two(day))"
        let clock = "\(two(hour)):\(two(minute)):\(two(second))"
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        return [
            "date": .string(date), "time": .string(clock), "year": .string("\(year)"), "month": .string(two(month)),
            "day": .string(two(day)), "hour": .string(two(hour)), "minute": .string(two(minute)),
            "second": .string(two(second)), "epoch": .string("\(now.tv_sec)"),
            "epoch_int": .string("\(now.tv_sec)"), "iso8601": .string("\(date)T\(clock)Z"), "tz": "UTC",
            "tz_offset": "+0000", "weekday": .string(days[Int(weekday) % 7]),
            "weekday_number": .string("\(weekday)"),
        ]
    }

    /// The first line of a small file; empty when there is none.
    static func line(_ files: NodeFiles, _ path: String) -> String {
        guard let text = try? files.readText(path) else { return "" }
        return trimmed(text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "")
    }
}
