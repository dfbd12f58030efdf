import AgentAPI
import Jinja

/// Whose words a container is written in.
enum ContainerDialect {
    /// The catalogue's own.
    case native
    /// paunch's: the same keys, and its defaults.
    case paunch
}

/// When podman starts a container again.
private enum RestartPolicy: String, CaseIterable {
    case no, always
    case onFailure = "on-failure"
    case unlessStopped = "unless-stopped"
}

private enum ContainerAction: String, CaseIterable { case run, exec }

extension ContainerReader {
    mutating func readContainer(
        _ name: String,
        _ tree: SourceTree,
        _ dialect: ContainerDialect,
        step: Int?,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) {
        guard var fields = Fields(tree, "container '\(name)'", &problems) else { return }
        let what = fields.what
        // Go's templates stand in these.
        for (key, _, value) in fields.allEntries where key != "log_tag" && key != "log_opt" {
            value.checkTemplates("a value of \(what)", &problems)
        }
        let action: ContainerAction = fields.choice("action", &problems) ?? .run
        var definition = ContainerDefinition(name: name, image: "")
        definition.command = Self.command(fields.optional("command"), dialect, what, &problems)
        definition.user = fields.text("user", &problems)
        definition.privileged = fields.bool("privileged", &problems) ?? false
        definition.environment = Self.environment(fields.optional("environment"), what, &problems)
        definition.exitCodes = Self.exitCodes(fields.optional("exit_codes"), what, &problems)
        let step = step ?? fields.integer("step", in: 1...5, &problems) ?? 3
        var container = Service.ServiceContainer(definition: definition, step: step, location: location)
        container.order = fields.integer("start_order", in: -1_000_000...1_000_000, &problems) ?? 0
        for (other, place) in fields.optional("depends_on")?.requireTexts("'depends_on' of \(what)", &problems) ?? [] {
            container.definition.after = (container.definition.after ?? []) + [other]
            container.written[other] = place
        }
        let bootstrap = fields.optional("bootstrap")
        let isBootstrap = fields.bool("bootstrap", &problems)
        var options = PodmanOptions()
        switch action {
        case .exec:
            options.readProcess(&fields, &problems)
            _ = fields.bool("detach", &problems)
            container.definition.detach = false
            container.definition.after = nil
            if container.definition.command.isEmpty {
                let reason = "needs 'command', the name of a container first"
                problems.add(
                    "\(what) of 'action: exec' \(reason)",
                    at: fields.optional("command")?.location ?? location
                )
                fields.finish(&problems)
                return
            }
            container.definition.target = container.definition.command.removeFirst()
            if let target = container.definition.target { container.written[target] = tree["command"]?.location }
        case .run:
            guard let image = fields.requiredText("image", &problems) else { return }
            container.definition.image = image
            readRun(&container, isBootstrap == true, &fields, dialect, &options, &problems)
        }
        container.definition.options = options.words.isEmpty ? nil : options.words
        fields.finish(&problems)
        let runsOnce = !container.definition.detach
        container.isBootstrap = isBootstrap ?? (runsOnce && container.definition.environment["KOLLA_BOOTSTRAP"] != nil)
        if container.isBootstrap, !runsOnce {
            problems.add(
                "\(what) is for one node of a role ('bootstrap'), and stays up: 'detach: false' lets it run once",
                at: bootstrap?.location ?? location
            )
        }
        add(container, &problems)
    }

    /// What a container of its own has beside its process.
    private mutating func readRun(
        _ container: inout Service.ServiceContainer,
        _ isBootstrap: Bool,
        _ fields: inout Fields,
        _ dialect: ContainerDialect,
        _ options: inout PodmanOptions,
        _ problems: inout CatalogProblems
    ) {
        let what = fields.what
        let name = container.definition.name
        container.definition.net = fields.text("net", &problems)
        container.definition.volumes = fields.texts("volumes", &problems).filter { !$0.isEmpty }
        container.definition.ports = fields.texts("ports", &problems)
        let restart: RestartPolicy? = fields.choice("restart", &problems)
        container.definition.restart = (restart ?? (dialect == .native ? .always : .no)).rawValue
        container.definition.detach = fields.bool("detach", &problems) ?? true
        options.readProcess(&fields, &problems)
        options.readContainer(&fields, &problems)
        if let grace = fields.optional("stop_grace_period") {
            container.definition.stopTime = grace.requireSeconds("'stop_grace_period' of \(what)", &problems).map {
                Int(min($0, 86400).rounded(.up))
            }
        }
        let interval = fields.optional("check_interval")
        if let tree = fields.optional("healthcheck") {
            // paunch's command is told apart by its key from a check that is asked from outside.
            if tree["test"] != nil {
                container.definition.healthcheck = options.readHealth(
                    tree,
                    of: name,
                    interval: interval,
                    what,
                    &problems
                )
            } else {
                container.definition.healthcheck = HealthCheck(tree, what, &problems)
            }
        }
        readKolla(fields.optional("kolla"), &container.definition, isBootstrap, what, &options, &problems)
        readSecrets(fields.optional("secrets"), &container.definition, what, &problems)
    }

    /// `secrets:` the names of parameters, each a file `/run/secrets/NAME` in the container; or what each is there.
    private mutating func readSecrets(
        _ tree: SourceTree?,
        _ definition: inout ContainerDefinition,
        _ what: String,
        _ problems: inout CatalogProblems
    ) {
        guard let tree else { return }
        if case .map = tree.content, let fields = Fields(tree, "'secrets' of \(what)", &problems) {
            for (name, location, value) in fields.allEntries {
                let path = value.requireText("the path of the secret '\(name)' of \(what)", &problems)
                guard let path else { continue }
                guard path.hasPrefix("/"), !path.contains(":") else {
                    problems.add("the path '\(path)' of the secret '\(name)' must be absolute", at: value.location)
                    continue
                }
                mount(secret: name, to: path, &definition, what, at: location, &problems)
            }
            return
        }
        for (name, location) in tree.requireTexts("'secrets' of \(what)", &problems) {
            mount(secret: name, to: "/run/secrets/\(name)", &definition, what, at: location, &problems)
        }
    }

    private mutating func mount(
        secret name: String,
        to path: String,
        _ definition: inout ContainerDefinition,
        _ what: String,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) {
        guard secrets.contains(name) else {
            problems.add(
                "\(what) has the secret '\(name)', and \(self.what) has no parameter of that name and of type secret",
                at: location,
                suggestion: Spelling.nearest(to: name, among: secrets)
            )
            return
        }
        let file = "/var/lib/rackwright/secrets/\(service)/\(definition.name)/\(name)"
        // As podman's own: whoever its process runs as reads it. On the node the folder above is root's alone.
        add(file: file, "{{ \(name) }}", mode: 0o444)
        definition.volumes.append("\(file):\(path):ro")
    }

    /// A file for a container, unless another one brought it.
    mutating func add(file path: String, _ template: String, mode: UInt32) {
        guard !config.contains(where: { $0.path == path }) else { return }
        config.append(ConfigFile(path: path, template: template, templateName: path, mode: mode))
    }

    // MARK: Values

    static func command(
        _ tree: SourceTree?,
        _ dialect: ContainerDialect,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [String] {
        guard let tree, !tree.value.isNone else { return [] }
        if dialect == .paunch, let line = tree.text { return ShellLine.words(line) }
        return tree.requireTexts("'command' of \(what)", &problems).map(\.text)
    }

    /// A map, or a list of `NAME=VALUE`.
    static func environment(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [String: String]
    {
        guard let tree else { return [:] }
        var environment: [String: String] = [:]
        switch tree.content {
        case .map:
            guard let inner = Fields(tree, "'environment' of \(what)", &problems) else { return [:] }
            for (key, _, value) in inner.allEntries {
                environment[key] = value.requireText("'\(key)' in the environment of \(what)", &problems)
            }
        default:
            for (text, location) in tree.requireTexts("'environment' of \(what)", &problems) {
                guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                    problems.add("'\(text)' in the environment of \(what) is no NAME=VALUE", at: location)
                    continue
                }
                environment[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
        }
        return environment
    }

    private static func exitCodes(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [Int]? {
        guard let tree else { return nil }
        let codes = tree.requireTexts("'exit_codes' of \(what)", &problems).compactMap { text, location -> Int? in
            if let code = Int(text), (0...255).contains(code) { return code }
            problems.add("'exit_codes' of \(what) are numbers from 0 to 255, found '\(text)'", at: location)
            return nil
        }
        return codes.isEmpty ? nil : codes
    }
}
