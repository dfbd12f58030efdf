import AgentAPI

/// Reads a service's containers as operators write them: the catalogue's own definitions, paunch's and Kubernetes' pods.
/// All become what the agent knows: podman's words.
struct ContainerReader {
    /// The service's name.
    let service: String
    /// The names of its parameters that are secrets.
    let secrets: [String]
    var found: [Service.ServiceContainer] = []
    /// Files that containers bring along.
    var config: [ConfigFile] = []
    /// What must hold beside the containers' own checks.
    var health: [HealthCheck] = []
    /// What the node needs before they start.
    var tasks: [Service.SteppedTask] = []

    init(service: String, secrets: [String]) {
        self.service = service
        self.secrets = secrets
    }

    var what: String { "service '\(service)'" }

    /// `containers:` of a service.
    mutating func readContainers(_ tree: SourceTree?, _ problems: inout CatalogProblems) {
        guard let tree, let fields = Fields(tree, "'containers' of \(what)", &problems) else { return }
        for (name, location, value) in fields.allEntries {
            readContainer(name, value, .native, step: nil, at: location, &problems)
        }
    }

    /// `docker_config:` or `container_config:`, as TripleO writes them for paunch: `step_3` to containers by name.
    mutating func readSteps(_ tree: SourceTree?, _ key: String, _ problems: inout CatalogProblems) {
        guard let tree, let fields = Fields(tree, "'\(key)' of \(what)", &problems) else { return }
        for (name, location, value) in fields.allEntries {
            guard name.hasPrefix("step_"), let step = Int(name.dropFirst(5)), (1...5).contains(step) else {
                problems.add(
                    "'\(key)' of \(what) has steps, step_1 to step_5, found '\(name)'",
                    at: location,
                    suggestion: Spelling.nearest(to: name, among: (1...5).map { "step_\($0)" })
                )
                continue
            }
            guard let containers = Fields(value, "'\(name)' of '\(key)' of \(what)", &problems) else { continue }
            for (name, location, value) in containers.allEntries {
                readContainer(name, value, .paunch, step: step, at: location, &problems)
            }
        }
    }

    mutating func add(_ container: Service.ServiceContainer, _ problems: inout CatalogProblems) {
        if let other = found.first(where: { $0.definition.name == container.definition.name }) {
            problems.add(
                "\(what) has a container '\(container.definition.name)' already, at \(other.location)",
                at: container.location
            )
            return
        }
        found.append(container)
    }

    /// All that were read, in the order in which they start; those of one step by `start_order` and `depends_on`.
    func sorted(_ problems: inout CatalogProblems) -> [Service.ServiceContainer] {
        let waiting = found.enumerated().sorted { left, right in
            (left.element.step, left.element.order, left.offset) < (
                right.element.step, right.element.order, right.offset
            )
        }.map(\.element)
        for container in waiting { check(container, &problems) }
        var placed: [Service.ServiceContainer] = []
        var done: Set<String> = []
        var path: [String] = []
        func place(_ container: Service.ServiceContainer) {
            let name = container.definition.name
            guard !done.contains(name) else { return }
            if let index = path.firstIndex(of: name) {
                let cycle = (path[index...] + [name]).joined(separator: " after ")
                problems.add("containers of \(what) wait for each other: \(cycle)", at: container.location)
                return
            }
            path.append(name)
            for other in waiting where container.waits(for: other) { place(other) }
            path.removeLast()
            if done.insert(name).inserted { placed.append(container) }
        }
        for container in waiting { place(container) }
        return placed
    }

    private func check(_ container: Service.ServiceContainer, _ problems: inout CatalogProblems) {
        let definition = container.definition
        let names = found.map(\.definition.name)
        for name in (definition.after ?? []) + (definition.target.map { [$0] } ?? []) where !name.hasBraces {
            let place = container.written[name] ?? container.location
            let verb = definition.target == name ? "is run in" : "comes after"
            guard let other = found.first(where: { $0.definition.name == name }) else {
                problems.add(
                    "container '\(definition.name)' \(verb) the unknown container '\(name)' of \(what)",
                    at: place,
                    suggestion: Spelling.nearest(to: name, among: names)
                )
                continue
            }
            if other.step > container.step {
                problems.add(
                    "container '\(definition.name)' of step \(container.step) \(verb) '\(name)' of step \(other.step)",
                    at: place
                )
            }
            if definition.target == name, !other.definition.detach || other.definition.isPod == true {
                problems.add("container '\(definition.name)' is run in '\(name)', which does not stay up", at: place)
            }
        }
    }
}

extension Service.ServiceContainer {
    fileprivate func waits(for other: Self) -> Bool {
        guard other.step == step else { return false }
        let name = other.definition.name
        return definition.after?.contains(name) == true || definition.target == name || definition.pod == name
    }
}
