import Jinja

/// Finds the names that a service's or a runbook's templates, containers, checks and tasks use and nothing gives, before a node does.
struct NameCheck {
    let catalog: Catalog
    /// Who uses the names: a service or a runbook. No two of them have one name.
    private let name: String
    /// It in words: `service 'web'`.
    private let owner: String
    let parameters: [String]
    let hasAllParameters: Bool
    let material: TaskMaterial
    /// What its own lists make: registered results, facts, loop variables.
    private var made: Set<String> = []
    /// Whether something is made whose name is known on the node alone.
    private var isOpen = false
    private var uses: [Use] = []

    /// A name where it is used.
    private struct Use {
        var path: [String]
        var isOptional: Bool
        /// Where each word of the path stands.
        var places: [SourceLocation]

        func place(_ word: Int) -> SourceLocation {
            places.indices.contains(word) ? places[word] : places.last ?? SourceLocation(file: "", line: 1, column: 1)
        }
    }

    /// What every bundle has.
    static let globals: Set<String> = [
        "node", "role", "generation", "nodes", "groups", "services", "networks", "registry", "hostname", "role_tags",
        "role_networks",
    ]

    /// What Ansible's lists have beside it.
    private static let ofLists: Set<String> = [
        "item", "step", "omit", "inventory_hostname", "inventory_hostname_short", "hostvars", "group_names", "vars",
        "playbook_dir", "role_path", "role_name",
    ]

    private static let lists: Set<String> = [
        "deploy_tasks", "upgrade_tasks", "rollback_tasks", "validations", "handlers", "tasks",
    ]

    private static let conditions: Set<String> = ["when", "until", "changed_when", "failed_when", "that"]

    init(_ catalog: Catalog, _ service: Service, _ tree: SourceTree, _ material: TaskMaterial) {
        self.init(catalog, "service", service.name, service.parameters, service.hasAllParameters, tree, material)
    }

    init(_ catalog: Catalog, _ runbook: Runbook, _ tree: SourceTree, _ material: TaskMaterial) {
        self.init(catalog, "runbook", runbook.name, runbook.parameters, runbook.hasAllParameters, tree, material)
    }

    private init(
        _ catalog: Catalog,
        _ kind: String,
        _ name: String,
        _ parameters: [Service.Parameter],
        _ hasAllParameters: Bool,
        _ tree: SourceTree,
        _ material: TaskMaterial
    ) {
        self.catalog = catalog
        self.name = name
        owner = "\(kind) '\(name)'"
        self.parameters = parameters.map(\.name)
        self.hasAllParameters = hasAllParameters
        self.material = material
        collectMade(tree)
        for list in material.taskLists.values { collectMade(list) }
        for variables in material.variables.values { made.formUnion((Self.entries(variables)).map(\.key)) }
    }

    /// Adds what is wrong in the owner's file and in the templates that it names.
    ///
    /// - Returns: the roles whose nodes it names; nil where it names all nodes.
    mutating func run(_ tree: SourceTree, _ problems: inout CatalogProblems) -> Set<String>? {
        collect(tree, &problems)
        for use in certain { check(use, &problems) }
        return seen(tree)
    }

    /// Names that nothing gives, with the first place of each.
    mutating func unknown(_ tree: SourceTree) -> [(name: String, place: SourceLocation)] {
        var problems = CatalogProblems()
        collect(tree, &problems)
        var seen: Set<String> = []
        return certain.filter { isUnknown($0.path[0]) && seen.insert($0.path[0]).inserted }
            .map { ($0.path[0], $0.place(0)) }
    }

    /// Without those that the owner itself asks for, or says what to take for.
    private var certain: [Use] {
        let optional = Set(uses.filter { $0.isOptional && $0.path.count == 1 }.map { $0.path[0] })
        return uses.filter { !$0.isOptional && !optional.contains($0.path[0]) }
    }

    private func isUnknown(_ name: String) -> Bool {
        guard !isOpen, hasAllParameters, !made.contains(name) else { return false }
        return !parameters.contains(name) && !Self.globals.contains(name)
            && !Self.ofLists.contains(name) && !name.hasPrefix("ansible_")
    }

    private mutating func collect(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        for entry in Self.entries(tree) {
            switch entry.key {
            case "config":
                guard case .list(let items) = entry.value.content else { continue }
                for item in items {
                    collectUses(item)
                    if let name = item["template"]?.text { collectUses(template: name, &problems) }
                }
            case "containers", "docker_config", "container_config", "health": collectUses(entry.value)
            case "pods":
                guard case .list(let items) = entry.value.content else { continue }
                for item in items { collectUses(item.text.flatMap { material.pods[$0] } ?? item) }
            case _ where Self.lists.contains(entry.key):
                // What a real Ansible knows beside it is its own affair.
                guard tree["runner"]?.text != "ansible" else { continue }
                collectUses(entry.value)
                collectTemplates(entry.value, &problems)
            default: continue
            }
        }
    }

    // MARK: What is known

    private func check(_ use: Use, _ problems: inout CatalogProblems) {
        let name = use.path[0]
        if parameters.contains(name) || made.contains(name) { return }
        guard Self.globals.contains(name) else {
            guard isUnknown(name) else { return }
            problems.add(
                "\(owner) uses '\(name)' here: it has no such parameter and nothing else gives it",
                at: use.place(0),
                suggestion: asSeenHere(use)
                    ?? Spelling.nearest(to: name, among: Set(parameters).union(made).union(Self.globals))
            )
            return
        }
        let key = use.path.count > 1 ? use.path[1] : nil
        switch name {
        case "services": checkService(key, use, &problems)
        case "groups": check(1, "role", catalog.roles.map(\.name), use, &problems)
        case "networks":
            check(1, "network", catalog.networks.map(\.name), use, &problems)
            if catalog.networks.contains(where: { $0.name == key }) {
                check(2, "fact of a network", Network.facts, use, &problems)
            }
        case "node":
            check(1, "fact of a node", Self.factsOfNodes, use, &problems)
            if key == "addresses" { check(2, "network", catalog.networks.map(\.name), use, &problems) }
        default: break
        }
    }

    /// How the parameter that `service.parameter` means is named in this service; nil where it means none.
    private func asSeenHere(_ use: Use) -> String? {
        guard use.path.count > 1, let other = catalog.services[use.path[0]],
            other.parameters.contains(where: { $0.name == use.path[1] })
        else { return nil }
        return other.name == name ? use.path[1] : "services.\(other.name).\(use.path[1])"
    }

    /// What templates see of a node.
    static let factsOfNodes = ["name", "address", "addresses", "hostname", "role", "rack", "unit"]

    private func checkService(_ name: String?, _ use: Use, _ problems: inout CatalogProblems) {
        guard let name, let other = catalog.services[name] else {
            check(1, "service", catalog.services.keys.sorted(), use, &problems)
            return
        }
        guard use.path.count > 2, other.hasAllParameters else { return }
        let key = use.path[2]
        guard let parameter = other.parameters.first(where: { $0.name == key }) else {
            check(2, "parameter of service '\(name)'", other.parameters.map(\.name), use, &problems)
            return
        }
        guard parameter.type == .secret else { return }
        problems.add(
            "'\(key)' of service '\(name)' is a secret, which no other service is told: give \(owner) one of its own "
                + "with the same value",
            at: use.place(2)
        )
    }

    /// One word of a path must be one of those that there are.
    private func check(
        _ word: Int,
        _ what: String,
        _ known: [String],
        _ use: Use,
        _ problems: inout CatalogProblems
    ) {
        guard word < use.path.count, !known.contains(use.path[word]) else { return }
        problems.add(
            "there is no \(what) '\(use.path[word])' (\(owner))",
            at: use.place(word),
            suggestion: Spelling.nearest(to: use.path[word], among: known)
        )
    }

    // MARK: What is seen of other nodes

    /// Of which roles the owner names the nodes, beside what was collected of its file; nil for all of them.
    private mutating func seen(_ tree: SourceTree) -> Set<String>? {
        var problems = CatalogProblems()
        for key in Self.lists { if let list = tree[key] { collectUses(list) } }
        // Which lists it includes is not followed up: what any of them names counts.
        for list in material.taskLists.values {
            collectUses(list)
            collectTemplates(list, &problems)
        }
        var roles: Set<String> = []
        for use in uses {
            var path = use.path[...]
            if path.first == "rackwright" { path = path.dropFirst() }
            guard path.first == "groups" || path.first == "nodes" else { continue }
            guard path.first == "groups", let role = path.dropFirst().first else { return nil }
            roles.insert(role)
        }
        return roles
    }

    // MARK: What is made

    private mutating func collectMade(_ tree: SourceTree) {
        if case .list(let items) = tree.content { for item in items { collectMade(item) } }
        for (key, value) in Self.entries(tree) {
            switch TaskKeywords.plain(key) {
            case "register", "loop_var", "index_var": if let name = value.text { made.insert(name) }
            case "vars": made.formUnion(Self.entries(value).map(\.key))
            case "set_fact":
                let names =
                    Self.entries(value).map(\.key)
                    + FreeForm.words(value.text ?? "").compactMap { word in
                        word.split(separator: "=", maxSplits: 1).first.map(String.init)
                    }
                made.formUnion(names)
                if names.contains(where: \.hasBraces) { isOpen = true }
            case "include_vars":
                if let name = value["name"]?.text { made.insert(name) }
                if let file = value.text ?? value["file"]?.text, !file.hasBraces, !file.hasPrefix("/") { break }
                isOpen = true
            default: break
            }
            collectMade(value)
        }
    }

    // MARK: What is used

    /// - Parameter isCondition: texts without braces are expressions.
    private mutating func collectUses(_ tree: SourceTree, isCondition: Bool = false) {
        switch tree.content {
        case .list(let items): for item in items { collectUses(item, isCondition: isCondition) }
        case .map(let entries):
            for entry in entries {
                let key = entry.key.text ?? ""
                collectUses(entry.value, isCondition: Self.conditions.contains(key))
            }
        case .scalar(let text, let plain):
            let references: [Reference]
            if text.hasBraces {
                references = (try? Template(text))?.references ?? []
            } else if isCondition {
                references = (try? Expression(text))?.references ?? []
            } else {
                return
            }
            for reference in references {
                // Where a text goes over several lines, it is not known how they were folded.
                let places = reference.places.map { place in
                    var found = tree.location
                    if place.line == 1, !text.contains("\n") { found.column += place.column - (plain ? 1 : 0) }
                    return found
                }
                uses.append(Use(path: reference.path, isOptional: reference.isOptional, places: places))
            }
        }
    }

    /// The templates of a list's `template` tasks.
    private mutating func collectTemplates(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        if case .list(let items) = tree.content { for item in items { collectTemplates(item, &problems) } }
        for (key, value) in Self.entries(tree) {
            if TaskKeywords.plain(key) == "template" {
                let words = FreeForm.words(value.text ?? "").filter { $0.hasPrefix("src=") }.map { $0.dropFirst(4) }
                if let name = value["src"]?.text ?? words.first.map(String.init) {
                    collectUses(template: name, &problems)
                }
            }
            collectTemplates(value, &problems)
        }
    }

    private mutating func collectUses(template name: String, _ problems: inout CatalogProblems) {
        guard let text = material.templates[name] else { return }
        let file = "templates/" + name
        do {
            for reference in try Template(text, name: file).references {
                let places = reference.places.map { SourceLocation(file: file, line: $0.line, column: $0.column) }
                uses.append(Use(path: reference.path, isOptional: reference.isOptional, places: places))
            }
        } catch {
            problems.add(error, in: file)
        }
    }

    private static func entries(_ tree: SourceTree) -> [(key: String, value: SourceTree)] {
        guard case .map(let entries) = tree.content else { return [] }
        return entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } }
    }
}

extension CatalogProblems {
    /// What is wrong in a template, where it stands in its own file.
    mutating func add(_ error: JinjaError, in file: String) {
        let expression = error.expression.isEmpty ? "" : " in `\(error.expression)`"
        add(
            "this is not a template: \(error.message)\(expression)",
            at: SourceLocation(file: file, line: max(1, error.line), column: max(1, error.column))
        )
    }
}

extension Network {
    /// What templates see of a network, where the node is on it.
    static let facts = [
        "name", "vlan", "mtu", "domain", "vip", "subnet", "cidr", "prefix", "netmask", "gateway", "routes", "dns",
        "address", "addresses", "addressing", "subnets",
    ]
}

extension Catalog {
    /// Names that a service uses and nothing gives it, with the first place of each: for who makes it of another's file.
    public static func namesThatNothingGives(in tree: SourceTree, templates: [String: String])
        -> [(name: String, place: SourceLocation)]
    {
        var problems = CatalogProblems()
        let material = TaskMaterial(templates: templates, files: [:])
        guard let service = Service(tree, material, &problems) else { return [] }
        var check = NameCheck(Catalog(), service, tree, material)
        return check.unknown(tree)
    }

    /// Names that nothing gives, in all services and runbooks; and of which nodes each service is told.
    mutating func checkNames(_ files: [File], _ material: TaskMaterial, _ problems: inout CatalogProblems) {
        for file in files where file.path.hasPrefix("runbooks/") {
            guard let name = file.tree["name"]?.text, let runbook = runbooks[name] else { continue }
            var check = NameCheck(self, runbook, file.tree, material)
            _ = check.run(file.tree, &problems)
        }
        for file in files where file.path.hasPrefix("services/") {
            guard let name = file.tree["name"]?.text, let service = services[name] else { continue }
            var check = NameCheck(self, service, file.tree, material)
            services[name]?.sees = check.run(file.tree, &problems)
        }
    }
}
