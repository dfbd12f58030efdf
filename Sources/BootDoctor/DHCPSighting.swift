public import DHCP
public import Octets

/// One DHCP message as it passed on the wire, with the addresses that it travelled under.
public struct DHCPSighting: Hashable, Sendable {
    /// Seconds on the listener's clock.
    public var at: Double
    public var message: DHCPMessage
    /// Who put it on this wire: the relay or router, when one is between.
    public var sourceMAC: MACAddress?
    public var source: IPv4Address
    public var sourcePort: UInt16
    public var destination: IPv4Address
    public var destinationPort: UInt16

    public init(
        at: Double,
        message: DHCPMessage,
        sourceMAC: MACAddress?,
        source: IPv4Address,
        sourcePort: UInt16,
        destination: IPv4Address,
        destinationPort: UInt16
    ) {
        self.at = at
        self.message = message
        self.sourceMAC = sourceMAC
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
    }
}

extension DHCPSighting {
    /// Reads an Ethernet frame that carries a DHCP message.
    ///
    /// - Throws: `WireError` for what is cut short, for what is not IPv4, not UDP or a fragment, for other ports, and
    ///   for a message that is not DHCP; its field says which.
    public init(frame: some Collection<UInt8>, at instant: Double) throws(WireError) {
        let datagram = try UDPDatagram(frame: frame)
        guard datagram.isForDHCP else {
            throw .invalid(field: "UDP port", value: UInt64(datagram.destinationPort))
        }
        try self.init(datagram, at: instant)
    }

    init(_ datagram: UDPDatagram, at instant: Double) throws(WireError) {
        self.init(
            at: instant,
            message: try DHCPMessage(parsing: datagram.payload),
            sourceMAC: datagram.sourceMAC,
            source: datagram.source,
            sourcePort: datagram.sourcePort,
            destination: datagram.destination,
            destinationPort: datagram.destinationPort
        )
    }

    /// Whether a client said it to a proxy's port, apart from its asking for an address.
    var isOnProxyPort: Bool { destinationPort == UDPDatagram.proxyPort && message.operation == .request }
}
