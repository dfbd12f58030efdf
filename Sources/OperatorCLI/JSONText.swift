import FoundationEssentials
public import OperatorAPI

/// Values as JSON for other programs: indented, names sorted.
public enum JSONText {
    public static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The nodes of a list; `role` is there even where it is null.
    public static func of(nodes: [NodeSummary]) throws -> String { try of(nodes.map(Listed.init)) }

    private struct Listed: Encodable {
        var summary: NodeSummary

        private enum CodingKeys: String, CodingKey {
            case role
        }

        func encode(to encoder: any Encoder) throws {
            try summary.encode(to: encoder)
            if summary.role == nil {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encodeNil(forKey: .role)
            }
        }
    }
}
