public import Jinja

/// All roles, services, networks, rules and runbooks, checked against each other.
public struct Catalog: Hashable, Sendable {
    /// By name, in the order of their names.
    public var roles: [Role]
    public var services: [String: Service]
    public var runbooks: [String: Runbook] = [:]
    /// In the order of their names.
    public var networks: [Network] = []
    /// In the order in which they are applied.
    public var rules: [Rule] = []
    /// Overrides for all roles: service, then parameter.
    public var parameters: [String: [String: Value]]
    /// Further overrides, in their order: of two that set one parameter the later wins.
    public var environments: [ParameterEnvironment] = []
    /// Roles that no node gets, which others extend.
    public var bases: Set<String> = []
    /// Where the overrides for all roles were written.
    var parametersWritten: [String: SourceLocation] = [:]

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
    ///   - files: `roles/*.yaml`, `services/*.yaml`, `networks/*.yaml`, `environments/*.yaml`, `rules/*.yaml`,
    ///     `runbooks/*.yaml`, `tasks/**/*.yaml`, `vars/*.yaml` and `parameters.yaml`, by paths relative to the folder; and `pods/*.yaml`, each as the list of
    ///     its documents.
    ///   - templates: the texts of `templates/*`, by name.
    ///   - copied: the contents of `files/*`, by name, which tasks bring to nodes.
    ///   - environments: names of those of `environments/` that are used, in their order.
    /// - Throws: everything that is wrong, at once.
    public init(
        files: [File],
        templates: [String: String],
        copied: [String: [UInt8]] = [:],
        environments chosen: [String] = []
    ) throws(CatalogProblems) {
        var problems = CatalogProblems()
        let material = Self.material(files, templates, copied)
        self.init(files, material, &problems)
        check(&problems)
        checkNames(files, material, &problems)
        let all = environments
        for environment in all { check(environment, &problems) }
        environments = []
        for name in chosen {
            guard let environment = all.first(where: { $0.name == name }) else {
                problems.add(
                    "there is no environment '\(name)'",
                    at: SourceLocation(file: "environments/\(name).yaml", line: 1, column: 1),
                    suggestion: Spelling.nearest(to: name, among: all.map(\.name))
                )
                continue
            }
            environments.append(environment)
        }
        checkJoined(&problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
    }

    /// The roles of some files alone, by name: for a match, which does not ask what their services are.
    ///
    /// - Throws: everything that is wrong in them, at once.
    public static func roles(in files: [File]) throws(CatalogProblems) -> [Role] {
        var problems = CatalogProblems()
        let catalog = Self(files, TaskMaterial(templates: [:], files: [:]), &problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
        return catalog.roles
    }

    /// The rules of some files alone, in their order: for an inventory that comes in, whatever else is wrong.
    ///
    /// - Throws: everything that is wrong in them, at once.
    public static func rules(in files: [File]) throws(CatalogProblems) -> [Rule] {
        var problems = CatalogProblems()
        let catalog = Self(files, TaskMaterial(templates: [:], files: [:]), &problems)
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
        _ = Self(files, Self.material(files, templates, copied), &problems)
        return problems.sorted()
    }

    /// What services of these files may refer to by name.
    private static func material(
        _ files: [File],
        _ templates: [String: String],
        _ copied: [String: [UInt8]]
    ) -> TaskMaterial {
        var material = TaskMaterial(templates: templates, files: copied)
        for file in files {
            if file.path.hasPrefix("tasks/") { material.taskLists[String(file.path.dropFirst(6))] = file.tree }
            if file.path.hasPrefix("vars/") { material.variables[String(file.path.dropFirst(5))] = file.tree }
            if file.path.hasPrefix("pods/") { material.pods[String(file.path.dropFirst(5))] = file.tree }
        }
        return material
    }

    private init(_ files: [File], _ material: TaskMaterial, _ problems: inout CatalogProblems) {
        self.init()
        let files = files.sorted(by: { $0.path < $1.path })
        let inheritance = RoleInheritance(files.filter { $0.folder == "roles" }.map(\.tree))
        for file in files {
            file.tree.reportRepeatedKeys(&problems)
            if let name = file.path.split(separator: "/", maxSplits: 1).last, file.path.hasPrefix("tasks/") {
                let reader = TaskReader(material: material, including: [String(name)])
                _ = reader.tasks(file.tree, file.path, &problems)
                continue
            }
            // A service that names it reads it.
            if file.path.hasPrefix("pods/") { continue }
            if file.path.hasPrefix("vars/") {
                if case .map = file.tree.content { continue }
                problems.add("a file of variables must be a map, found \(file.tree.kind)", at: file.tree.location)
                continue
            }
            switch file.folder {
            case "roles": add(inheritance, file.tree, &problems)
            case "services":
                guard let service = Service(file.tree, material, &problems) else { continue }
                if let other = services.updateValue(service, forKey: service.name) {
                    problems.add("service '\(service.name)' is also at \(other.location)", at: service.location)
                }
            case "runbooks":
                guard let runbook = Runbook(file.tree, material, &problems) else { continue }
                if let other = runbooks.updateValue(runbook, forKey: runbook.name) {
                    problems.add("runbook '\(runbook.name)' is also at \(other.location)", at: runbook.location)
                }
            case "networks":
                guard let network = Network(file.tree, &problems) else { continue }
                if let other = networks.first(where: { $0.name == network.name }) {
                    problems.add("network '\(network.name)' is also at \(other.location)", at: network.location)
                    continue
                }
                networks.append(network)
            case "rules":
                guard let rule = Rule(file.tree, &problems) else { continue }
                if let other = rules.first(where: { $0.name == rule.name }) {
                    problems.add("rule '\(rule.name)' is also at \(other.location)", at: rule.location)
                }
                rules.append(rule)
            case "environments":
                let name = file.path.split(separator: "/").last?.split(separator: ".").dropLast().joined(separator: ".")
                guard let found = ParameterEnvironment(file.tree, name: name ?? "", &problems) else { continue }
                environments.append(found)
            default:
                parameters = Role.parameters(file.tree, file.path, &parametersWritten, &problems)
            }
        }
        networks.sort { $0.name < $1.name }
        roles.sort { $0.name < $1.name }
        rules.sort(by: Rule.comesBefore)
    }

    private mutating func add(_ inheritance: RoleInheritance, _ tree: SourceTree, _ problems: inout CatalogProblems) {
        let (whole, chain) = inheritance.resolved(tree, &problems)
        guard var role = Role(whole, &problems) else { return }
        role.extends = chain
        role.location = tree.location
        if let other = roles.first(where: { $0.name == role.name }) {
            problems.add("role '\(role.name)' is also at \(other.location)", at: role.location)
        } else if bases.contains(role.name) {
            problems.add("role '\(role.name)' is there twice", at: role.location)
        }
        if role.isAbstract { bases.insert(role.name) } else { roles.append(role) }
    }
}

extension Catalog.File {
    /// The folder that it lies in.
    fileprivate var folder: Substring? { path.split(separator: "/").dropLast().last }
}
