public import Octets

/// A network that nodes of roles are on: its subnets and who gets which of their addresses.
public struct Network: Hashable, Sendable {
    public var name: String
    /// What it is for, in words.
    public var description: String?
    /// The VLAN's id of subnets that name none, 1 to 4094; nil for untagged.
    public var vlan: Int?
    /// What the VLANs' ids are counted in: two networks may have one id in two fabrics.
    public var fabric: String?
    /// The largest packet, in octets.
    public var mtu: Int?
    /// The DNS domain of the addresses' names.
    public var domain: String?
    /// An address that the network itself has, which moves between nodes.
    public var virtual: VirtualAddress?
    /// In the order in which they were written; none where the addresses are another's.
    public var subnets: [Subnet] = []
    /// Nodes whose addresses are said, by name.
    public var fixed: [String: [IPAddress]] = [:]
    public var location: SourceLocation
    /// Whether all of it could be read; else more is said of what is wrong in it than of what it lacks.
    var isWhole = true
    /// Where things were written: `vlan`, `vip`, `node n1`.
    var written: [String: SourceLocation] = [:]

    public enum VirtualAddress: Hashable, Sendable {
        /// Taken from the first subnet's pools.
        case any
        case fixed(IPAddress)
    }

    /// A part of a network: one wire, or one rack's.
    public struct Subnet: Hashable, Sendable {
        /// The network's name where it has one subnet that was not named.
        public var name: String
        public var cidr: IPSubnet
        /// Where addresses are taken from; all of the subnet without any.
        public var pools: [IPRange] = []
        public var gateway: IPAddress?
        public var vlan: Int?
        public var routes: [Route] = []
        public var dns: [IPAddress] = []
        /// The racks whose nodes are in it.
        public var racks: [String] = []
        public var location: SourceLocation
        /// Where the keys were written, and `pool 0`, `route 0`.
        var written: [String: SourceLocation] = [:]

        public struct Route: Hashable, Sendable {
            public var destination: IPSubnet
            public var via: IPAddress
        }
    }
}

extension Network.Subnet {
    /// Where addresses are taken from.
    public var ranges: [IPRange] { pools.isEmpty ? [cidr.hosts] : pools }

    /// Addresses that no node is given, wherever they lie.
    public var taken: Set<IPAddress> { Set([gateway].compactMap(\.self) + routes.map(\.via) + dns) }
}

extension Network {
    /// The subnet that an address lies in.
    public func subnet(of address: IPAddress) -> Subnet? { subnets.first { $0.cidr.contains(address) } }

    /// The subnets, one of a family at most, that a node's addresses come from.
    ///
    /// - Parameters:
    ///   - named: the one that the node's role names.
    ///   - rack: the rack that the node is in.
    /// - Returns: nil where the role names none and of several no one is its rack's.
    public func subnets(named: String?, rack: String?) -> [Subnet]? {
        if let named { return subnets.filter { $0.name == named } }
        var chosen: [Subnet] = []
        for family in [IPAddress.Family.v4, .v6] {
            let all = subnets.filter { $0.cidr.family == family }
            let local = all.filter { subnet in rack.map { subnet.racks.contains($0) } ?? false }
            guard let subnet = local.first ?? (all.count == 1 && all[0].racks.isEmpty ? all[0] : nil) else {
                if all.isEmpty { continue }
                return nil
            }
            chosen.append(subnet)
        }
        return chosen
    }

    /// The VLAN's id in one of its subnets.
    public func vlan(of subnet: Subnet) -> Int? { subnet.vlan ?? vlan }
}

extension Role {
    /// A network that the nodes of a role are on.
    public struct NetworkUse: Hashable, Sendable {
        public var name: String
        /// Nil where it was not said: static where the network has subnets.
        public var addressing: Addressing?
        /// The subnet its nodes are in; nil where it is the only one, or the rack's.
        public var subnet: String?
        public var location: SourceLocation

        public enum Addressing: String, CaseIterable, Hashable, Sendable {
            /// Each node gets an address of its own, which it keeps.
            case `static`
            /// Addresses are another's to give.
            case dhcp
        }
    }
}

extension Role.NetworkUse {
    /// `storage`, `storage (dhcp)`, `storage (subnet leaf1)`.
    public var words: String {
        let more = [addressing?.rawValue, subnet.map { "subnet \($0)" }].compactMap(\.self)
        return name + (more.isEmpty ? "" : " (\(more.joined(separator: ", ")))")
    }
}
