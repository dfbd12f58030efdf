import AgentAPI

private enum KollaStrategy: String, CaseIterable {
    case always = "COPY_ALWAYS"
    case once = "COPY_ONCE"
}

/// Who does what `config.json` says.
private enum KollaStart: String, CaseIterable {
    /// The image's own `kolla_start`.
    case image
    /// A script of ours, for an image that has none.
    case mounted
}

extension ContainerReader {
    /// `kolla:` of a container: the contract becomes files that it sees, and the environment that Kolla's images read.
    mutating func readKolla(
        _ tree: SourceTree?,
        _ definition: inout ContainerDefinition,
        _ isBootstrap: Bool,
        _ what: String,
        _ options: inout PodmanOptions,
        _ problems: inout CatalogProblems
    ) {
        guard let tree, var fields = Fields(tree, "'kolla' of \(what)", &problems) else { return }
        let strategy: KollaStrategy = fields.choice("strategy", &problems) ?? .always
        let start: KollaStart = fields.choice("start", &problems) ?? .image
        let contract = KollaContract(&fields, needsCommand: true, &problems)
        fields.finish(&problems)
        if !definition.command.isEmpty {
            problems.add("\(what) says its command in 'kolla', and again in 'command'", at: tree.location)
        }
        guard let contract else { return }
        let folder = "/var/lib/rackwright/kolla/\(service)/\(definition.name)"
        add(file: folder + "/config.json", contract.json, mode: 0o600)
        definition.volumes.append("\(folder)/config.json:/var/lib/kolla/config_files/config.json:ro")
        definition.environment["KOLLA_CONFIG_STRATEGY"] =
            definition.environment["KOLLA_CONFIG_STRATEGY"] ?? strategy.rawValue
        if isBootstrap, definition.environment["KOLLA_BOOTSTRAP"] == nil {
            definition.environment["KOLLA_BOOTSTRAP"] = "True"
        }
        switch start {
        case .image: definition.command = ["kolla_start"]
        case .mounted:
            add(file: folder + "/kolla_start", contract.script(once: strategy == .once), mode: 0o755)
            definition.volumes.append("\(folder)/kolla_start:/usr/local/bin/kolla_start:ro")
            options.add("entrypoint", "/usr/local/bin/kolla_start")
        }
    }
}
