public import Boot
public import DHCP
public import Octets

/// Where a message came in.
public struct DHCPIngress: Hashable, Sendable {
    public var interface: String
    /// The server's own address there.
    public var address: IPv4Address
    public var source: IPv4Address
    public var sourcePort: UInt16
    /// Whether it came to port 4011, where PXE clients ask proxies.
    public var onProxyPort: Bool

    public init(
        interface: String,
        address: IPv4Address,
        source: IPv4Address = .any,
        sourcePort: UInt16 = 68,
        onProxyPort: Bool = false
    ) {
        self.interface = interface
        self.address = address
        self.source = source
        self.sourcePort = sourcePort
        self.onProxyPort = onProxyPort
    }
}

/// What is done about one message.
public struct DHCPDecision: Sendable {
    public struct Reply: Hashable, Sendable {
        public var message: DHCPMessage
        public var destination: Destination
    }

    public enum Destination: Hashable, Sendable {
        /// To everyone on the wire that the message came from.
        case broadcast
        /// To the relay's server port.
        case relay(IPv4Address)
        /// To the client's own address and client port.
        case client(IPv4Address)
        /// Back to where it came from.
        case source(IPv4Address, port: UInt16)
    }

    public var reply: Reply?
    /// To be stored; the answer does not wait for it.
    public var lease: Lease?
    public var events: [BootEvent]
    /// Whether the reply names a file that the firmware loads and starts.
    public var namesLoader = false
    /// Makes the line for the log; most are never read.
    var describe: @Sendable () -> String

    /// One line for the log.
    public var summary: String { describe() }
}
