import Jinja
import OrderedCollections

extension Rule {
    /// Reads a rule; nil, with the reasons in `problems`, where it cannot be used.
    init?(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "the rule", &problems), let name = fields.ownName("rule", &problems)
        else { return nil }
        self.name = name
        location = tree.location
        description = fields.text("description", &problems)
        priority = fields.integer("priority", in: -1_000_000...1_000_000, &problems) ?? 0
        tables = Self.tables(fields.optional("tables"), fields.what, &problems)
        let names = Array(tables.keys)
        when = Role.Requirement.list(
            fields.optional("when"),
            "'when' of \(fields.what)",
            .inventory,
            also: names,
            &problems
        )
        actions = Actions()
        if let tree = fields.required("actions", &problems) {
            actions = Actions(tree, fields.what, names, &problems)
        }
        fields.finish(&problems)
    }

    private static func tables(
        _ tree: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> OrderedDictionary<String, Value> {
        guard let tree, let fields = Fields(tree, "'tables' of \(what)", &problems) else { return [:] }
        let taken = Role.Requirement.Scope.inventory.names + Role.Requirement.constants
        var tables: OrderedDictionary<String, Value> = [:]
        for (name, location, value) in fields.allEntries {
            if taken.contains(name) {
                problems.add("the table '\(name)' of \(what) has a name that conditions know otherwise", at: location)
            } else if !Rule.isLabelKey(name) {
                problems.add(
                    "the table '\(name)' of \(what) must have a name of letters, digits and '_'",
                    at: location
                )
            } else if case .scalar = value.content {
                problems.add(
                    "the table '\(name)' of \(what) must be a map or a list, found \(value.kind)",
                    at: location
                )
            } else {
                tables[name] = value.value
            }
        }
        return tables
    }
}

extension Rule.Actions {
    init(_ tree: SourceTree, _ what: String, _ tables: [String], _ problems: inout CatalogProblems) {
        self.init()
        guard var fields = Fields(tree, "'actions' of \(what)", &problems) else { return }
        func text(_ key: String, _ tree: SourceTree?) -> Rule.Text? {
            tree.flatMap { Rule.Text($0, "'\(key)' of \(what)", tables, &problems) }
        }
        name = text("name", fields.optional("name"))
        rack = text("rack", fields.optional("rack"))
        unit = text("unit", fields.optional("unit"))
        role = text("role", fields.optional("role"))
        quarantine = text("quarantine", fields.optional("quarantine"))
        refuse = text("refuse", fields.optional("refuse"))
        if let tree = fields.optional("reserve") {
            reserve = Rule.Reserve(tree, what, tables, &problems)
        }
        if let tree = fields.optional("labels"), let inner = Fields(tree, "'labels' of \(what)", &problems) {
            for (key, location, value) in inner.allEntries {
                guard Rule.isLabelKey(key) else {
                    problems.add(
                        "the label '\(key)' of \(what) must have a key of letters, digits and '_'",
                        at: location
                    )
                    continue
                }
                if let value = text(key, value) { labels.append(Rule.Label(key: key, value: value)) }
            }
        }
        fields.finish(&problems)
        if fields.allEntries.isEmpty { problems.add("\(what) has no actions", at: tree.location) }
        if reserve?.role == nil, reserve != nil, let role {
            problems.add("\(what) reserves the node for nobody and gives it the role '\(role.text)'", at: role.location)
        }
    }
}

extension Rule.Reserve {
    /// `{for: ROLE, reason: TEXT}`, or a reason alone: for nobody.
    init?(_ tree: SourceTree, _ what: String, _ tables: [String], _ problems: inout CatalogProblems) {
        if case .scalar = tree.content {
            guard let reason = Rule.Text(tree, "'reserve' of \(what)", tables, &problems) else { return nil }
            self.init(role: nil, reason: reason)
            return
        }
        guard var fields = Fields(tree, "'reserve' of \(what)", &problems) else { return nil }
        let role = fields.required("for", &problems).flatMap {
            Rule.Text($0, "'for' of 'reserve' of \(what)", tables, &problems)
        }
        let reason = fields.optional("reason").flatMap {
            Rule.Text($0, "'reason' of 'reserve' of \(what)", tables, &problems)
        }
        fields.finish(&problems)
        self.init(role: role?.text == Rule.nobody ? nil : role, reason: reason)
    }
}

extension Rule.Text {
    fileprivate init?(
        _ tree: SourceTree,
        _ what: String,
        _ tables: [String],
        _ problems: inout CatalogProblems
    ) {
        guard let text = tree.requireText(what, &problems) else { return nil }
        do {
            try self.init(text, at: tree.location)
        } catch {
            problems.add("\(what) is not a template: \(error.message)", at: tree.location)
            return nil
        }
        let known = Role.Requirement.Scope.inventory.names + tables
        for name in template.names.sorted() where !known.contains(name) && !Role.Requirement.constants.contains(name) {
            problems.add(
                "\(what) uses the unknown name '\(name)'",
                at: tree.location,
                suggestion: Spelling.nearest(to: name, among: known)
            )
        }
    }
}
