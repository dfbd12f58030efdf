public import Jinja

extension Service.Parameter {
    /// Reads a map of parameters, and says whether all of them could be read.
    static func all(
        _ tree: SourceTree?,
        of owner: String,
        _ problems: inout CatalogProblems
    ) -> (parameters: [Self], areWhole: Bool) {
        guard let tree else { return ([], true) }
        guard let fields = Fields(tree, "'parameters' of \(owner)", &problems) else { return ([], false) }
        let parameters = fields.allEntries.compactMap { name, location, value in
            Self(name, value, of: owner, at: location, &problems)
        }
        return (parameters, fields.allEntries.count == parameters.count)
    }

    /// The value that an operator means by a text: as it is for texts, JSON for lists and maps, YAML's for what else
    /// there is. Whether the parameter takes it is another question.
    public func value(of text: String) -> Value {
        switch type {
        case .string, .secret: .string(text)
        case .list, .dict, .map: (try? Value(json: text)) ?? .string(text)
        case .int, .float, .number, .bool: SourceTree.resolve(text)
        }
    }

    /// Reads `NAME: {type: …, default: …, description: …, constraints: […]}`.
    init?(
        _ name: String,
        _ tree: SourceTree,
        of service: String,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) {
        let what = "parameter '\(name)' of \(service)"
        guard var fields = Fields(tree, what, &problems) else { return nil }
        self.name = name
        self.location = location
        let isTyped = fields.optional("type") != nil
        let said: Kind? = fields.choice("type", &problems)
        type = said ?? .string
        description = fields.text("description", &problems)
        let fallback = fields.optional("default")
        self.fallback = fallback?.value
        if let list = fields.optional("constraints") {
            if case .list(let items) = list.content {
                constraints = items.compactMap { Constraint($0, of: what, type, &problems) }
            } else {
                problems.add("'constraints' of \(what) must be a list, found \(list.kind)", at: list.location)
            }
        }
        fields.finish(&problems)
        // A type that cannot be read says nothing of the rest.
        if isTyped, said == nil { return nil }
        guard let fallback else { return }
        if type == .secret {
            problems.add(
                "\(what) is a secret and has no default; set it: rackwright secret set",
                at: fallback.location
            )
        } else if !accepts(fallback.value) {
            problems.add(
                "the default of \(what) is not of type \(type.rawValue): \(fallback.kind)",
                at: fallback.location
            )
        } else if let refusal = refusal(of: fallback.value) {
            problems.add(
                "the default of \(what), \(fallback.value.json()), is refused: \(refusal)",
                at: fallback.location
            )
        }
    }
}

extension Service.Parameter.Constraint {
    private static let rules = ["allowed_values", "range", "length", "pattern", "allowed_pattern", "test"]

    /// Reads `{range: {min: 1, max: 9}, message: …}` and its kin: one rule a map.
    init?(
        _ tree: SourceTree,
        of parameter: String,
        _ type: Service.Parameter.Kind,
        _ problems: inout CatalogProblems
    ) {
        let what = "a constraint of \(parameter)"
        guard var fields = Fields(tree, what, &problems) else { return nil }
        location = tree.location
        let message = fields.text("message", &problems)
        self.message = message ?? fields.text("description", &problems)
        if message != nil { _ = fields.optional("description") }
        let said = Self.rules.filter { fields.optional($0) != nil }
        fields.finish(&problems)
        guard said.count == 1, let key = said.first, let value = fields.optional(key) else {
            problems.add("\(what) needs exactly one of \(Self.rules.joined(separator: ", "))", at: tree.location)
            return nil
        }
        guard let rule = Self.rule(key, value, what, type, &problems) else { return nil }
        self.rule = rule
    }

    private static func rule(
        _ key: String,
        _ tree: SourceTree,
        _ what: String,
        _ type: Service.Parameter.Kind,
        _ problems: inout CatalogProblems
    ) -> Rule? {
        switch key {
        case "allowed_values":
            guard case .list(let items) = tree.content, !items.isEmpty else {
                problems.add("'allowed_values' of \(what) must be a list, found \(tree.kind)", at: tree.location)
                return nil
            }
            return .allowed(items.map(\.value))
        case "range":
            guard var fields = Fields(tree, "'range' of \(what)", &problems) else { return nil }
            let ends = ["min", "max"].map { end -> Double? in
                guard let tree = fields.optional(end) else { return nil }
                if let number = tree.value.asDouble { return number }
                problems.add("'\(end)' of 'range' of \(what) must be a number, found \(tree.kind)", at: tree.location)
                return nil
            }
            fields.finish(&problems)
            if [.string, .secret, .list, .dict, .map, .bool].contains(type) {
                problems.add(
                    "\(what) is a range, and the parameter is no number but \(type.rawValue)",
                    at: tree.location
                )
            }
            return ordered(ends[0], ends[1], what, tree, &problems) ? .range(ends[0], ends[1]) : nil
        case "length":
            guard var fields = Fields(tree, "'length' of \(what)", &problems) else { return nil }
            let low = fields.integer("min", in: 0...1_000_000_000, &problems)
            let high = fields.integer("max", in: 0...1_000_000_000, &problems)
            fields.finish(&problems)
            if [.int, .float, .number, .bool].contains(type) {
                problems.add("\(what) is a length, and \(type.rawValue) has none", at: tree.location)
            }
            return ordered(low, high, what, tree, &problems) ? .length(low, high) : nil
        case "test":
            guard let text = tree.requireText("'test' of \(what)", &problems) else { return nil }
            do {
                let expression = try Expression(text, name: tree.location.description)
                for name in expression.names.sorted() where name != "value" {
                    problems.add("\(what) uses the unknown name '\(name)'; it knows 'value' alone", at: tree.location)
                }
                return .test(expression)
            } catch {
                problems.add("'test' of \(what) is not an expression: \(error.message)", at: tree.location)
                return nil
            }
        default:
            guard let text = tree.requireText("'\(key)' of \(what)", &problems) else { return nil }
            do {
                _ = try Pattern("(?:\(text))\\Z")
                return .pattern(text)
            } catch {
                problems.add("'\(key)' of \(what) is not a regular expression: \(error.message)", at: tree.location)
                return nil
            }
        }
    }

    private static func ordered<Number: Comparable>(
        _ low: Number?,
        _ high: Number?,
        _ what: String,
        _ tree: SourceTree,
        _ problems: inout CatalogProblems
    ) -> Bool {
        if let low, let high, high < low {
            problems.add("\(what) has max \(high) below min \(low)", at: tree.location)
            return false
        }
        if low == nil && high == nil {
            problems.add("\(what) needs 'min', 'max' or both", at: tree.location)
            return false
        }
        return true
    }
}
