public import FoundationEssentials

/// Where a controller keeps its records.
///
/// A record is one JSON document under a kind and an id. `write` is one transaction: its body reads, decides and writes
/// without ever waiting in between, or leaves all as it was.
public protocol Store: Sendable {
    func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws
        -> Result
    func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreReading) throws -> Result) async throws -> Result
}

/// What may be read within a transaction.
public protocol StoreReading {
    func document(_ kind: RecordKind, _ id: String) throws -> Data?
    /// The ids of all documents of a kind, in their order; what they hold is not read.
    func ids(_ kind: RecordKind) throws -> [String]
    /// All documents of a kind, by id.
    func documents(_ kind: RecordKind) throws -> [(id: String, document: Data)]
    /// The last `limit` entries of a node's timeline with a number above `after`, oldest first.
    func timeline(of node: String, after: Int, limit: Int) throws -> [TimelineEntry]
}

/// What may be done within a writing transaction.
public protocol StoreTransaction: StoreReading {
    func put(_ kind: RecordKind, _ id: String, _ document: Data) throws
    func remove(_ kind: RecordKind, _ id: String) throws
    func append(_ entry: TimelineEntry) throws
}

/// What a record is about.
public struct RecordKind: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// One thing that happened to one node.
public struct TimelineEntry: Codable, Hashable, Sendable {
    /// Given by the store; counts up.
    public var number: Int
    public var node: String
    /// Seconds since 1970.
    public var at: Double
    /// `dhcp`, `tftp`, `http`, `bmc`, `agent`, `step`, `operator`, `controller`.
    public var source: String
    public var text: String

    public init(number: Int = 0, node: String, at: Double, source: String, text: String) {
        self.number = number
        self.node = node
        self.at = at
        self.source = source
        self.text = text
    }
}

extension StoreReading {
    /// A record as its type, or nil when there is none.
    public func get<Record: Decodable>(_ type: Record.Type, _ kind: RecordKind, _ id: String) throws -> Record? {
        try document(kind, id).map { try decode($0, kind, id) }
    }

    /// All records of a kind, by id.
    public func all<Record: Decodable>(_ type: Record.Type, _ kind: RecordKind) throws -> [Record] {
        try documents(kind).map { try decode($0.document, kind, $0.id) }
    }

    private func decode<Record: Decodable>(_ data: Data, _ kind: RecordKind, _ id: String) throws -> Record {
        do {
            return try JSONDecoder().decode(Record.self, from: data)
        } catch {
            throw StoreError.unreadable(kind: kind.rawValue, id: id, reason: "\(error)")
        }
    }
}

extension StoreTransaction {
    public func put(_ kind: RecordKind, _ id: String, encoding record: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try put(kind, id, encoder.encode(record))
    }
}

/// Why a store did not do what it was asked.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(kind: String, id: String, reason: String)
    case unsealing(String)

    public var description: String {
        switch self {
        case .unreadable(let kind, let id, let reason): "the stored \(kind) '\(id)' cannot be read: \(reason)"
        case .unsealing(let reason): "a sealed secret cannot be opened: \(reason)"
        }
    }
}
