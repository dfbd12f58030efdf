import FoundationEssentials

/// A JSON document read without expectations: what is absent, null or of another type reads as nil, never as an error.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// A member of an object, an absent one of anything else.
    public subscript(key: String) -> JSON {
        if case .object(let members) = self, let member = members[key] { member } else { .null }
    }

    /// The text without blanks around it; nil when it is not text or is empty.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        let blank: (Character) -> Bool = { $0.isWhitespace || $0 == "\0" }
        var trimmed = text[...].drop(while: blank)
        while let last = trimmed.last, blank(last) { trimmed.removeLast() }
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    /// A whole number; some BMCs write numbers as text.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        case .string(let text): Int64(text)
        case .null, .bool, .array, .object: nil
        }
    }

    public var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var object: [String: JSON]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The texts of an array; nil when it is no array.
    public var strings: [String]? { array?.compactMap(\.string) }

    /// The address in `{"@odata.id": …}`, or the text itself where a BMC writes it bare.
    public var link: String? { self["@odata.id"].string ?? string }
}

extension JSON: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([String: JSON].self) {
            self = .object(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// - Throws: `RedfishError.notJSON` with the beginning of what was found.
    public init(reading body: [UInt8]) throws(RedfishError) {
        do {
            self = try JSONDecoder().decode(JSON.self, from: Data(body))
        } catch {
            throw .notJSON(beginning: String(decoding: body.prefix(80), as: UTF8.self))
        }
    }

    /// The document as it is sent, its keys in order.
    public var octets: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }
}

/// Why a Redfish document cannot serve, or a request cannot be made of it.
public enum RedfishError: Error, Hashable, Sendable {
    case notJSON(beginning: String)
    case missing(String, in: String)
    /// The service does not offer it; the text says what it offers.
    case notOffered(String)
}

extension RedfishError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJSON(let beginning): "the answer is not JSON: \(beginning)"
        case .missing(let member, let resource): "\(resource) has no \(member)"
        case .notOffered(let text): text
        }
    }
}
