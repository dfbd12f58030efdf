import AgentAPI
import Jinja

/// The keys of a container that are options of podman's, as podman's words; their names are paunch's.
struct PodmanOptions {
    var words: [String] = []

    mutating func add(_ option: String, _ value: String) { words.append("--\(option)=\(value)") }

    /// What a process in a container is given, be it its first or another one (`podman exec`).
    mutating func readProcess(_ fields: inout Fields, _ problems: inout CatalogProblems) {
        for file in fields.texts("env_file", &problems) { add("env-file", file) }
        for flag in ["interactive", "tty"] where fields.bool(flag, &problems) == true { words.append("--\(flag)") }
        if let folder = fields.text("workdir", &problems) { add("workdir", folder) }
    }

    /// What a container is made with.
    mutating func readContainer(_ fields: inout Fields, _ problems: inout CatalogProblems) {
        for (key, option) in Self.values {
            if let text = fields.text(key, &problems) { add(option, text) }
        }
        for (key, option) in Self.lists {
            for text in fields.texts(key, &problems) { add(option, text) }
        }
        for (key, option) in Self.maps { readPairs(key, option, &fields, &problems) }
        // A container is made anew at each start, so that nothing of it is left in any case.
        _ = fields.bool("remove", &problems)
        if fields.bool("read_only", &problems) == true { words.append("--read-only") }
        if let tag = fields.text("log_tag", &problems) { add("log-opt", "tag=" + Self.literal(tag)) }
        // paunch's word for no limit, which is podman's default.
        if let set = fields.text("cpuset_cpus", &problems), set != "all" { add("cpuset-cpus", set) }
        if let entrypoint = fields.text("entrypoint", &problems) { add("entrypoint", entrypoint) }
    }

    private static let values: [(String, String)] = [
        ("ipc", "ipc"), ("pid", "pid"), ("uts", "uts"), ("userns", "userns"), ("hostname", "hostname"),
        ("log_driver", "log-driver"), ("cpu_shares", "cpu-shares"), ("cpus", "cpus"), ("mem_limit", "memory"),
        ("mem_reservation", "memory-reservation"), ("memswap_limit", "memory-swap"),
        ("mem_swappiness", "memory-swappiness"), ("pids_limit", "pids-limit"), ("shm_size", "shm-size"),
        ("stop_signal", "stop-signal"),
    ]
    private static let lists: [(String, String)] = [
        ("group_add", "group-add"), ("ulimit", "ulimit"), ("volumes_from", "volumes-from"), ("cap_add", "cap-add"),
        ("cap_drop", "cap-drop"), ("security_opt", "security-opt"), ("extra_hosts", "add-host"),
        ("devices", "device"), ("tmpfs", "tmpfs"), ("dns", "dns"),
    ]
    private static let maps: [(String, String)] = [("labels", "label"), ("log_opt", "log-opt"), ("sysctls", "sysctl")]

    /// A list of `NAME=VALUE`, or a map.
    private mutating func readPairs(
        _ key: String,
        _ option: String,
        _ fields: inout Fields,
        _ problems: inout CatalogProblems
    ) {
        guard let tree = fields.optional(key) else { return }
        guard case .map = tree.content, let inner = Fields(tree, "'\(key)' of \(fields.what)", &problems) else {
            for (text, _) in tree.requireTexts("'\(key)' of \(fields.what)", &problems) {
                add(option, option == "log-opt" ? Self.literal(text) : text)
            }
            return
        }
        for (name, _, value) in inner.allEntries {
            if let text = value.requireText("'\(name)' in '\(key)' of \(fields.what)", &problems) {
                add(option, "\(name)=" + (option == "log-opt" ? Self.literal(text) : text))
            }
        }
    }

    /// Go's templates begin as Jinja's do: `{{.Name}}` is podman's to fill in.
    private static func literal(_ text: String) -> String {
        text.replacing("{{.", with: "{{ '{{' }}.")
    }

    // MARK: Health

    /// `healthcheck: {test: …}`, which podman runs in the container again and again. Answers what the step waits for:
    /// that it has held once.
    mutating func readHealth(
        _ tree: SourceTree,
        of container: String,
        interval check: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> HealthCheck? {
        guard var fields = Fields(tree, "'healthcheck' of \(what)", &problems) else { return nil }
        let test = fields.optional("test")
        var seconds: [String: Double] = [:]
        for key in ["interval", "timeout", "start_period"] {
            seconds[key] = fields.optional(key)?.requireSeconds("'\(key)' of \(fields.what)", &problems)
        }
        let retries = fields.integer("retries", in: 1...1000, &problems)
        let deadline = fields.optional("deadline")?.requireSeconds("'deadline' of \(fields.what)", &problems)
        fields.finish(&problems)
        if seconds["interval"] == nil {
            seconds["interval"] = check?.requireSeconds("'check_interval' of \(what)", &problems)
        }
        guard let test, let command = Self.healthCommand(test, fields.what, &problems) else { return nil }
        add("health-cmd", command)
        for (key, option) in [("interval", "interval"), ("timeout", "timeout"), ("start_period", "start-period")] {
            if let value = seconds[key] { add("health-\(option)", Self.duration(value)) }
        }
        if let retries { add("health-retries", "\(retries)") }
        let pause = min(seconds["interval"] ?? 30, 10)
        let patience = (seconds["interval"] ?? 30) * Double(retries ?? 3) + (seconds["start_period"] ?? 0)
        return HealthCheck(
            probe: .command(["podman", "healthcheck", "run", container]),
            interval: max(1, pause),
            deadline: deadline ?? max(60, patience)
        )
    }

    /// A shell's line, or Docker's list: `[CMD, …]` or `[CMD-SHELL, line]`.
    private static func healthCommand(
        _ tree: SourceTree,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> String? {
        guard case .list = tree.content else { return tree.requireText("'test' of \(what)", &problems) }
        let words = tree.requireTexts("'test' of \(what)", &problems).map(\.text)
        switch (words.first, words.count) {
        case ("CMD-SHELL", 2): return words[1]
        case ("CMD", 2...): return Self.healthCommand(Array(words.dropFirst()))
        default:
            problems.add("'test' of \(what) is a text, [CMD, words] or [CMD-SHELL, text]", at: tree.location)
            return nil
        }
    }

    /// A command and its arguments as podman's `--health-cmd` takes them: after `CMD` it parts words at spaces, in a list
    /// of JSON it takes them as they are, and one that is alone it gives to a shell.
    static func healthCommand(_ words: [String]) -> String {
        if !words.contains(where: { $0.isEmpty || $0.contains(where: \.isWhitespace) }) {
            return "CMD " + words.joined(separator: " ")
        }
        if words.count > 1 { return KollaContract.list(words) }
        return "'" + (words.first ?? "").replacing("'", with: "'\\''") + "'"
    }

    /// As Go reads it.
    static func duration(_ seconds: Double) -> String {
        seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))s" : "\(seconds)s"
    }
}
