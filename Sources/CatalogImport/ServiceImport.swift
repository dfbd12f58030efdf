public import Catalog
import Jinja

/// One service template of TripleO's as a service of ours.
public struct ImportedService: Hashable, Sendable {
    public var name: String
    /// The template it was made of.
    public var path: String
    /// What `services/NAME.yaml` holds.
    public var tree: SourceTree
    /// Files of `templates/` that it names.
    public var templates: [String: String]
    public var tally: ImportTally
    public var remarks: [ImportRemark]
}

extension ImportedService {
    /// With a parameter for each name that its tasks take from outside, as from Ansible's command line.
    func declaringUnknownNames() -> Self {
        let names = Catalog.namesThatNothingGives(in: tree, templates: templates)
        guard !names.isEmpty, case .map(var entries) = tree.content else { return self }
        var service = self
        var parameters: [(String, SourceTree?)] = (tree["parameters"]?.entries ?? []).map { ($0.key, $0.value) }
        for (name, place) in names {
            parameters.append((name, .mapping([("type", .text("string", at: place))], at: place)))
            service.remarks.append(
                ImportRemark(
                    "'\(name)'",
                    "nothing in the template gives it: it is a parameter without a value",
                    at: place
                )
            )
        }
        let declared = SourceTree.mapping(parameters, at: tree.location)
        if let index = entries.firstIndex(where: { $0.key.text == "parameters" }) {
            entries[index].value = declared
        } else {
            entries.insert(
                SourceTree.Entry(key: .text("parameters", at: tree.location), value: declared),
                at: min(1, entries.count)
            )
        }
        service.tree = SourceTree(.map(entries), at: tree.location)
        return service
    }
}

/// Reads one service template.
struct ServiceImport {
    private var resolver: HeatResolver
    private let data: SourceTree
    private let name: String
    private var tally = ImportTally()
    private var templates: [String: String] = [:]
    private var config: [SourceTree] = []
    private var containers: [(step: Int, name: String, tree: SourceTree)] = []
    private var deployTasks: [SourceTree] = []
    private var upgradeTasks: [SourceTree] = []

    /// Nil for a template that is not a service's: one without `role_data` or without a service's name in it.
    init?(path: String, templates: [String: SourceTree], registry: [String: String]) {
        guard let template = templates[path], let data = template["outputs"]?["role_data"]?["value"],
            data["service_names"] == nil, data["service_name"] != nil || data["config_settings"] != nil
        else { return nil }
        let written = data["service_name"] ?? data
        resolver = HeatResolver(templates: templates, registry: registry, path: path, template: template)
        self.data = data
        resolver.subject = "service_name"
        if data["service_name"] != nil, let name = resolver.resolve(written)?.text, !name.isEmpty {
            self.name = name
        } else {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            name = (file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file).replacing("-", with: "_")
            resolver.remark("it is called '\(name)' after its file", at: written.location)
        }
    }

    mutating func run() -> ImportedService {
        let place = data.location
        configuration()
        if config.contains(where: { $0["path"]?.text == puppetFile }) {
            deployTasks += PuppetTasks.list(of: data, file: puppetFile)
        }
        let order = [
            "host_prep_tasks", "deploy_steps_tasks", "upgrade_batch_tasks", "upgrade_tasks", "post_upgrade_tasks",
        ]
        for key in order { if let tree = data[key] { tasks(key, tree) } }
        if let steps = data["docker_config"] ?? data["container_config"] { stepContainers(steps) }
        for (key, location, value) in data.entries ?? [] where !Self.known.contains(key) { leave(key, value, location) }
        let parameters = self.parameters()
        func some(_ items: [SourceTree]) -> SourceTree? { items.isEmpty ? nil : .list(items, at: place) }
        let tree = SourceTree.mapping(
            [
                ("name", .text(name, at: place)),
                ("parameters", parameters.isEmpty ? nil : .mapping(parameters, at: place)), ("config", some(config)),
                ("docker_config", dockerConfig),
                ("deploy_tasks", some(deployTasks)), ("upgrade_tasks", some(upgradeTasks)),
            ],
            at: place
        )
        var seen: Set<ImportRemark> = []
        return ImportedService(
            name: name,
            path: resolver.path,
            tree: tree,
            templates: templates,
            tally: tally,
            remarks: resolver.remarks.filter { seen.insert($0).inserted }
        )
    }

    private var puppetFile: String { "/var/lib/rackwright-puppet/\(name).pp" }

    // MARK: What is left

    private static let known: Set<String> = [
        "service_name", "config_settings", "step_config", "kolla_config", "docker_config", "container_config",
        "docker_config_scripts", "container_config_scripts", "host_prep_tasks", "deploy_steps_tasks",
        "upgrade_batch_tasks", "upgrade_tasks", "post_upgrade_tasks",
    ]

    private static let reasons: [String: String] = [
        "puppet_config": "Puppet in a container writes the service's files; make them templates of the service",
        "docker_puppet_tasks": "Puppet in a container of one node; write a task with a condition on the node",
        "service_config_settings":
            "it sets hiera data of other services; set their parameters in a role or environment",
        "global_config_settings": "it sets hiera data of all services; set their parameters in an environment",
        "metadata_settings": "it asks for certificates of novajoin, which is not here",
        "update_tasks": "there are no updates beside upgrades; what they do belongs in upgrade_tasks",
    ]

    private mutating func leave(_ key: String, _ tree: SourceTree, _ location: SourceLocation) {
        if key.hasSuffix("_tasks"), let items = tree.items { for _ in items { tally.tasks.note(false) } }
        resolver.subject = key
        let other = key.hasSuffix("_tasks") ? "there is no such list of tasks" : "there is nothing that reads it"
        resolver.remark(Self.reasons[key] ?? other, at: location)
    }

    // MARK: Parameters

    private mutating func parameters() -> [(String, SourceTree?)] {
        var result: [(String, SourceTree?)] = []
        for (name, location, tree) in resolver.template["parameters"]?.entries ?? [] {
            let parameter = accepted(ParameterImport.tree(name, tree, &resolver), "parameters", name, at: location)
            tally.parameters.note(parameter != nil)
            result.append((name, parameter))
        }
        for (name, tree) in resolver.borrowed where !result.contains(where: { $0.0 == name }) {
            result.append(
                (name, accepted(ParameterImport.tree(name, tree, &resolver), "parameters", name, at: tree.location))
            )
        }
        return result
    }

    // MARK: Files

    private mutating func configuration() {
        if let tree = data["config_settings"] {
            resolver.subject = "config_settings"
            if let settings = resolver.resolve(tree), settings.entries?.isEmpty == false {
                let template = "\(name).hiera.json.j2"
                templates[template] = settings.jsonTemplate() + "\n"
                add(
                    file: "/etc/puppet/hieradata/\(name).json",
                    [("template", .text(template, at: tree.location))],
                    tree
                )
            }
        }
        if let tree = data["step_config"] {
            resolver.subject = "step_config"
            if let text = resolver.resolve(tree)?.text, text.contains(where: { !$0.isWhitespace }) {
                add(file: puppetFile, [("content", .text(text, at: tree.location))], tree)
            }
        }
        for (path, location, tree) in data["kolla_config"]?.entries ?? [] {
            resolver.subject = "kolla_config '\(path)'"
            guard let content = resolver.resolve(tree) else { continue }
            add(file: path, [("content", .text(content.jsonTemplate() + "\n", at: location))], tree)
        }
        for key in ["docker_config_scripts", "container_config_scripts"] {
            resolver.subject = key
            guard let tree = data[key], let scripts = resolver.resolve(tree)?.entries else { continue }
            let folder = key == "docker_config_scripts" ? "docker-config-scripts" : "container-config-scripts"
            for (file, location, script) in scripts {
                guard let content = script["content"]?.text else { continue }
                let mode = SourceTree.text(script["mode"]?.text ?? "0755", at: location)
                add(
                    file: "/var/lib/\(folder)/\(file)",
                    [("mode", mode), ("content", .text(content, at: location))],
                    script
                )
            }
        }
    }

    private mutating func add(file path: String, _ more: [(String, SourceTree)], _ source: SourceTree) {
        let entries = [("path", SourceTree.text(path, at: source.location))] + more
        let file = SourceTree.mapping(entries.map { ($0.0, $0.1) }, at: source.location)
        if let file = accepted(.list([file], at: source.location), "config", nil, at: source.location)?.items?.first {
            config.append(file)
        }
    }

    // MARK: Containers

    private mutating func stepContainers(_ steps: SourceTree) {
        resolver.subject = "docker_config"
        for (key, location, tree) in expanded(steps) {
            guard let step = Int(key.split(separator: "_").last ?? ""), (1...5).contains(step) else {
                resolver.subject = "docker_config '\(key)'"
                for _ in tree.entries ?? [] { tally.containers.note(false) }
                resolver.remark("there is no such step", at: location)
                continue
            }
            func order(_ tree: SourceTree) -> Int { tree["start_order"]?.value.asInt ?? 0 }
            let sorted = expanded(tree).enumerated().sorted { left, right in
                (order(left.element.value), left.offset) < (order(right.element.value), right.offset)
            }
            for (name, location, tree) in sorted.map(\.element) { container(name, tree, step, location) }
        }
    }

    private mutating func container(_ name: String, _ tree: SourceTree, _ step: Int, _ location: SourceLocation) {
        resolver.subject = "container '\(name)'"
        var unique = name
        if containers.contains(where: { $0.name == name }) { unique = "\(name)_step\(step)" }
        let new = ContainerImport.tree(unique, tree, &resolver)
        if let new {
            // A command is run in another container, so that they are looked at together.
            containers.append((step, unique, new))
            if accepted(dockerConfig, "docker_config", nil, at: location) == nil { containers.removeLast() }
        }
        tally.containers.note(containers.last?.name == unique)
    }

    /// All that came over so far, by its steps.
    private var dockerConfig: SourceTree? {
        let steps: [(String, SourceTree?)] = (1...5).compactMap { step in
            let found = containers.filter { $0.step == step }
            guard let first = found.first else { return nil }
            return ("step_\(step)", .mapping(found.map { ($0.name, $0.tree) }, at: first.tree.location))
        }
        return steps.isEmpty ? nil : .mapping(steps, at: data.location)
    }

    /// The steps, or one step's containers, as they are written: of maps that are merged and conditions that are decided too.
    private mutating func expanded(_ tree: SourceTree) -> [(key: String, place: SourceLocation, value: SourceTree)] {
        guard let (name, argument) = tree.call else { return tree.entries ?? [] }
        switch name {
        case "map_merge": return (argument.items ?? []).flatMap { expanded($0) }
        case "if":
            guard let parts = argument.items, parts.count == 3, let truth = resolver.decide(parts[0]) else { break }
            let what = "condition '\(parts[0].text ?? "of docker_config")'"
            let reason = "\(truth) by the parameters' defaults, and stays so"
            resolver.remarks.append(ImportRemark(what, reason, at: tree.location))
            return expanded(truth ? parts[1] : parts[2])
        default: break
        }
        return resolver.resolve(tree)?.entries ?? []
    }

    // MARK: Tasks

    private mutating func tasks(_ key: String, _ tree: SourceTree) {
        let isUpgrade = key.contains("upgrade")
        resolver.subject = key
        guard let items = taskItems(tree) else { return }
        for item in items {
            resolver.subject = item["name"]?.text.map { "task '\($0)' of \(key)" } ?? "a task of \(key)"
            let task = TaskImport.tree(item, key, &resolver).map { SourceTree.list([$0], at: item.location) }
            let list = isUpgrade ? "upgrade_tasks" : "deploy_tasks"
            let found = accepted(task, list, nil, at: item.location)?.items?.first
            tally.tasks.note(found != nil)
            guard let found else { continue }
            if isUpgrade { upgradeTasks.append(found) } else { deployTasks.append(found) }
        }
    }

    /// The tasks of a list as they are written, those of templates that it adds to it included.
    private mutating func taskItems(_ tree: SourceTree) -> [SourceTree]? {
        if let items = tree.items { return items }
        return resolver.resolve(tree)?.items
    }

    // MARK: What the catalogue takes

    /// `part` where the catalogue takes a service that has it under `key` (and `name`); else it is remarked why not.
    private mutating func accepted(
        _ part: SourceTree?,
        _ key: String,
        _ name: String?,
        at location: SourceLocation
    ) -> SourceTree? {
        guard let part else { return nil }
        let value = name.map { SourceTree.mapping([($0, part)], at: location) } ?? part
        let service = SourceTree.mapping([("name", .text(self.name, at: location)), (key, value)], at: location)
        let file = Catalog.File(path: "services/service.yaml", tree: service)
        let problems = Catalog.problems(in: [file], templates: templates).problems
        for problem in problems { resolver.remark("left out: \(problem.message)", at: problem.location) }
        return problems.isEmpty ? part : nil
    }
}
