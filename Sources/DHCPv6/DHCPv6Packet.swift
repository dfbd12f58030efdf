public import Octets

/// A DHCPv6 datagram: a message, and the relays it came or goes through.
public struct DHCPv6Packet: Hashable, Sendable {
    /// More relays than this are refused: RFC 8415 section 7.6 has 8, RFC 3315 had 32.
    public static let maximumRelays = 32

    /// The outermost first, which is the one nearest to the server. None when the client is heard directly.
    public var relays: [DHCPv6Relay]
    public var message: DHCPv6Message

    public init(_ message: DHCPv6Message, relays: [DHCPv6Relay] = []) {
        self.message = message
        self.relays = relays
    }
}

extension DHCPv6Packet {
    /// Reads a UDP payload.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var inner = Array(octets)
        var relays: [DHCPv6Relay] = []
        while let type = inner.first, DHCPv6MessageType(rawValue: type).isRelayed {
            guard relays.count < Self.maximumRelays else {
                throw .invalid(field: "number of relays", value: UInt64(relays.count + 1))
            }
            let (relay, message) = try DHCPv6Relay.read(inner)
            relays.append(relay)
            inner = message
        }
        self.init(try DHCPv6Message(parsing: inner), relays: relays)
    }

    /// The UDP payload.
    public var octets: [UInt8] {
        relays.reversed().reduce(message.octets) { $1.octets(around: $0) }
    }
}

extension DHCPv6Packet {
    /// The packet as a relay sends it on to the servers (RFC 8415 section 19.1); nil when it has come through too many
    /// relays already.
    ///
    /// - Parameters:
    ///   - linkAddress: an address on the network that the packet was heard on.
    ///   - peerAddress: whom it was heard from.
    ///   - options: what the relay has to say, such as option 18 and option 79.
    public func forwarded(
        linkAddress: IPv6Address,
        peerAddress: IPv6Address,
        options: DHCPv6Options = DHCPv6Options()
    ) -> DHCPv6Packet? {
        let hopCount = relays.first.map { Int($0.hopCount) + 1 } ?? 0
        guard max(hopCount, relays.count) < Self.maximumRelays else { return nil }
        var relay = DHCPv6Relay(
            .forward,
            hopCount: UInt8(hopCount),
            linkAddress: linkAddress,
            peerAddress: peerAddress
        )
        relay.options = options
        return DHCPv6Packet(message, relays: [relay] + relays)
    }

    /// `answer` on its way back to who sent this packet, through the same relays (RFC 8415 section 19.3).
    ///
    /// Each relay is given back what it needs to know its own way: its interface (option 18), its port (RFC 8357), and
    /// whatever else it asked to have back (RFC 4994).
    public func answered(with answer: DHCPv6Message) -> DHCPv6Packet {
        let replies = relays.map { relay in
            var reply = DHCPv6Relay(
                .reply,
                hopCount: relay.hopCount,
                linkAddress: relay.linkAddress,
                peerAddress: relay.peerAddress
            )
            let echoed = Set([.interfaceIdentifier, .relayPort] + (relay.options.codes(.echoRequest) ?? []))
            for option in relay.options.list where echoed.contains(option.code) {
                reply.options.append(option.code, option.value)
            }
            return reply
        }
        return DHCPv6Packet(answer, relays: replies)
    }

    /// The client's Ethernet address, from what is the surest of the things that tell it: what the relay at its network
    /// saw (option 79), its identifier, and the address that it sends from.
    ///
    /// - Parameter source: whom the packet was heard from; counts only when that is the client itself.
    public func macAddress(source: IPv6Address? = nil) -> MACAddress? {
        if let seen = relays.last?.options.clientLinkLayerAddress?.macAddress { return seen }
        if let told = message.options.clientIdentifier?.macAddress { return told }
        return (relays.last?.peerAddress ?? source)?.linkLayerAddress
    }
}
