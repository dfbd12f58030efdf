import Jinja

/// What is asked of a value, or of each of several.
struct Check {
    static let signs = ["eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="]
    private static let opposites = ["eq": "ne", "ne": "eq", "lt": "ge", "gt": "le", "le": "gt", "ge": "lt"]

    private enum Kind {
        case compare(String)
        case match(String)
        case search(String)
        case isEmpty
        case isNone
    }

    private let kind: Kind
    private let value: Value

    init(_ op: String, _ value: Value) throws(NotCarried) {
        self.value = value
        switch op {
        case "is-empty": kind = .isEmpty
        case "is-none": kind = .isNone
        case "matches":
            guard let regex = value.asString, !regex.isEmpty else { throw NotCarried("'matches' needs a pattern") }
            kind = .match(regex.hasSuffix("$") ? regex : regex + "$")
        case "contains":
            guard let regex = value.asString else { throw NotCarried("'contains' needs a pattern") }
            kind = .search(regex)
        case "in-net":
            guard let net = value.asString else { throw NotCarried("'in-net' needs a network") }
            kind = .match(try Self.pattern(ofNet: net))
        case _ where Self.signs[op] != nil: kind = .compare(op)
        default: throw NotCarried("the operator '\(op)' is not known")
        }
    }

    /// The condition on one value.
    func of(_ name: FieldName, inverted: Bool) throws(NotCarried) -> String {
        switch kind {
        case .compare(let op):
            let op = inverted ? Self.opposites[op] ?? op : op
            let sign = Self.signs[op] ?? "=="
            if case .octets(let octets, let unit, let less) = name, case .int(let number) = value,
                number < Int.max - less, op == "lt" || op == "ge"
            {
                return "\(octets) \(sign) \(number + less) * \(unit)"
            }
            return "\(try name.single()) \(sign) \(Literal.of(value))"
        case .match(let regex): return said("\(try text(name)) is match(\(Literal.of(.string(regex))))", inverted)
        case .search(let regex): return said("\(try text(name)) is search(\(Literal.of(.string(regex))))", inverted)
        case .isEmpty, .isNone:
            let expression = try name.single()
            var empty = "\(expression) is undefined or \(expression) is none"
            if case .one(_, let parent?) = name { empty = "\(parent) is undefined or " + empty }
            if case .isEmpty = kind { empty += " or \(expression) in [\"\", [], {}]" }
            return inverted ? "not (\(empty))" : empty
        }
    }

    /// The condition on several values, of which any, all or the first must fulfil it; where there are none it does not
    /// hold.
    func of(_ list: String, multiple: String, inverted: Bool) throws(NotCarried) -> String {
        let test: String
        var list = list
        switch kind {
        case .compare(let op): test = "\"\(op)\", \(Literal.of(value))"
        case .match(let regex):
            list += " | map(\"string\")"
            test = "\"match\", \(Literal.of(.string(regex)))"
        case .search(let regex):
            list += " | map(\"string\")"
            test = "\"search\", \(Literal.of(.string(regex)))"
        case .isEmpty, .isNone:
            return "\(list) | list | length \(inverted ? ">" : "==") 0"
        }
        switch multiple {
        case "any": return "\(list) | \(inverted ? "reject" : "select")(\(test)) | list | length > 0"
        case "all":
            return
                "\(list) | \(inverted ? "select" : "reject")(\(test)) | list | length == 0 and \(list) | list | length > 0"
        case "first": return try of(.one("(\(list) | first)", parent: nil), inverted: inverted)
        default: throw NotCarried("'multiple: \(multiple)' is not known")
        }
    }

    private func text(_ name: FieldName) throws(NotCarried) -> String { "(\(try name.single()) | string)" }

    private func said(_ expression: String, _ inverted: Bool) -> String {
        inverted ? "not (\(expression))" : expression
    }

    /// The addresses of an IPv4 network as a pattern of their texts.
    static func pattern(ofNet text: String) throws(NotCarried) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        let length = parts.count == 2 ? Int(parts[1]) ?? -1 : 32
        guard parts.count <= 2, octets.count == 4, (0...32).contains(length) else {
            throw NotCarried("'in-net' with '\(text)': networks of IPv4 alone, as ADDRESS/LENGTH, become a condition")
        }
        let whole = length / 8
        var pattern = "^" + octets.prefix(whole).map(String.init).joined(separator: "\\.")
        if length % 8 != 0 {
            let size = 1 << (8 - length % 8)
            let low = Int(octets[whole]) / size * size
            let values = (low..<low + size).map(String.init).joined(separator: "|")
            pattern += (whole > 0 ? "\\." : "") + "(\(values))"
        }
        let used = whole + (length % 8 == 0 ? 0 : 1)
        return pattern + (used == 4 ? "$" : used == 0 ? "[0-9]+\\." : "\\.")
    }
}
