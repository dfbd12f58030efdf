import Jinja

extension Role {
    /// Reads a role; nil, with the reasons in `problems`, where it cannot be used.
    init?(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "the role", &problems), let name = fields.ownName("role", &problems)
        else { return nil }
        self.name = name
        location = tree.location
        description = fields.text("description", &problems)
        _ = fields.optional("extends")
        let isAbstract = fields.bool("abstract", &problems) ?? false
        self.isAbstract = isAbstract
        let count = isAbstract ? fields.optional("count") : fields.required("count", &problems)
        self.count = count.map { Count($0, fields.what, &problems) } ?? Count(minimum: 0, maximum: 0)
        tags = fields.texts("tags", &problems)
        networks = NetworkUse.list(fields.optional("networks"), fields.what, &problems)
        hostname = Self.hostname(fields.optional("hostname"), fields.what, &problems)
        hardware = Requirement.list(fields.optional("hardware"), "hardware of \(fields.what)", .inventory, &problems)
        rootDisk = Requirement.list(fields.optional("root_disk"), "root_disk of \(fields.what)", .disk, &problems)
        prefer = Self.preferences(fields.optional("prefer"), fields.what, &problems)
        priority = fields.integer("priority", in: -1_000_000...1_000_000, &problems) ?? 0
        spread = fields.choice("spread", &problems)
        image = (isAbstract ? fields.text("image", &problems) : fields.requiredText("image", &problems)) ?? ""
        firstBoot = fields.choice("first_boot", &problems) ?? .reset
        kernelArguments = fields.text("kernel_arguments", &problems) ?? ""
        parameters = Self.parameters(fields.optional("parameters"), fields.what, &written, &problems)
        let named = fields.optional("services")?.requireTexts("'services' of \(fields.what)", &problems) ?? []
        services = named.map(\.text)
        for (service, location) in named { written[service] = location }
        rollout = fields.optional("rollout").map { Rollout($0, fields.what, &problems) } ?? Rollout()
        fields.finish(&problems)
    }

    private static let hostnameNames = ["node", "role", "index"]

    private static func hostname(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> String? {
        guard let tree, let text = tree.requireText("'hostname' of \(what)", &problems) else { return nil }
        tree.checkTemplates("'hostname' of \(what)", &problems)
        for reference in (try? Template(text))?.references ?? [] where !hostnameNames.contains(reference.path[0]) {
            problems.add(
                "'hostname' of \(what) uses the unknown name '\(reference.path[0])'; it knows node, role and index",
                at: tree.location,
                suggestion: Spelling.nearest(to: reference.path[0], among: hostnameNames)
            )
        }
        return text
    }

    private static func preferences(
        _ tree: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [Preference] {
        guard let tree else { return [] }
        return tree.requireItems("'prefer' of \(what)", &problems).compactMap { item in
            guard var fields = Fields(item, "a preference of \(what)", &problems) else { return nil }
            let when = fields.required("when", &problems).flatMap {
                Requirement($0, "'when' of a preference of \(what)", .inventory, &problems)
            }
            let weight = fields.integer("weight", in: -1_000_000...1_000_000, &problems) ?? 1
            fields.finish(&problems)
            return when.map { Preference(when: $0, weight: weight) }
        }
    }

    /// Parameter overrides: service, then parameter.
    static func parameters(
        _ tree: SourceTree?,
        _ what: String,
        _ written: inout [String: SourceLocation],
        _ problems: inout CatalogProblems
    ) -> [String: [String: Value]] {
        // Nothing but comments is no override.
        guard let tree, tree.value != .none, let fields = Fields(tree, "'parameters' of \(what)", &problems) else {
            return [:]
        }
        var found: [String: [String: Value]] = [:]
        for (service, location, value) in fields.allEntries {
            written["\(service)/"] = location
            guard let inner = Fields(value, "parameters of service '\(service)' in \(what)", &problems) else {
                continue
            }
            for (parameter, location, value) in inner.allEntries {
                written["\(service)/\(parameter)"] = location
                found[service, default: [:]][parameter] = value.value
            }
        }
        return found
    }
}

extension Role.Count {
    /// A number, `all`, or `{min: 1, max: 20}`.
    init(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        switch tree.value {
        case .int(let number) where number >= 0 && number <= 1_000_000:
            self.init(minimum: number, maximum: number)
        case .string("all"):
            self.init(minimum: 0, maximum: nil)
        case .dict:
            guard var fields = Fields(tree, "'count' of \(what)", &problems) else {
                self.init(minimum: 0, maximum: 0)
                return
            }
            let minimum = fields.integer("min", in: 0...1_000_000, &problems) ?? 0
            let maximum = fields.integer("max", in: 0...1_000_000, &problems)
            fields.finish(&problems)
            if let maximum, maximum < minimum {
                problems.add("'count' of \(what) has max \(maximum) below min \(minimum)", at: tree.location)
            }
            self.init(minimum: minimum, maximum: maximum)
        default:
            problems.add(
                "'count' of \(what) must be a number, 'all' or {min: …, max: …}, found \(tree.kind)",
                at: tree.location
            )
            self.init(minimum: 0, maximum: 0)
        }
    }
}

extension Role.Requirement {
    /// What an expression is about, and so which names it may use.
    enum Scope {
        case inventory, disk

        var names: [String] {
            switch self {
            case .inventory:
                [
                    "system", "board", "chassis", "firmware", "boot_mode", "secure_boot", "cpu", "memory", "disks",
                    "nics", "pci", "gpus", "kernel", "numa", "tpm", "bmc", "usb", "sensors", "efi", "health",
                    "burn_in", "node", "labels", "neighbor",
                ]
            case .disk:
                [
                    "model", "vendor", "serial", "wwn", "size", "logical_block", "physical_block", "rotational",
                    "transport", "bus_path", "firmware", "removable", "by_id", "by_path", "controller", "numa_node",
                    "partition_table", "partitions", "signatures", "health", "rotation_rate",
                ]
            }
        }
    }

    static let constants = [
        "KiB", "MiB", "GiB", "TiB", "KB", "MB", "GB", "TB", "range", "dict", "true", "false",
    ]

    /// - Parameter also: names that it may use beside those of its scope.
    init?(
        _ tree: SourceTree,
        _ what: String,
        _ scope: Scope,
        also: [String] = [],
        _ problems: inout CatalogProblems
    ) {
        guard let text = tree.requireText(what, &problems) else { return nil }
        do {
            let expression = try Expression(text, name: tree.location.description)
            let known = scope.names + also
            for name in expression.names.sorted() where !known.contains(name) && !Self.constants.contains(name) {
                if scope == .disk && name == "name" {
                    problems.add(
                        "\(what) uses the kernel's name of a disk, which changes between boots; "
                            + "use serial, wwn, size, model or bus_path",
                        at: tree.location
                    )
                } else {
                    problems.add(
                        "\(what) uses the unknown name '\(name)'",
                        at: tree.location,
                        suggestion: Spelling.nearest(to: name, among: known)
                    )
                }
            }
            self.init(expression: expression, text: text, location: tree.location)
        } catch {
            problems.add("\(what) is not an expression: \(error.message)", at: tree.location)
            return nil
        }
    }

    static func list(
        _ tree: SourceTree?,
        _ what: String,
        _ scope: Scope,
        also: [String] = [],
        _ problems: inout CatalogProblems
    ) -> [Self] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.content else {
            problems.add("\(what) must be a list of expressions, found \(tree.kind)", at: tree.location)
            return []
        }
        return items.compactMap { Self($0, "an expression in \(what)", scope, also: also, &problems) }
    }
}

extension Role.Rollout {
    init(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        self.init()
        guard var fields = Fields(tree, "'rollout' of \(what)", &problems) else { return }
        canary = fields.integer("canary", in: 0...1_000_000, &problems) ?? canary
        if let tree = fields.optional("batch") {
            switch tree.value {
            case .int(let number) where number > 0: batch = .nodes(number)
            case .string(let text) where text.hasSuffix("%"):
                if let percent = Int(text.dropLast()), (1...100).contains(percent) {
                    batch = .percent(percent)
                    break
                }
                fallthrough
            default:
                problems.add("'batch' of \(what) must be a number or 1% to 100%, found \(tree.kind)", at: tree.location)
            }
        }
        maxFailed = fields.integer("max_failed", in: 0...1_000_000, &problems) ?? maxFailed
        approve = fields.choice("approve", &problems) ?? approve
        onFailure = fields.choice("on_failure", &problems) ?? onFailure
        fields.finish(&problems)
    }
}
