import AgentAPI

/// The command lines by which podman runs a container; to be run with ``ContainerEnvironment/inherited``.
enum PodmanCommand {
    /// Under systemd: podman leaves, its monitor stays as the unit's main process.
    static func service(_ record: ContainerRecord) -> [String] {
        if record.definition.isPod == true {
            return ["/usr/bin/podman", "pod", "create", "--replace"] + options(record)
        }
        return ["/usr/bin/podman", "run", "--detach", "--rm", "--replace", "--cgroups=no-conmon", "--sdnotify=conmon"]
            + options(record)
    }

    /// In the foreground, to its end.
    static func once(_ record: ContainerRecord) -> [String] {
        let definition = record.definition
        guard let target = definition.target else { return ["podman", "run", "--rm", "--replace"] + options(record) }
        return ["podman", "exec"] + process(definition) + (definition.options ?? []) + [target] + definition.command
    }

    private static func options(_ record: ContainerRecord) -> [String] {
        let definition = record.definition
        var words = [
            "--name", definition.name, "--label", "rackwright.service=\(record.service)",
            "--label", "rackwright.hash=\(record.hash)",
        ]
        if let pod = definition.pod { words += ["--pod", pod] }
        if let net = definition.net { words += ["--network", net] }
        words += process(definition)
        for volume in definition.volumes { words += ["--volume", volume] }
        for port in definition.ports { words += ["--publish", port] }
        words += definition.options ?? []
        return definition.image.isEmpty ? words : words + [definition.image] + definition.command
    }

    /// What a process in a container is given, be it its first.
    private static func process(_ definition: ContainerDefinition) -> [String] {
        var words: [String] = []
        if definition.privileged { words.append("--privileged") }
        if let user = definition.user { words += ["--user", user] }
        return words + ContainerEnvironment(definition).options
    }
}
