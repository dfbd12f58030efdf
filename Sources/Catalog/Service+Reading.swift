import AgentAPI
import Jinja

extension Service {
    /// Reads a service; `material` is what it may refer to by name.
    init?(_ tree: SourceTree, _ material: TaskMaterial, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "the service", &problems), let name = fields.ownName("service", &problems)
        else { return nil }
        let what = fields.what
        self.name = name
        location = tree.location
        description = fields.text("description", &problems)
        (parameters, hasAllParameters) = Parameter.all(fields.optional("parameters"), of: what, &problems)
        let others = fields.optional("after")?.requireTexts("'after' of \(what)", &problems) ?? []
        after = others.map(\.text)
        for (service, location) in others { written[service] = location }
        config = fields.items("config", &problems) { item, problems in
            ConfigFile(item, what, templates: material.templates, &problems)
        }
        var reading = ContainerReader(service: name, secrets: parameters.filter { $0.type == .secret }.map(\.name))
        reading.readContainers(fields.optional("containers"), &problems)
        for key in ["docker_config", "container_config"] { reading.readSteps(fields.optional(key), key, &problems) }
        reading.readPods(fields.optional("pods"), files: material.pods, &problems)
        containers = reading.sorted(&problems)
        config += reading.config
        let runner: ListRunner = fields.choice("runner", &problems) ?? .native
        var reader = runner.reader(material)
        let before = problems.problems.count
        reader.readHandlers(fields.optional("handlers"), "handlers of \(what)", &problems)
        deployTasks = reader.stepped(fields.optional("deploy_tasks"), "deploy_tasks of \(what)", 1...5, &problems)
        deployTasks += reading.tasks
        upgradeTasks = reader.stepped(fields.optional("upgrade_tasks"), "upgrade_tasks of \(what)", 0...5, &problems)
        upgradeTasks += reading.tasks
        rollbackTasks = reader.whole(fields.optional("rollback_tasks"), "rollback_tasks of \(what)", &problems)
        validations = reader.whole(fields.optional("validations"), "validations of \(what)", &problems)
        let lists = [deployTasks.map(\.task), upgradeTasks.map(\.task), rollbackTasks, validations]
        problems.checkNotified(in: lists, readSince: before)
        health = HealthCheck.all(&fields, &problems) + reading.health
        fields.finish(&problems)
    }
}

extension ConfigFile {
    init?(
        _ tree: SourceTree,
        _ what: String,
        templates: [String: String],
        _ problems: inout CatalogProblems
    ) {
        guard var fields = Fields(tree, "a config file of \(what)", &problems) else { return nil }
        let path = fields.requiredText("path", &problems)
        let templateTree = fields.optional("template")
        let content = fields.text("content", &problems)
        let modeTree = fields.optional("mode")
        let owner = fields.text("owner", &problems)
        let group = fields.text("group", &problems)
        fields.finish(&problems)
        guard let path else { return nil }
        guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            problems.add(
                "the path '\(path)' of a config file of \(what) must be absolute and without '..'",
                at: tree.location
            )
            return nil
        }
        var text = content ?? ""
        var name = tree.location.description
        if let templateTree, let file = templateTree.text {
            guard let found = templates[file] else {
                problems.add(
                    "the template '\(file)' of \(what) is not in templates/",
                    at: templateTree.location,
                    suggestion: Spelling.nearest(to: file, among: templates.keys)
                )
                return nil
            }
            text = found
            name = "templates/" + file
        } else if content == nil {
            problems.add("a config file of \(what) needs 'template' or 'content'", at: tree.location)
        }
        do {
            _ = try Template(text, name: name)
        } catch {
            if templateTree != nil {
                problems.add(error, in: name)
            } else {
                problems.add("the template of \(path): \(error.message)", at: tree.location)
            }
        }
        self.init(path: path, template: text, templateName: name, owner: owner, group: group)
        if let modeTree {
            guard let mode = FileMode.read(modeTree) else {
                problems.add(
                    "'mode' of \(path) must be octal digits such as \"0640\", found \(modeTree.kind)",
                    at: modeTree.location
                )
                return
            }
            self.mode = mode
        }
    }
}

/// Permission bits as operators write them.
enum FileMode {
    static func read(_ tree: SourceTree) -> UInt32? {
        guard let text = tree.text, let mode = UInt32(text, radix: 8), mode <= 0o7777 else { return nil }
        return mode
    }
}

extension HealthCheck {
    /// Those under `health`.
    static func all(_ fields: inout Fields, _ problems: inout CatalogProblems) -> [HealthCheck] {
        let what = fields.what
        return fields.items("health", &problems) { HealthCheck($0, what, &$1) }
    }

    init?(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "a health check of \(what)", &problems) else { return nil }
        let http = fields.text("http", &problems)
        let contains = fields.text("contains", &problems)
        let command = fields.texts("command", &problems)
        let tcp = fields.text("tcp", &problems)
        let interval = fields.optional("interval").flatMap { $0.requireSeconds("'interval'", &problems) }
        let deadline = fields.optional("deadline").flatMap { $0.requireSeconds("'deadline'", &problems) }
        fields.finish(&problems)
        tree.checkTemplates("a value in a health check of \(what)", &problems)
        if [http != nil, !command.isEmpty, tcp != nil].count(where: { $0 }) > 1 {
            problems.add("a health check of \(what) has more than one of http, command and tcp", at: tree.location)
        }
        let probe: Probe
        if let http {
            probe = .http(url: http, contains: contains)
        } else if !command.isEmpty {
            probe = .command(command)
        } else if let tcp, let colon = tcp.lastIndex(of: ":"), let port = Int(tcp[tcp.index(after: colon)...]),
            (1...65535).contains(port)
        {
            probe = .tcp(host: String(tcp[..<colon]), port: port)
        } else {
            // What is there and cannot be read was said.
            if tree["http"] == nil, tree["command"] == nil, tree["tcp"] == nil || tcp != nil {
                let reason = tcp.map { ", found '\($0)'; for another port use command or http" } ?? ""
                problems.add(
                    "a health check of \(what) needs http, command or tcp (host:port)\(reason)",
                    at: tree.location
                )
            }
            return nil
        }
        self.init(probe: probe, interval: max(0.2, interval ?? 2), deadline: deadline ?? 60)
    }
}
