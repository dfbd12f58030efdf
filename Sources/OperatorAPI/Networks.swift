/// A network of the catalogue, with who has which of its addresses.
public struct NetworkReport: Codable, Hashable, Sendable {
    public var name: String
    public var description: String?
    public var vlan: Int?
    public var mtu: Int?
    public var domain: String?
    public var subnets: [Subnet]
    /// In the order of the addresses.
    public var addresses: [Address]
    /// Roles whose nodes are on it.
    public var roles: [String]

    public init(
        name: String,
        description: String?,
        vlan: Int?,
        mtu: Int?,
        domain: String?,
        subnets: [Subnet],
        addresses: [Address],
        roles: [String]
    ) {
        self.name = name
        self.description = description
        self.vlan = vlan
        self.mtu = mtu
        self.domain = domain
        self.subnets = subnets
        self.addresses = addresses
        self.roles = roles
    }

    public struct Subnet: Codable, Hashable, Sendable {
        public var name: String
        public var cidr: String
        public var pools: [String]
        public var gateway: String?
        public var vlan: Int?
        public var racks: [String]
        /// Addresses that nobody has and a node could get; nil where there are more than a number can say.
        public var free: Int?

        public init(
            name: String,
            cidr: String,
            pools: [String],
            gateway: String?,
            vlan: Int?,
            racks: [String],
            free: Int?
        ) {
            self.name = name
            self.cidr = cidr
            self.pools = pools
            self.gateway = gateway
            self.vlan = vlan
            self.racks = racks
            self.free = free
        }
    }

    public struct Address: Codable, Hashable, Sendable {
        public var address: String
        public var subnet: String?
        /// The node's name; nil for the network's own address.
        public var node: String?
        public var role: String?

        public init(address: String, subnet: String?, node: String?, role: String?) {
            self.address = address
            self.subnet = subnet
            self.node = node
            self.role = role
        }
    }
}
