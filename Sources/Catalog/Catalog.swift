public import Jinja

/// All roles, services and rules, checked against each other.
public struct Catalog: Hashable, Sendable {
    /// By name, in the order of their names.
    public var roles: [Role]
    public var services: [String: Service]
    /// In the order in which they are applied.
    public var rules: [Rule] = []
    /// Overrides for all roles: service, then parameter.
    public var parameters: [String: [String: Value]]

    /// A file of the catalogue: `roles/worker.yaml`, already read.
    public struct File: Hashable, Sendable {
        public var path: String
        public var tree: SourceTree

        public init(path: String, tree: SourceTree) {
            self.path = path
            self.tree = tree
        }
    }

    /// The empty catalogue.
    public init() {
        roles = []
        services = [:]
        parameters = [:]
    }

    /// Reads and checks a catalogue.
    ///
    /// - Parameters:
    ///   - files: `roles/*.yaml`, `services/*.yaml`, `rules/*.yaml`, `tasks/**/*.yaml`, `vars/*.yaml` and `parameters.yaml`, by paths
    ///     relative to the folder.
    ///   - templates: the texts of `templates/*`, by name.
    ///   - copied: the contents of `files/*`, by name, which tasks bring to nodes.
    /// - Throws: everything that is wrong, at once.
    public init(files: [File], templates: [String: String], copied: [String: [UInt8]] = [:]) throws(CatalogProblems) {
        var problems = CatalogProblems()
        var written: [String: SourceLocation] = [:]
        self.init(files, TaskMaterial(templates: templates, files: copied), &written, &problems)
        check(&problems)
        checkOverrides(parameters, written, of: "parameters.yaml", &problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
    }

    /// The roles of some files alone, by name: for a match, which does not ask what their services are.
    ///
    /// - Throws: everything that is wrong in them, at once.
    public static func roles(in files: [File]) throws(CatalogProblems) -> [Role] {
        var problems = CatalogProblems()
        var written: [String: SourceLocation] = [:]
        let catalog = Self(files, TaskMaterial(templates: [:], files: [:]), &written, &problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
        return catalog.roles
    }

    /// The rules of some files alone, in their order: for an inventory that comes in, whatever else is wrong.
    ///
    /// - Throws: everything that is wrong in them, at once.
    public static func rules(in files: [File]) throws(CatalogProblems) -> [Rule] {
        var problems = CatalogProblems()
        var written: [String: SourceLocation] = [:]
        let catalog = Self(files, TaskMaterial(templates: [:], files: [:]), &written, &problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
        return catalog.rules
    }

    /// What is wrong in each file for itself: for a catalogue of which other files cannot even be read.
    public static func problems(
        in files: [File],
        templates: [String: String],
        copied: [String: [UInt8]] = [:]
    ) -> CatalogProblems {
        var problems = CatalogProblems()
        var written: [String: SourceLocation] = [:]
        _ = Self(files, TaskMaterial(templates: templates, files: copied), &written, &problems)
        return problems.sorted()
    }

    /// - Parameter written: where the overrides for all roles were written.
    private init(
        _ files: [File],
        _ material: TaskMaterial,
        _ written: inout [String: SourceLocation],
        _ problems: inout CatalogProblems
    ) {
        self.init()
        var material = material
        for file in files {
            if file.path.hasPrefix("tasks/") { material.taskLists[String(file.path.dropFirst(6))] = file.tree }
            if file.path.hasPrefix("vars/") { material.variables[String(file.path.dropFirst(5))] = file.tree }
        }
        for file in files.sorted(by: { $0.path < $1.path }) {
            file.tree.reportRepeatedKeys(&problems)
            if let name = file.path.split(separator: "/", maxSplits: 1).last, file.path.hasPrefix("tasks/") {
                let reader = TaskReader(material: material, including: [String(name)])
                _ = reader.tasks(file.tree, file.path, &problems)
                continue
            }
            if file.path.hasPrefix("vars/") {
                if case .map = file.tree.content { continue }
                problems.add("a file of variables must be a map, found \(file.tree.kind)", at: file.tree.location)
                continue
            }
            switch file.path.split(separator: "/").dropLast().last {
            case "roles":
                guard let role = Role(file.tree, &problems) else { continue }
                if let other = roles.first(where: { $0.name == role.name }) {
                    problems.add("role '\(role.name)' is also at \(other.location)", at: role.location)
                }
                roles.append(role)
            case "services":
                guard let service = Service(file.tree, material, &problems) else { continue }
                if let other = services.updateValue(service, forKey: service.name) {
                    problems.add("service '\(service.name)' is also at \(other.location)", at: service.location)
                }
            case "rules":
                guard let rule = Rule(file.tree, &problems) else { continue }
                if let other = rules.first(where: { $0.name == rule.name }) {
                    problems.add("rule '\(rule.name)' is also at \(other.location)", at: rule.location)
                }
                rules.append(rule)
            default:
                parameters = Role.parameters(file.tree, file.path, &written, &problems)
            }
        }
        roles.sort { $0.name < $1.name }
        rules.sort(by: Rule.comesBefore)
    }

    private func check(_ problems: inout CatalogProblems) {
        for rule in rules {
            for role in rule.fixedRoles where !roles.contains(where: { $0.name == role.text }) {
                problems.add(
                    "rule '\(rule.name)' is about the unknown role '\(role.text)'",
                    at: role.location,
                    suggestion: Spelling.nearest(to: role.text, among: roles.map(\.name))
                )
            }
        }
        for role in roles {
            for service in role.services where services[service] == nil {
                problems.add(
                    "role '\(role.name)' has the unknown service '\(service)'",
                    at: role.written[service] ?? role.location,
                    suggestion: Spelling.nearest(to: service, among: services.keys)
                )
            }
            checkOverrides(role.parameters, role.written, of: "role '\(role.name)'", &problems)
        }
        for service in services.values.sorted(by: { $0.name < $1.name }) {
            for other in service.after where services[other] == nil {
                problems.add(
                    "service '\(service.name)' comes after the unknown service '\(other)'",
                    at: service.written[other] ?? service.location,
                    suggestion: Spelling.nearest(to: other, among: services.keys)
                )
            }
        }
        if let cycle = ServiceOrder.cycle(in: services), let first = services[cycle[0]] {
            problems.add(
                "services wait for each other: \(cycle.joined(separator: " after "))",
                at: cycle.count > 1 ? first.written[cycle[1]] ?? first.location : first.location
            )
        }
    }

    private func checkOverrides(
        _ overrides: [String: [String: Value]],
        _ written: [String: SourceLocation],
        of what: String,
        _ problems: inout CatalogProblems
    ) {
        for (name, values) in overrides.sorted(by: { $0.key < $1.key }) {
            func place(_ key: String) -> SourceLocation {
                written["\(name)/\(key)"] ?? SourceLocation(file: what, line: 1, column: 1)
            }
            guard let service = services[name] else {
                problems.add(
                    "\(what) sets parameters of the unknown service '\(name)'",
                    at: place(""),
                    suggestion: Spelling.nearest(to: name, among: services.keys)
                )
                continue
            }
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                guard let parameter = service.parameters.first(where: { $0.name == key }) else {
                    problems.add(
                        "\(what) sets the unknown parameter '\(key)' of service '\(name)'",
                        at: place(key),
                        suggestion: Spelling.nearest(to: key, among: service.parameters.map(\.name))
                    )
                    continue
                }
                if parameter.type == .secret {
                    problems.add(
                        "\(what) sets '\(key)' of service '\(name)', a secret; remove it and use: "
                            + "rackwright secret set \(name).\(key)",
                        at: place(key)
                    )
                } else if !parameter.accepts(value) {
                    problems.add(
                        "\(what) sets '\(key)' of service '\(name)' to \(value.json()), which is not of type \(parameter.type.rawValue)",
                        at: place(key)
                    )
                }
            }
        }
    }
}

extension Catalog {
    /// The parameters of a service in a role: the service's defaults, then the catalogue's, then the role's.
    ///
    /// Secrets are left out: they are put in where the bundle is signed.
    public func parameters(of service: Service, in role: Role) -> [String: Value] {
        var values: [String: Value] = [:]
        for parameter in service.parameters where parameter.type != .secret {
            values[parameter.name] =
                role.parameters[service.name]?[parameter.name] ?? parameters[service.name]?[parameter.name]
                ?? parameter.fallback
        }
        return values
    }
}
