public import Jinja
import OrderedCollections

extension Service {
    /// A value that a service is told by whoever runs it: its type, what it is without one, and what it must hold to.
    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var type: Kind
        /// The value where nothing else gives one.
        public var fallback: Value?
        /// What it is for, in words.
        public var description: String?
        /// Each must hold of a value.
        public var constraints: [Constraint] = []
        public var location: SourceLocation

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case string, int, float, number, bool, list, dict, map, secret
        }
    }
}

extension Service.Parameter {
    /// What a value of a parameter must hold to, as a Heat template would say it.
    public struct Constraint: Hashable, Sendable {
        public var rule: Rule
        /// What an operator is told instead of the rule's own words.
        public var message: String?
        public var location: SourceLocation

        public enum Rule: Hashable, Sendable {
            /// One of these; of a list, all of it or each item.
            case allowed([Value])
            /// A number, both ends included.
            case range(Double?, Double?)
            /// The characters of a text, the items of a list, the keys of a map; both ends included.
            case length(Int?, Int?)
            /// A regular expression of Python's that the whole text matches; each item of a list.
            case pattern(String)
            /// A Jinja expression over `value`.
            case test(Expression)
        }
    }

    /// Whether `value` is of this parameter's type.
    public func accepts(_ value: Value) -> Bool {
        switch (type, value) {
        case (.string, .string), (.secret, .string), (.int, .int), (.bool, .bool), (.list, .list), (.dict, .dict),
            (.map, .dict), (.float, .double), (.float, .int), (.number, .double), (.number, .int):
            true
        default:
            false
        }
    }

    /// Why `value` cannot be this parameter's: its type, or the first constraint that does not hold; nil when it can.
    public func refusal(of value: Value) -> String? {
        guard accepts(value) else { return "is not of type \(type.rawValue)" }
        return constraints.lazy.compactMap { $0.refusal(of: value) }.first
    }
}

extension Service.Parameter.Constraint {
    /// The rule in words: `one of "uuid", "fernet"`.
    public var words: String {
        switch rule {
        case .allowed(let values): "one of " + values.map { $0.json() }.joined(separator: ", ")
        case .range(let low, let high): Self.span(low.map(Self.number), high.map(Self.number))
        case .length(let low, let high): "a length of " + Self.span(low.map(String.init), high.map(String.init))
        case .pattern(let pattern): "a match of '\(pattern)'"
        case .test(let expression): "such that \(expression.source)"
        }
    }

    /// Why the constraint does not hold of `value`; nil when it does.
    func refusal(of value: Value) -> String? {
        holds(of: value) ? nil : message ?? "must be \(words)"
    }

    private func holds(of value: Value) -> Bool {
        switch rule {
        case .allowed(let values):
            func isAllowed(_ value: Value) -> Bool { values.contains { $0.isEqual(to: value) } }
            return isAllowed(value) || (value.asList?.allSatisfy(isAllowed) ?? false)
        case .range(let low, let high):
            guard let number = value.asDouble else { return false }
            return (low ?? number) <= number && number <= (high ?? number)
        case .length(let low, let high):
            let length: Int
            switch value {
            case .string(let text): length = text.unicodeScalars.count
            case .list(let items): length = items.count
            case .dict(let entries): length = entries.count
            default: return false
            }
            return (low ?? length) <= length && length <= (high ?? length)
        case .pattern(let text):
            guard let pattern = try? Pattern("(?:\(text))\\Z") else { return false }
            return (value.asList ?? [value]).allSatisfy { item in
                (try? pattern.matchesStart(of: item.asString ?? item.json())) ?? false
            }
        case .test(let expression):
            return (try? expression.evaluate(["value": value]))?.isTruthy ?? false
        }
    }

    private static func span(_ low: String?, _ high: String?) -> String {
        switch (low, high) {
        case (let low?, let high?): "\(low) to \(high)"
        case (let low?, nil): "\(low) or more"
        case (nil, let high?): "\(high) or less"
        case (nil, nil): "any"
        }
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
