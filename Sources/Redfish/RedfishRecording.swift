import FoundationEssentials

/// A recording of a service: its documents by path, to be replayed in tests.
///
/// The file is JSON: `format`, `protocol`, `resources` (path to document) and `refused` (path to HTTP status).
public struct RedfishRecording: Hashable, Sendable {
    public static let format = "rackwright BMC recording 1"

    /// By path, without a slash at its end.
    public var documents: [String: JSON] = [:]
    /// What the service answered with another status than 200.
    public var refusals: [String: Int] = [:]

    public init() {}

    /// - Throws: `RedfishError` for what is no recording of a Redfish service.
    public init(reading octets: [UInt8]) throws(RedfishError) {
        let json = try JSON(reading: octets)
        guard json["format"].string == Self.format else { throw .missing("format \(Self.format)", in: "the recording") }
        guard json["protocol"].string == "redfish", let resources = json["resources"].object else {
            throw .missing("resources of a Redfish service", in: "the recording")
        }
        documents = resources
        refusals = (json["refused"].object ?? [:]).compactMapValues { $0.integer.flatMap { Int(exactly: $0) } }
    }

    /// The file.
    public var octets: [UInt8] {
        JSON.object([
            "format": .string(Self.format), "protocol": .string("redfish"), "resources": .object(documents),
            "refused": .object(refusals.mapValues { .integer(Int64($0)) }),
        ]).octets
    }

    // MARK: What is walked

    /// The addresses that a document points to, in order.
    public static func links(in document: JSON) -> [String] {
        switch document {
        case .object(let members):
            return members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
                let isLink =
                    key == "@odata.id" || key == "@Redfish.ActionInfo" || key.hasSuffix("@odata.nextLink")
                if isLink, case .string(let path) = value { return path.contains("#") ? [] : [path] }
                return links(in: value)
            }
        case .array(let elements): return elements.flatMap(links)
        case .null, .bool, .integer, .number, .string: return []
        }
    }

    /// Whether a path belongs in a recording: accounts, sessions and what is the same for all do not.
    public static func isRecorded(_ path: String) -> Bool {
        guard path.hasPrefix("/redfish/v1"), !path.contains("?"), !path.contains("$") else { return false }
        let left = [
            "/AccountService", "/SessionService/Sessions", "/Sessions/", "/JsonSchemas", "/Registries", "/Accounts",
            "/ExternalAccountProviders", "/schemas",
        ]
        return !left.contains { path.contains($0) }
    }

    /// The same service as nobody's: what names a machine, a place or a person is made up, secrets are left out.
    ///
    /// - Parameter users: names that are replaced beside those that are found
    public func disguised(alsoUsers users: [String] = [], _ random: inout some RandomNumberGenerator)
        -> RedfishRecording
    {
        var disguise = Disguise()
        let all = documents.sorted { $0.key < $1.key }
        for (path, document) in all {
            disguise.learn(document, &random)
            disguise.learn(.string(path), &random)
        }
        for user in users { disguise.learn(user: user, &random) }
        disguise.finish()
        var made = RedfishRecording()
        for (path, document) in all { made.documents[disguise.text(path)] = disguise.document(document) }
        for (path, status) in refusals { made.refusals[disguise.text(path)] = status }
        return made
    }
}
