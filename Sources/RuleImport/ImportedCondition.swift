import Catalog
import Jinja
import OrderedCollections

/// A condition of theirs as an expression.
struct ImportedCondition {
    var expression: String

    init(_ tree: SourceTree) throws(NotCarried) {
        let multiple = tree["multiple"]?.text ?? "any"
        guard tree["loop"] == nil || tree["loop"]?.value == Value.none else {
            var turns: [String] = []
            for turn in Loop.turns(of: tree) { turns.append("(\(try Self.newer(turn)))") }
            switch multiple {
            case "any", "first": expression = turns.joined(separator: " or ")
            case "all": expression = turns.joined(separator: " and ")
            default: throw NotCarried("a loop with 'multiple: \(multiple)'")
            }
            return
        }
        guard case .dict(let entries) = tree.value else { throw NotCarried("a condition that is no object") }
        let condition = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
        expression =
            condition["field"] != nil
            ? try Self.older(condition, multiple: multiple) : try Self.newer(condition)
    }

    // MARK: The older generation

    private static func older(_ condition: [String: Value], multiple: String) throws(NotCarried) -> String {
        guard let op = condition["op"]?.asString, let field = condition["field"]?.asString else {
            throw NotCarried("a condition needs 'op' and 'field'")
        }
        for key in condition.keys where !["op", "field", "value", "multiple", "invert"].contains(key) {
            throw NotCarried("'\(key)' of a condition is not known")
        }
        let check = try Check(op, condition["value"] ?? .none)
        let inverted = condition["invert"]?.isTruthy ?? false
        let name = try FieldName(FieldPath(field))
        guard case .many(let list) = name else { return try check.of(name, inverted: inverted) }
        return try check.of(list, multiple: multiple, inverted: inverted)
    }

    // MARK: The newer generation

    private static func newer(_ condition: [String: Value]) throws(NotCarried) -> String {
        guard var op = condition["op"]?.asString else { throw NotCarried("a condition needs 'op'") }
        var inverted = false
        for mark in ["!", "not "] where op.hasPrefix(mark) {
            inverted = true
            op = String(op.dropFirst(mark.count).drop { $0.isWhitespace })
        }
        let arguments = try Arguments(condition["args"] ?? .none, Self.signatures[op] ?? [], of: op)
        switch op {
        case "eq", "ne", "lt", "gt", "le", "ge":
            let values = arguments["values"]?.asList ?? []
            guard values.count >= 2 else { throw NotCarried("'\(op)' needs two values") }
            var parts: [String] = []
            for (left, right) in zip(values, values.dropFirst()) { parts.append(try compared(op, left, right)) }
            let all = parts.joined(separator: " and ")
            return inverted ? "not (\(all))" : all
        case "is-true", "is-false":
            let truth = try operand(arguments["value"] ?? .none) + (op == "is-true" ? " is truthy" : " is falsy")
            return inverted ? "not (\(truth))" : truth
        case "one-of":
            let value = try operand(arguments["value"] ?? .none)
            let one = "\(value) in \(Literal.of(arguments["values"] ?? .list([])))"
            return inverted ? "not (\(one))" : one
        case "in-net", "matches", "contains", "is-empty", "is-none":
            let check = try Check(op, arguments["regex"] ?? arguments["subnet"] ?? .none)
            guard let path = field(arguments["value"] ?? arguments["address"] ?? .none) else {
                let value = try operand(arguments["value"] ?? arguments["address"] ?? .none)
                return try check.of(.one(value, parent: nil), inverted: inverted)
            }
            let name = try FieldName(path)
            guard case .many(let list) = name else { return try check.of(name, inverted: inverted) }
            if op == "is-empty" { return try check.of(list, multiple: "any", inverted: inverted) }
            return try check.of(.one("(\(list) | list)", parent: nil), inverted: inverted)
        default: throw NotCarried("the operator '\(op)' is not known")
        }
    }

    private static let signatures = [
        "eq": ["values"], "ne": ["values"], "lt": ["values"], "gt": ["values"], "le": ["values"], "ge": ["values"],
        "is-empty": ["value"], "in-net": ["address", "subnet"], "matches": ["value", "regex"],
        "contains": ["value", "regex"], "one-of": ["value", "values"], "is-none": ["value"], "is-true": ["value"],
        "is-false": ["value"],
    ]

    /// The field that a value is and nothing more.
    private static func field(_ value: Value) -> FieldPath? {
        guard case .string(let text) = value, let format = try? FormatText(text), format.pieces.count == 1,
            case .field(let path)? = format.pieces.first
        else { return nil }
        return path
    }

    private static func compared(_ op: String, _ left: Value, _ right: Value) throws(NotCarried) -> String {
        if let path = field(left), field(right) == nil, !isFormat(right) {
            return try Check(op, right).of(FieldName(path), inverted: false)
        }
        return "\(try operand(left)) \(Check.signs[op] ?? "==") \(try operand(right))"
    }

    private static func isFormat(_ value: Value) -> Bool { value.asString?.contains("{") ?? false }

    private static func operand(_ value: Value) throws(NotCarried) -> String {
        guard case .string(let text) = value else { return Literal.of(value) }
        let format = try FormatText(text)
        var parts: [String] = []
        for piece in format.pieces {
            switch piece {
            case .text(let text): parts.append(Literal.of(.string(text)))
            case .field(let path): parts.append(try FieldName(path).single())
            }
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? "\"\"" : "(" + parts.joined(separator: " ~ ") + ")"
    }
}

/// Arguments by name, whether they were given so or as a list.
struct Arguments {
    private var values: [String: Value] = [:]

    init(_ value: Value, _ names: [String], of op: String) throws(NotCarried) {
        switch value {
        case .dict(let entries):
            for (key, value) in entries { values[key] = value }
        case .list(let list):
            for (name, value) in zip(names, list) { values[name] = value }
        case .none: break
        default: throw NotCarried("the arguments of '\(op)' are neither a list nor an object")
        }
    }

    subscript(name: String) -> Value? { values[name] }
}
