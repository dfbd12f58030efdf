public import FoundationEssentials
public import Octets

/// How machines of one IPv6 network get their addresses.
public struct DHCPv6Subnet: Hashable, Sendable {
    public var prefix: IPv6Prefix
    /// The network interface on it; nil when it is reached through relays alone.
    public var interface: String?
    /// Addresses to give; both ends share their first 64 bits.
    public var pool: ClosedRange<IPv6Address>
    public var nameServers: [IPv6Address]
    public var leaseSeconds: UInt32
    /// Whether the server sends routers' advertisements, for networks without a router: firmware needs one to learn that
    /// addresses are to be had from DHCPv6, and which are on its own wire.
    public var advertises: Bool

    public init(
        _ prefix: IPv6Prefix,
        interface: String?,
        pool: ClosedRange<IPv6Address>,
        nameServers: [IPv6Address] = [],
        leaseSeconds: UInt32 = 3600,
        advertises: Bool = false
    ) {
        self.prefix = prefix
        self.interface = interface
        self.pool = pool
        self.nameServers = nameServers
        self.leaseSeconds = leaseSeconds
        self.advertises = advertises
    }
}

/// An IPv6 address that one interface of a client has, or had last.
public struct DHCPv6Lease: Codable, Hashable, Sendable {
    /// The client's DUID in hexadecimal digits, and its number for the interface.
    public var client: String
    public var association: UInt32
    /// The machine, when something told it.
    public var mac: MACAddress?
    public var address: IPv6Address
    public var expires: Date

    public init(client: String, association: UInt32, mac: MACAddress?, address: IPv6Address, expires: Date) {
        self.client = client
        self.association = association
        self.mac = mac
        self.address = address
        self.expires = expires
    }
}
