import Catalog
import Jinja
import Octets
import OrderedCollections

/// An address of a network that a node has and keeps.
public struct AddressReservation: Codable, Hashable, Sendable {
    public var network: String
    public var address: String
    /// The node's id; nil for the network's own address.
    public var node: String?

    public init(network: String, address: String, node: String?) {
        self.network = network
        self.address = address
        self.node = node
    }
}

/// Who has which address of the networks. What was given stays; what is new is given in the order of the nodes' names.
struct AddressBook {
    private(set) var reservations: [AddressReservation] = []
    /// Why some have none.
    private(set) var problems: [String] = []
    /// By node's id, then network.
    private var given: [String: [String: [IPAddress]]] = [:]
    private var virtual: [String: IPAddress] = [:]

    init(_ input: PlanningInput, _ members: Membership) {
        for network in input.catalog.networks where !network.subnets.isEmpty {
            var giving = Giving(network, input, members)
            giving.run()
            reservations += giving.reservations
            problems += giving.problems
            virtual[network.name] = giving.virtual
            for (node, addresses) in giving.given { given[node, default: [:]][network.name] = addresses }
        }
    }

    /// A node's addresses by network.
    func addresses(of node: PlanningNode) -> [String: [IPAddress]] { given[node.id] ?? [:] }

    func virtual(_ network: String) -> IPAddress? { virtual[network] }
}

/// The giving of one network's addresses.
private struct Giving {
    let network: Network
    var given: [String: [IPAddress]] = [:]
    var virtual: IPAddress?
    var problems: [String] = []
    private let users: [(node: PlanningNode, use: Role.NetworkUse)]
    private let input: PlanningInput
    /// Addresses that are a node's own: those on the wire now, and those that plans before gave it.
    private var holders: [IPAddress: String] = [:]
    /// What plans before gave, by node.
    private var before: [String: [IPAddress]] = [:]
    private var used: Set<IPAddress> = []
    /// Where to look on in each subnet's ranges.
    private var cursors: [String: (range: Int, next: UInt128)] = [:]

    init(_ network: Network, _ input: PlanningInput, _ members: Membership) {
        self.network = network
        self.input = input
        let found = input.catalog.roles.flatMap { role -> [(node: PlanningNode, use: Role.NetworkUse)] in
            guard let use = role.networks.first(where: { $0.name == network.name }), use.addressing != .dhcp else {
                return []
            }
            return members.nodes(of: role.name).map { ($0, use) }
        }
        users = found.sorted { ($0.node.name, $0.node.id) < ($1.node.name, $1.node.id) }
        let known = Set(users.map(\.node.id))
        let busy = Set(input.nodes.filter(\.isBusy).map(\.id))
        for kept in input.reservations where kept.network == network.name {
            guard let id = kept.node, let address = IPAddress(kept.address) else { continue }
            // One that waits for a role begins anew; one that is being worked on is not in any role's list.
            guard known.contains(id) || busy.contains(id) else { continue }
            holders[address] = id
            before[id, default: []].append(address)
        }
        for node in input.nodes {
            for address in node.installed?.content.addresses(of: network.name) ?? [] { holders[address] = node.id }
        }
    }

    var reservations: [AddressReservation] {
        let own = virtual.map { [AddressReservation(network: network.name, address: "\($0)", node: nil)] } ?? []
        let now = given.flatMap { node, addresses in addresses.map { (address: $0, node: node) } }
        // What one in a role had before is its own while it is installed with it, and no longer.
        let present = Set(users.map(\.node.id))
        let others = holders.filter { !present.contains($0.value) }.map { (address: $0.key, node: $0.value) }
        return own
            + (now + others).sorted { $0.address < $1.address }.map {
                AddressReservation(network: network.name, address: "\($0.address)", node: $0.node)
            }
    }

    mutating func run() {
        used.formUnion(network.fixed.values.joined())
        if case .fixed(let address) = network.virtual { used.insert(address) }
        giveVirtual()
        var waiting: [(node: PlanningNode, subnet: Network.Subnet)] = []
        for (node, use) in users {
            let said = network.fixed[node.name] ?? []
            guard let subnets = network.subnets(named: use.subnet, rack: node.rack) else {
                if !said.isEmpty {
                    given[node.id] = said
                    continue
                }
                let rack = node.rack.map { "its rack '\($0)'" } ?? "its rack, which is not known,"
                problems.append(
                    "\(node.name): \(rack) is in no subnet of network '\(network.name)' (\(network.location))"
                )
                continue
            }
            for subnet in subnets {
                let family = subnet.cidr.family
                if let address = said.first(where: { $0.family == family }) ?? kept(by: node, in: subnet) {
                    given[node.id, default: []].append(address)
                    used.insert(address)
                } else {
                    waiting.append((node, subnet))
                }
            }
        }
        var without: [String: [String]] = [:]
        for (node, subnet) in waiting {
            if let address = next(in: subnet) {
                given[node.id, default: []].append(address)
            } else {
                without[subnet.name, default: []].append(node.name)
            }
        }
        for (subnet, nodes) in without.sorted(by: { $0.key < $1.key }) {
            let place = subnet == network.name ? "" : " in its subnet '\(subnet)'"
            problems.append(
                "network '\(network.name)' has no address left\(place) for \(nodes.joined(separator: ", ")); "
                    + "widen its pools (\(network.location))"
            )
        }
        // IPv4 first, whichever was there before.
        for (node, addresses) in given { given[node] = addresses.sorted() }
    }

    private mutating func giveVirtual() {
        switch network.virtual {
        case nil: return
        case .fixed(let address): virtual = address
        case .any:
            guard let subnet = network.subnets.first else { return }
            let kept = input.reservations.filter { $0.network == network.name && $0.node == nil }
                .compactMap { IPAddress($0.address) }
            let old = kept.first { isFree($0, in: subnet, for: nil) }
            virtual = old ?? next(in: subnet)
            if let virtual { used.insert(virtual) }
        }
    }

    private func isFree(_ address: IPAddress, in subnet: Network.Subnet, for node: String?) -> Bool {
        subnet.cidr.contains(address) && !subnet.taken.contains(address) && !used.contains(address)
            && (holders[address] == nil || holders[address] == node)
    }

    private func kept(by node: PlanningNode, in subnet: Network.Subnet) -> IPAddress? {
        let onWire = (node.installed?.content.addresses(of: network.name) ?? [])
        if let address = onWire.first(where: { isFree($0, in: subnet, for: node.id) }) { return address }
        return before[node.id]?.first { isFree($0, in: subnet, for: node.id) }
    }

    /// The next address that nobody has.
    private mutating func next(in subnet: Network.Subnet) -> IPAddress? {
        let ranges = subnet.ranges
        var (range, number) = cursors[subnet.name] ?? (0, ranges.first?.first.number ?? 0)
        while range < ranges.count {
            while number <= ranges[range].last.number {
                guard let address = IPAddress(subnet.cidr.family, number: number) else { break }
                let (following, overflow) = number.addingReportingOverflow(1)
                number = following
                if isFree(address, in: subnet, for: nil) {
                    used.insert(address)
                    cursors[subnet.name] = (range, number)
                    return address
                }
                if overflow { break }
            }
            range += 1
            if range < ranges.count { number = ranges[range].first.number }
        }
        cursors[subnet.name] = (range, number)
        return nil
    }
}

extension PlanningNode {
    /// Whether a deployment or an upgrade of it is under way, by a plan that gave it its addresses.
    fileprivate var isBusy: Bool {
        if case .other = state { return true }
        return false
    }
}

extension NodeContent {
    fileprivate func addresses(of network: String) -> [IPAddress] {
        guard let json = networks?[network]?["addresses"], let value = try? Value(json: json) else { return [] }
        return (value.asList ?? []).compactMap { $0.asString.flatMap { IPAddress($0) } }
    }
}
