public import Octets

/// How machines of one subnet get their addresses.
public struct DHCPSubnet: Hashable, Sendable {
    public enum Mode: String, Codable, Hashable, Sendable {
        /// Addresses and boot files come from here.
        case full
        /// Another server gives the addresses; boot files come from here.
        case proxy
        case off
    }

    public var subnet: IPv4Subnet
    public var mode: Mode
    /// The network interface on this subnet; nil when it is reached through relays alone.
    public var interface: String?
    /// Addresses for machines without a reservation.
    public var pool: ClosedRange<IPv4Address>?
    /// One machine, one address, for good.
    public var reservations: [MACAddress: IPv4Address]
    public var routers: [IPv4Address]
    public var nameServers: [IPv4Address]
    public var timeServers: [IPv4Address]
    public var domain: String?
    public var mtu: UInt16?
    public var leaseSeconds: UInt32
    /// Whether the wire is asked before an address that nobody had lately is offered.
    public var probesAddresses: Bool
    /// What the site wants in replies besides.
    public var extraOptions: [ExtraOption]

    /// An option as configured, whatever it means.
    public struct ExtraOption: Hashable, Sendable {
        public var code: UInt8
        public var octets: [UInt8]
        /// For clients alone whose option 60 begins so; nil for all.
        public var vendorClass: String?

        public init(code: UInt8, octets: [UInt8], vendorClass: String? = nil) {
            self.code = code
            self.octets = octets
            self.vendorClass = vendorClass
        }
    }

    public init(
        _ subnet: IPv4Subnet,
        mode: Mode = .full,
        interface: String? = nil,
        pool: ClosedRange<IPv4Address>? = nil,
        reservations: [MACAddress: IPv4Address] = [:],
        routers: [IPv4Address] = [],
        nameServers: [IPv4Address] = [],
        timeServers: [IPv4Address] = [],
        domain: String? = nil,
        mtu: UInt16? = nil,
        leaseSeconds: UInt32 = 3600,
        probesAddresses: Bool = false,
        extraOptions: [ExtraOption] = []
    ) {
        self.subnet = subnet
        self.mode = mode
        self.interface = interface
        self.pool = pool
        self.reservations = reservations
        self.routers = routers
        self.nameServers = nameServers
        self.timeServers = timeServers
        self.domain = domain
        self.mtu = mtu
        self.leaseSeconds = leaseSeconds
        self.probesAddresses = probesAddresses
        self.extraOptions = extraOptions
    }
}
