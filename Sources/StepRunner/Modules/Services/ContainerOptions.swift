import FoundationEssentials
import Jinja
import OrderedCollections

/// Podman's options for what a task says of a container.
struct ContainerOptions {
    private let arguments: ModuleArguments
    private(set) var words: [String] = []
    private(set) var environment: [String: String] = [:]

    init(_ arguments: ModuleArguments) {
        self.arguments = arguments
    }

    private static let texts: [(key: String, option: String)] = [
        ("cgroupns", "--cgroupns"), ("cpus", "--cpus"), ("cpu_shares", "--cpu-shares"),
        ("cpuset_cpus", "--cpuset-cpus"), ("hostname", "--hostname"), ("ip", "--ip"), ("ipc", "--ipc"),
        ("log_driver", "--log-driver"), ("memory", "--memory"), ("memory_reservation", "--memory-reservation"),
        ("memory_swap", "--memory-swap"), ("oom_score_adj", "--oom-score-adj"), ("pid", "--pid"),
        ("pids_limit", "--pids-limit"), ("shm_size", "--shm-size"), ("stop_signal", "--stop-signal"),
        ("stop_timeout", "--stop-timeout"), ("timezone", "--tz"), ("user", "--user"), ("userns", "--userns"),
        ("uts", "--uts"), ("workdir", "--workdir"), ("healthcheck_interval", "--health-interval"),
        ("healthcheck_retries", "--health-retries"), ("healthcheck_start_period", "--health-start-period"),
        ("healthcheck_timeout", "--health-timeout"),
    ]
    private static let flags: [(key: String, option: String)] = [
        ("init", "--init"), ("interactive", "--interactive"), ("no_hosts", "--no-hosts"),
        ("privileged", "--privileged"), ("publish_all", "--publish-all"), ("read_only", "--read-only"),
        ("rm", "--rm"), ("cleanup", "--rm"), ("tty", "--tty"),
    ]
    private static let lists: [(key: String, option: String)] = [
        ("cap_add", "--cap-add"), ("cap_drop", "--cap-drop"), ("device", "--device"), ("dns", "--dns"),
        ("dns_option", "--dns-option"), ("dns_search", "--dns-search"), ("env_file", "--env-file"),
        ("expose", "--expose"), ("group_add", "--group-add"), ("mount", "--mount"), ("publish", "--publish"),
        ("requires", "--requires"), ("secrets", "--secret"), ("security_opt", "--security-opt"),
        ("ulimit", "--ulimit"), ("volume", "--volume"), ("volumes_from", "--volumes-from"),
        ("network_aliases", "--network-alias"),
    ]
    private static let maps: [(key: String, option: String, separator: String)] = [
        ("annotation", "--annotation", "="), ("label", "--label", "="), ("etc_hosts", "--add-host", ":"),
        ("log_opt", "--log-opt", "="), ("sysctl", "--sysctl", "="), ("tmpfs", "--tmpfs", ":"),
    ]

    mutating func read() throws {
        for (key, option) in Self.texts {
            if let text = try arguments.text(key) { words += [option, text] }
        }
        for (key, option) in Self.flags where try arguments.flag(key, or: false) { words.append(option) }
        for (key, option) in Self.lists {
            for item in arguments.list(key) { words += [option, try Self.plain(item, of: key)] }
        }
        for (key, option, separator) in Self.maps {
            guard let value = arguments[key] else { continue }
            if let entries = value.asDict {
                for (name, value) in entries {
                    let text =
                        value.isNone || value.description.isEmpty && separator == ":"
                        ? "" : separator + value.description
                    words += [option, name + text]
                }
            } else {
                for item in arguments.list(key) { words += [option, item.description] }
            }
        }
        readNetworks()
        if let entrypoint = arguments["entrypoint"] {
            words += ["--entrypoint", entrypoint.asList.map { Value.list($0).json() } ?? entrypoint.description]
        }
        if let policy = try arguments.text("restart_policy") {
            let retries = try arguments.integer("restart_retries").map {
                $0 > 0 && policy == "on-failure" ? ":\($0)" : ""
            }
            words += ["--restart", policy + (retries ?? "")]
        }
        try readEnvironment()
        try readHealthcheck()
        words += PodmanLine.words(arguments["cmd_args"])
    }

    /// An item of a list as podman writes it; docker's mounts and ulimits are maps.
    private static func plain(_ item: Value, of key: String) throws -> String {
        guard let entries = item.asDict else { return item.description }
        guard key == "mount" else { throw ModuleFailure("'\(key)' holds a map: \(item.json()); write it as a text") }
        let names = ["read_only": "ro"]
        return entries.map { name, value in
            "\(names[name] ?? name)=\(value.asBool.map { $0 ? "true" : "false" } ?? value.description)"
        }.joined(separator: ",")
    }

    /// `network`, and docker's `networks` with their names.
    private mutating func readNetworks() {
        let own = arguments.list("network").map(\.description)
        let others = arguments.list("networks").map { $0["name"]?.description ?? $0.description }
        for network in own.isEmpty ? others : own where network != "default" { words += ["--network", network] }
    }

    private mutating func readEnvironment() throws {
        guard let value = arguments["env"] else { return }
        guard let entries = value.asDict else {
            for item in arguments.list("env") {
                let parts = item.description.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                try set(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }
            return
        }
        for (name, value) in entries { try set(name, value.isNone ? "" : value.description) }
    }

    private mutating func set(_ name: String, _ value: String) throws {
        let scalars = name.unicodeScalars
        guard !name.isEmpty,
            scalars.allSatisfy({ $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0)) })
        else {
            words += ["--env", "\(name)=\(value)"]
            return
        }
        // Names that steer podman itself are said on its command line.
        if ["PATH", "HOME", "TMPDIR", "XDG_RUNTIME_DIR", "CONTAINERS_CONF"].contains(name) || value.contains("\n") {
            words += ["--env", "\(name)=\(value)"]
        } else {
            words += ["--env", name]
            environment[name] = value
        }
    }

    /// A command, or docker's map of `test`, `interval` and the like.
    private mutating func readHealthcheck() throws {
        guard let check = arguments["healthcheck"] else { return }
        guard let entries = check.asDict else {
            words += ["--health-cmd", check.description]
            return
        }
        if let test = entries["test"] {
            var parts = test.asList?.map(\.description) ?? [test.description]
            if parts.first == "CMD" || parts.first == "CMD-SHELL" { parts.removeFirst() }
            words += ["--health-cmd", parts.first == "NONE" ? "none" : parts.joined(separator: " ")]
        }
        for (key, option) in [
            ("interval", "--health-interval"), ("timeout", "--health-timeout"), ("retries", "--health-retries"),
            ("start_period", "--health-start-period"),
        ] {
            if let value = entries[key] { words += [option, value.description] }
        }
    }
}
