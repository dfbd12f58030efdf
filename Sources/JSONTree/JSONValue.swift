/// Any JSON document, for formats that have no fixed one.
public enum JSONValue: Hashable, Sendable, Decodable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
        if let values = try? decoder.container(keyedBy: AnyKey.self) {
            var object: [String: JSONValue] = [:]
            for key in values.allKeys { object[key.stringValue] = try values.decode(JSONValue.self, forKey: key) }
            self = .object(object)
        } else if var values = try? decoder.unkeyedContainer() {
            var list: [JSONValue] = []
            while !values.isAtEnd { list.append(try values.decode(JSONValue.self)) }
            self = .list(list)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let integer = try? value.decode(Int.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension JSONValue {
    /// The value of a name; `null` where there is none, and in what has no names.
    public subscript(_ name: String) -> JSONValue {
        if case .object(let values) = self { values[name] ?? .null } else { .null }
    }

    public var isNull: Bool { self == .null }

    public var list: [JSONValue] {
        if case .list(let values) = self { values } else { [] }
    }

    /// The names with their values, sorted.
    public var entries: [(name: String, value: JSONValue)] {
        guard case .object(let values) = self else { return [] }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A text that says something; a number as it is written.
    public var text: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .null, .bool, .list, .object: nil
        }
    }

    /// A whole number, also where it is written as text or with a fraction.
    public var integer: Int? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int(exactly: number.rounded(.towardZero))
        case .text(let text): Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }
        case .null, .bool, .list, .object: nil
        }
    }

    /// A truth, also where it is written as a number or a word.
    public var bool: Bool? {
        switch self {
        case .bool(let bool): bool
        case .integer(let number): [0: false, 1: true][number]
        case .text(let text):
            [
                "yes": true, "on": true, "1": true, "true": true, "no": false, "off": false, "0": false,
                "false": false,
            ][text.lowercased()]
        case .null, .number, .list, .object: nil
        }
    }
}
