import OrderedCollections

extension Filters {
    static let selection: [String: Routine] = [
        "default": Routine(["default_value", "boolean"], acceptsUndefined: true) { call in
            let isMissing = try call.input.isUndefined || (call.flag("boolean") && !call.input.isTruthy)
            return isMissing ? call["default_value"] ?? "" : call.input
        },
        "mandatory": Routine(["msg"], acceptsUndefined: true) { call in
            guard case .undefined(let name) = call.input else { return call.input }
            throw JinjaError(try call.string("msg") ?? "mandatory variable '\(name)' is not defined")
        },
        "ternary": Routine(["true_val", "false_val", "none_val"], acceptsUndefined: true) { call in
            if let noneValue = call["none_val"], !noneValue.isNone, call.input.isNone { return noneValue }
            return try call.required(call.evaluation.isTruthy(call.input) ? "true_val" : "false_val")
        },
        "bool": Routine { call in
            switch call.input {
            case .bool: call.input
            case .string(let text): .bool(["yes", "on", "1", "true"].contains(text.lowercased()))
            default: .bool(call.input.isEqual(to: 1))
            }
        },
        "attr": Routine(["name"]) { call in
            let name = try call.evaluation.text(of: call.required("name"))
            // Python's dictionaries have entries, not attributes.
            return .undefined(name)
        },
        "map": Routine(isVariadic: true, acceptsUndefined: true) { call in
            let items = try call.elementsIfAny
            let given = call.rest
            if given.positional.isEmpty, let attribute = given.named["attribute"] {
                if let extra = given.named.keys.first(where: { $0 != "attribute" && $0 != "default" }) {
                    throw JinjaError("'map' has no parameter '\(extra)'")
                }
                let path = AttributePath(attribute, fallback: given.named["default"], call.evaluation)
                return .list(try items.map { try path($0) })
            }
            let (name, arguments) = try call.routine(from: 0, "a filter")
            guard !items.isEmpty else { return [] }
            return .list(try items.map(call.evaluation.applying(call.evaluation.filter(named: name), arguments)))
        },
        "select": Routine(isVariadic: true) { try selected($0, byAttribute: false, keeps: true) },
        "reject": Routine(isVariadic: true) { try selected($0, byAttribute: false, keeps: false) },
        "selectattr": Routine(isVariadic: true) { try selected($0, byAttribute: true, keeps: true) },
        "rejectattr": Routine(isVariadic: true) { try selected($0, byAttribute: true, keeps: false) },
        "groupby": Routine(["attribute", "default", "case_sensitive"]) { call in
            let items = try call.elements
            let ignoresCase = try !call.flag("case_sensitive")
            let path = try AttributePath(call.required("attribute"), fallback: call["default"], call.evaluation)
            let keys = try items.map { folded(try path($0), ignoresCase) }
            let order = try sorted(items.indices.map { .int($0) }, by: keys, isReversed: false).compactMap(\.asInt)
            var groups: [(key: Value, grouper: Value, items: [Value])] = []
            for index in order {
                if let last = groups.last, last.key.isEqual(to: keys[index]) {
                    groups[groups.count - 1].items.append(items[index])
                } else {
                    groups.append((keys[index], try path(items[index]), [items[index]]))
                }
            }
            return .list(groups.map { .list([$0.grouper, .list($0.items)]) })
        },
    ]

    private static func selected(_ call: RoutineCall, byAttribute: Bool, keeps: Bool) throws -> Value {
        let items = try call.elementsIfAny
        var path: AttributePath?
        if byAttribute {
            guard let attribute = call.rest.positional.first else {
                throw JinjaError("'\(call.name)' needs an attribute")
            }
            path = AttributePath(attribute, call.evaluation)
        }
        let start = byAttribute ? 1 : 0
        guard call.rest.positional.count > start else {
            return .list(try items.filter { try call.evaluation.isTruthy(path?($0) ?? $0) == keeps })
        }
        let (name, arguments) = try call.routine(from: start, "a test")
        guard !items.isEmpty else { return [] }
        let evaluation = call.evaluation
        var kept: [Value] = []
        var test: ((Value) throws -> Value)?
        for item in items {
            // What has no attribute is told first, as it stands before the test.
            let value = try path?(item) ?? item
            let apply = try test ?? evaluation.applying(evaluation.test(named: name), arguments)
            test = apply
            if try evaluation.isTruthy(apply(value)) == keeps { kept.append(item) }
        }
        return .list(kept)
    }
}

extension RoutineCall {
    /// What is empty, zero or none has no elements for the filters that select and map.
    fileprivate var elementsIfAny: [Value] {
        get throws { try evaluation.isTruthy(input) ? elements : [] }
    }

    /// The filter or test named by an argument, and what follows as its own arguments.
    fileprivate func routine(from start: Int, _ what: String) throws -> (String, Arguments) {
        guard rest.positional.count > start, case .string(let name) = rest.positional[start] else {
            throw JinjaError("'\(self.name)' needs the name of \(what)")
        }
        return (name, Arguments(positional: Array(rest.positional[(start + 1)...]), named: rest.named))
    }
}
