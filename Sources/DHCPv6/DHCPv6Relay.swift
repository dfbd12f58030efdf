public import Octets

/// What one relay says about the message it passes on (RFC 8415 section 9).
public struct DHCPv6Relay: Hashable, Sendable {
    public enum Direction: UInt8, Hashable, Sendable {
        /// Relay-forward: to the servers.
        case forward = 12
        /// Relay-reply: to the client.
        case reply = 13
    }

    public var direction: Direction
    /// How many relays the message had come through before this one.
    public var hopCount: UInt8
    /// An address on the client's network, by which a server may choose the subnet; `::` when the relay has none to
    /// give.
    public var linkAddress: IPv6Address
    /// Who the relay had the message from, or shall give it to: the client, or the next relay.
    public var peerAddress: IPv6Address
    /// All but the message that is passed on.
    public var options = DHCPv6Options() {
        didSet { messagePosition = min(messagePosition, options.list.count) }
    }
    /// Where among the options that message stands; it is kept so that a packet is written as it was read.
    private(set) var messagePosition = 0

    public init(
        _ direction: Direction,
        hopCount: UInt8,
        linkAddress: IPv6Address,
        peerAddress: IPv6Address
    ) {
        self.direction = direction
        self.hopCount = hopCount
        self.linkAddress = linkAddress
        self.peerAddress = peerAddress
    }
}

extension DHCPv6Relay {
    /// Reads the header and the options, and gives the passed message as it came.
    static func read(_ octets: [UInt8]) throws(WireError) -> (relay: DHCPv6Relay, message: [UInt8]) {
        var reader = OctetReader(octets)
        let type: UInt8 = try reader.readInteger()
        guard let direction = Direction(rawValue: type) else {
            throw .invalid(field: "message type", value: UInt64(type))
        }
        var relay = DHCPv6Relay(
            direction,
            hopCount: try reader.readInteger(),
            linkAddress: try reader.readIPv6Address(),
            peerAddress: try reader.readIPv6Address()
        )
        relay.options = try DHCPv6Options(reading: &reader)
        guard let position = relay.options.list.firstIndex(where: { $0.code == .relayMessage }) else {
            throw .invalid(field: "number of relayed messages", value: 0)
        }
        relay.messagePosition = position
        let passed = relay.options.remove(at: position)
        return (relay, passed.value)
    }

    /// The relay's message with `message` inside.
    func octets(around message: [UInt8]) -> [UInt8] {
        var whole = options
        whole.insert(.relayMessage, message, at: messagePosition)
        return [direction.rawValue, hopCount] + linkAddress.octets + peerAddress.octets + whole.octets
    }
}

extension OctetReader {
    mutating func readIPv6Address() throws(WireError) -> IPv6Address {
        IPv6Address(high: try readInteger(), low: try readInteger())
    }
}
