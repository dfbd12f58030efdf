import OrderedCollections

/// On the wire scalars and lists are themselves. Decoders lose the order of a dictionary's keys and the
/// difference between 1 and 1.0, so these have a form of their own:
///
///     {"dict": [["key", value], …]}     a dictionary, in order
///     {"double": "1.0"}                 a number that is a whole one, or not finite
///     {"undefined": "name"}             something undefined
extension Value: Codable {
    private enum Field: String, CodingKey {
        case dict, double, undefined
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .undefined(let name):
            var container = encoder.container(keyedBy: Field.self)
            try container.encode(name, forKey: .undefined)
        case .none:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let flag):
            var container = encoder.singleValueContainer()
            try container.encode(flag)
        case .int(let number):
            var container = encoder.singleValueContainer()
            try container.encode(number)
        case .double(let number):
            if number.isFinite, number != number.rounded() {
                var container = encoder.singleValueContainer()
                try container.encode(number)
            } else {
                var container = encoder.container(keyedBy: Field.self)
                try container.encode(pythonText(of: number), forKey: .double)
            }
        case .string(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .list(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .dict(let entries):
            var container = encoder.container(keyedBy: Field.self)
            var pairs = container.nestedUnkeyedContainer(forKey: .dict)
            for (key, value) in entries {
                var pair = pairs.nestedUnkeyedContainer()
                try pair.encode(key)
                try pair.encode(value)
            }
        }
    }

    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer(), let scalar = Self(scalarIn: container) {
            self = scalar
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var items: [Value] = []
            while !container.isAtEnd { try items.append(container.decode(Value.self)) }
            self = .list(items)
            return
        }
        let container = try decoder.container(keyedBy: Field.self)
        if container.contains(.dict) {
            var pairs = try container.nestedUnkeyedContainer(forKey: .dict)
            var entries: OrderedDictionary<String, Value> = [:]
            while !pairs.isAtEnd {
                var pair = try pairs.nestedUnkeyedContainer()
                let key = try pair.decode(String.self)
                entries[key] = try pair.decode(Value.self)
            }
            self = .dict(entries)
        } else if container.contains(.double) {
            let text = try container.decode(String.self, forKey: .double)
            guard let number = Double(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .double,
                    in: container,
                    debugDescription: "not a number: \(text)"
                )
            }
            self = .double(number)
        } else {
            self = .undefined(try container.decode(String.self, forKey: .undefined))
        }
    }

    private init?(scalarIn container: any SingleValueDecodingContainer) {
        if container.decodeNil() {
            self = .none
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .int(number)
        } else if let number = try? container.decode(Double.self) {
            self = .double(number)
        } else {
            return nil
        }
    }
}
