import AgentAPI

/// How a container's environment reaches podman: by podman's own environment, so that values, which may be secrets,
/// stand on no command line.
struct ContainerEnvironment {
    /// What podman is run with.
    let inherited: [String: String]
    /// What stays on the command line, because podman itself would heed it or systemd would not carry it.
    let spoken: [String: String]

    init(_ definition: ContainerDefinition) {
        inherited = definition.environment.filter { Self.canBeInherited($0.key, $0.value) }
        spoken = definition.environment.filter { !Self.canBeInherited($0.key, $0.value) }
    }

    /// Podman's options, by name.
    var options: [String] {
        (inherited.keys.map { ($0, $0) } + spoken.map { ($0.key, "\($0.key)=\($0.value)") })
            .sorted { $0.0 < $1.0 }.flatMap { ["--env", $0.1] }
    }

    /// The unit's environment file as systemd.exec(5) reads it.
    var text: String {
        inherited.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))\n" }.joined()
    }

    static func path(of container: String) -> String { "/etc/systemd/system/rackwright-\(container).env" }

    /// Double quotes keep line breaks; these four characters are escaped in them.
    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            if "\\\"`$".unicodeScalars.contains(scalar) { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }

    private static func canBeInherited(_ name: String, _ value: String) -> Bool {
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_".unicodeScalars)
        let digits = Set("0123456789".unicodeScalars)
        guard let first = name.unicodeScalars.first, letters.contains(first),
            name.unicodeScalars.allSatisfy({ letters.contains($0) || digits.contains($0) }),
            value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" })
        else { return false }
        return !heeded.contains(name) && !heededPrefixes.contains { name.hasPrefix($0) }
    }

    /// Read by podman, its monitor, its runtime, the C library or systemd's protocol.
    private static let heeded: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "MAINPID", "WATCHDOG_PID", "WATCHDOG_USEC",
        "INVOCATION_ID", "JOURNAL_STREAM", "DOCKER_CONFIG", "DOCKER_HOST", "REGISTRY_AUTH_FILE", "GODEBUG",
    ]
    private static let heededPrefixes = [
        "LD_", "XDG_", "PODMAN_", "CONTAINER", "CONMON_", "NETAVARK_", "STORAGE_", "BUILDAH_", "NOTIFY_", "LISTEN_",
        "DBUS_", "SYSTEMD_", "_",
    ]
}
