public import Octets

/// What a client says to servers or a server to a client (RFC 8415 section 8).
public struct DHCPv6Message: Hashable, Sendable {
    public var type: DHCPv6MessageType
    /// Chosen by who asks; ties answers to questions. It has 24 bits: those above are dropped.
    public var transaction: UInt32 {
        didSet { transaction &= Self.transactionMask }
    }
    public var options = DHCPv6Options()

    public init(_ type: DHCPv6MessageType, transaction: UInt32) {
        self.type = type
        self.transaction = transaction & Self.transactionMask
    }

    private static let transactionMask: UInt32 = 0xFF_FFFF
}

extension DHCPv6Message {
    /// Reads a UDP payload that came through no relay, or what the innermost relay was given.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        let first: UInt32 = try reader.readInteger()
        self.init(DHCPv6MessageType(rawValue: UInt8(first >> 24)), transaction: first)
        guard !type.isRelayed else { throw .invalid(field: "message type", value: UInt64(type.rawValue)) }
        options = try DHCPv6Options(reading: &reader)
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(bigEndian: UInt32(type.rawValue) << 24 | transaction)
        return octets + options.octets
    }
}
