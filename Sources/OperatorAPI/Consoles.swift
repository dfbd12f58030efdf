public import FoundationEssentials

/// An operator at a machine's serial console.
public struct ConsoleAttachment: Codable, Hashable, Sendable {
    public var id: String
    public var node: String
    /// From where on the output is new.
    public var position: Int
    /// The names of those who are attached already: everybody sees and types the same.
    public var others: [String]

    public init(id: String, node: String, position: Int, others: [String]) {
        self.id = id
        self.node = node
        self.position = position
        self.others = others
    }
}

/// What a console wrote.
public struct ConsoleOutput: Codable, Hashable, Sendable {
    public var data: Data
    /// From where on to read next.
    public var next: Int
    /// Why the console is over, when it is; empty when it was left.
    public var ended: String?

    public init(data: Data, next: Int, ended: String? = nil) {
        self.data = data
        self.next = next
        self.ended = ended
    }
}

/// What an operator types.
public struct ConsoleInput: Codable, Hashable, Sendable {
    public var data: Data
    /// After it, a break on the line.
    public var sendsBreak: Bool

    public init(data: Data, sendsBreak: Bool = false) {
        self.data = data
        self.sendsBreak = sendsBreak
    }

    private enum CodingKeys: String, CodingKey {
        case data
        case sendsBreak = "sends_break"
    }
}

/// Whether a console is recorded when nobody looks on.
public struct RecordConsole: Codable, Hashable, Sendable {
    public var record: Bool

    public init(record: Bool) {
        self.record = record
    }
}
