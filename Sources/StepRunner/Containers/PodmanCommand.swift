import AgentAPI

/// The command lines by which podman runs a container; to be run with ``ContainerEnvironment/inherited``.
enum PodmanCommand {
    /// Under systemd: podman leaves, its monitor stays as the unit's main process.
    static func service(_ record: ContainerRecord) -> [String] {
        ["/usr/bin/podman", "run", "--detach", "--rm", "--replace", "--cgroups=no-conmon", "--sdnotify=conmon"]
            + options(record)
    }

    /// In the foreground, to its end.
    static func once(_ record: ContainerRecord) -> [String] {
        ["podman", "run", "--rm", "--replace"] + options(record)
    }

    private static func options(_ record: ContainerRecord) -> [String] {
        let definition = record.definition
        var words = [
            "--name", definition.name, "--label", "rackwright.service=\(record.service)",
            "--label", "rackwright.hash=\(record.hash)",
        ]
        if let net = definition.net { words += ["--network", net] }
        if definition.privileged { words.append("--privileged") }
        if let user = definition.user { words += ["--user", user] }
        words += ContainerEnvironment(definition).options
        for volume in definition.volumes { words += ["--volume", volume] }
        for port in definition.ports { words += ["--publish", port] }
        return words + [definition.image] + definition.command
    }
}
