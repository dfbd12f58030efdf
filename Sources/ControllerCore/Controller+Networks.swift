import Catalog
import Octets
public import OperatorAPI
import Planning
import Store

extension RecordKind {
    /// The addresses of one network, under its name.
    static let addresses = Self(rawValue: "addresses")
}

extension StoreReading {
    /// Who was given which address.
    func reservations() throws -> [AddressReservation] {
        try all([AddressReservation].self, .addresses).flatMap(\.self)
    }
}

extension StoreTransaction {
    /// Keeps who has which address by a plan, in place of what was kept.
    func keep(_ reservations: [AddressReservation]) throws {
        let networks = Dictionary(grouping: reservations, by: \.network)
        for (id, _) in try documents(.addresses) where networks[id] == nil { try remove(.addresses, id) }
        for (network, addresses) in networks { try put(.addresses, network, encoding: addresses) }
    }
}

extension StoreReading {
    /// An address that a plan has for one of its nodes and a later plan gave away, in words.
    func otherOwner(in plan: Plan) throws -> String? {
        let kept = Set(try reservations())
        let nodes = Set(plan.nodes.map(\.node))
        let lost = (plan.addresses ?? []).first { given in
            (given.node.map(nodes.contains) ?? false) && !kept.contains(given)
        }
        return lost.map { "the address \($0.address) of network '\($0.network)' was given to another or came free" }
    }
}

extension Controller {
    /// The catalogue's networks with who has which of their addresses.
    public func networks() async throws -> [NetworkReport] {
        let catalog = try readCatalog()
        let (records, reservations) = try await store.read { reader in
            (try reader.all(NodeRecord.self, .node), try reader.reservations())
        }
        let nodes = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
        return catalog.networks.map { network in
            // What a node had that is gone comes free with the next plan.
            let kept = reservations.filter { $0.network == network.name && ($0.node.map { nodes[$0] != nil } ?? true) }
                .compactMap { kept in IPAddress(kept.address).map { (address: $0, node: kept.node) } }
                .sorted { $0.address < $1.address }
            return NetworkReport(
                name: network.name,
                description: network.description,
                vlan: network.vlan,
                mtu: network.mtu,
                domain: network.domain,
                subnets: network.subnets.map { Self.report($0, in: network, kept.map(\.address)) },
                addresses: kept.map { address, id in
                    let node = id.flatMap { nodes[$0] }
                    return NetworkReport.Address(
                        address: "\(address)",
                        subnet: network.subnet(of: address)?.name,
                        node: node?.name,
                        role: node.flatMap { $0.installed?.content.role ?? $0.assignedRole }
                    )
                },
                roles: catalog.roles.filter { role in role.networks.contains { $0.name == network.name } }.map(\.name)
            )
        }
    }

    private static func report(_ subnet: Network.Subnet, in network: Network, _ kept: [IPAddress])
        -> NetworkReport.Subnet
    {
        var gone = Set(kept).union(network.fixed.values.joined())
        if case .fixed(let address) = network.virtual { gone.insert(address) }
        let here = gone.subtracting(subnet.taken).count { address in subnet.ranges.contains { $0.contains(address) } }
        let capacity = Int(exactly: subnet.capacity)
        return NetworkReport.Subnet(
            name: subnet.name,
            cidr: "\(subnet.cidr)",
            pools: subnet.pools.map(\.description),
            gateway: subnet.gateway.map { "\($0)" },
            vlan: network.vlan(of: subnet),
            racks: subnet.racks,
            free: capacity.map { max(0, $0 - here) }
        )
    }
}
