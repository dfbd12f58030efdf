import AgentAPI

/// The systemd unit that runs one container with podman.
struct SystemdUnit {
    let name: String
    let path: String
    let text: String

    init(_ record: ContainerRecord) {
        let definition = record.definition
        name = Self.name(of: definition.name)
        path = Self.path(of: definition.name)
        let words = PodmanCommand.service(record).map(Self.quoted).joined(separator: " ")
        let restart = definition.restart == "unless-stopped" ? "always" : definition.restart
        let environment =
            ContainerEnvironment(definition).inherited.isEmpty
            ? "" : "EnvironmentFile=\(ContainerEnvironment.path(of: definition.name))\n"
        let others = (definition.after ?? []).map { " " + Self.name(of: $0) }.joined()
        let pod = definition.pod.map { "Requires=\(Self.name(of: $0))\nAfter=\(Self.name(of: $0))\n" } ?? ""
        let head = """
            [Unit]
            Description=\(definition.name) of the service \(record.service)
            Wants=network-online.target\(others)
            After=network-online.target\(others)
            \(pod)
            [Service]

            """
        let body: String
        if definition.isPod == true {
            body = """
                Type=oneshot
                RemainAfterExit=yes
                ExecStart=\(words)
                ExecStop=/usr/bin/podman pod rm --force --ignore \(definition.name)

                """
        } else {
            let seconds = definition.stopTime ?? 30
            body = """
                Type=notify
                NotifyAccess=all
                Restart=\(restart)
                RestartSec=2
                TimeoutStartSec=900
                TimeoutStopSec=\(min(max(0, seconds), 86400) + 40)
                \(environment)ExecStart=\(words)
                ExecStop=/usr/bin/podman stop --ignore --time \(seconds) \(definition.name)
                ExecStopPost=/usr/bin/podman rm --force --ignore \(definition.name)

                """
        }
        text = head + body + "\n[Install]\nWantedBy=multi-user.target\n"
    }

    static func name(of container: String) -> String { "rackwright-\(container).service" }
    static func path(of container: String) -> String { "/etc/systemd/system/\(name(of: container))" }

    /// A word as systemd.service(5) reads it: quoted, without specifiers and variables.
    static func quoted(_ word: String) -> String {
        var text = ""
        var plain = !word.isEmpty
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "%": text += "%%"
            case "$": text += "$$"
            default: text.unicodeScalars.append(scalar)
            }
            if scalar.value <= 0x20 || "\\\"';".unicodeScalars.contains(scalar) { plain = false }
        }
        return plain ? text : "\"\(text)\""
    }
}
