public import OrderedCollections

/// A dynamic value, as templates and expressions know them: Python's model, with 64-bit integers.
///
/// `==` and `hash` are structural, so `1`, `1.0` and `true` differ and so do dictionaries in another order;
/// templates compare as Python does (`isEqual(to:)`). Tuples are lists.
public enum Value: Hashable, Sendable {
    /// What a name or attribute that does not exist gives; carries the name.
    case undefined(String)
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case list([Value])
    case dict(OrderedDictionary<String, Value>)
}

extension Value {
    /// The value under a key, when this is a dictionary that has it.
    public subscript(key: String) -> Value? {
        guard case .dict(let entries) = self else { return nil }
        return entries[key]
    }

    public var asString: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var asInt: Int? {
        guard case .int(let number) = self else { return nil }
        return number
    }

    /// The number, whether written as an integer or not.
    public var asDouble: Double? {
        switch self {
        case .double(let number): number
        case .int(let number): Double(number)
        case .undefined, .none, .bool, .string, .list, .dict: nil
        }
    }

    public var asBool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    public var asList: [Value]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    public var asDict: OrderedDictionary<String, Value>? {
        guard case .dict(let entries) = self else { return nil }
        return entries
    }

    public var isUndefined: Bool {
        guard case .undefined = self else { return false }
        return true
    }

    public var isNone: Bool {
        guard case .none = self else { return false }
        return true
    }

    /// Python's truth: empty and zero are false. What is undefined is false here; strict evaluation refuses it.
    public var isTruthy: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .double(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let items): !items.isEmpty
        case .dict(let entries): !entries.isEmpty
        }
    }

    /// Python's word for the type, for messages.
    var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .string: "str"
        case .list: "list"
        case .dict: "dict"
        }
    }

    /// Whether lists and dictionaries are nested more than `limit` deep.
    func isDeeper(than limit: Int) -> Bool {
        switch self {
        case .undefined, .none, .bool, .int, .double, .string: false
        case .list(let items): limit <= 0 || items.contains { $0.isDeeper(than: limit - 1) }
        case .dict(let entries): limit <= 0 || entries.values.contains { $0.isDeeper(than: limit - 1) }
        }
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .none }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }

    /// A key given twice keeps its first place and its last value, as in Python.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .dict(OrderedDictionary(elements, uniquingKeysWith: { $1 }))
    }
}
