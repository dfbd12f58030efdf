import Catalog
import Jinja
import Octets
import OrderedCollections

/// What templates see of networks.
struct NetworkFacts {
    let catalog: Catalog
    let book: AddressBook

    /// All networks by name, as they are for a node of a role.
    func value(for node: PlanningNode, in role: Role) -> Value {
        var networks: OrderedDictionary<String, Value> = [:]
        for network in catalog.networks {
            networks[network.name] = .dict(facts(of: network, for: node, in: role))
        }
        return .dict(networks)
    }

    /// What a node has of the networks that give it addresses, for comparing: network, fact and its JSON.
    func content(of node: PlanningNode, in role: Role) -> [String: [String: String]]? {
        var content: [String: [String: String]] = [:]
        let given = book.addresses(of: node)
        for network in catalog.networks where given[network.name] != nil {
            content[network.name] = Dictionary(
                uniqueKeysWithValues: facts(of: network, for: node, in: role)
                    .filter { !["name", "subnets", "address"].contains($0.key) && $0.value != .none }
                    .map { ($0.key, $0.value.json()) }
            )
        }
        return content.isEmpty ? nil : content
    }

    /// A node's first address in each network.
    func addresses(of node: PlanningNode) -> Value {
        let found = book.addresses(of: node).sorted { $0.key < $1.key }
        return .dict(
            OrderedDictionary(
                uniqueKeysWithValues: found.compactMap { network, addresses in
                    addresses.first.map { (network, .string("\($0)")) }
                }
            )
        )
    }

    private func facts(of network: Network, for node: PlanningNode, in role: Role) -> OrderedDictionary<String, Value> {
        let use = role.networks.first { $0.name == network.name }
        let addresses = book.addresses(of: node)[network.name] ?? []
        // Where the node is not on it, there is one answer only if there is one subnet.
        let subnet =
            addresses.first.flatMap { network.subnet(of: $0) }
            ?? (network.subnets.count == 1 ? network.subnets.first : nil)
        var facts: OrderedDictionary<String, Value> = [
            "name": .string(network.name),
            "vlan": Self.optional((subnet.flatMap { network.vlan(of: $0) } ?? network.vlan).map { .int($0) }),
            "mtu": Self.optional(network.mtu.map { .int($0) }),
            "domain": Self.optional(network.domain.map { .string($0) }),
            "vip": Self.optional(book.virtual(network.name).map { .string("\($0)") }),
            "addressing": Self.optional(
                use.map { .string($0.addressing?.rawValue ?? (addresses.isEmpty ? "dhcp" : "static")) }
            ),
            "address": Self.optional(addresses.first.map { .string("\($0)") }),
            "addresses": .list(addresses.map { .string("\($0)") }),
            "subnet": Self.optional(subnet.map { .string($0.name) }),
        ]
        for (key, value) in Self.facts(of: subnet) { facts[key] = value }
        facts["subnets"] = .dict(
            OrderedDictionary(
                uniqueKeysWithValues: network.subnets.map { subnet in
                    var facts = Self.facts(of: subnet)
                    facts["vlan"] = Self.optional(network.vlan(of: subnet).map { .int($0) })
                    facts["address"] = Self.optional(
                        addresses.first(where: subnet.cidr.contains).map { .string("\($0)") }
                    )
                    return (subnet.name, .dict(facts))
                }
            )
        )
        return facts
    }

    private static func facts(of subnet: Network.Subnet?) -> OrderedDictionary<String, Value> {
        [
            "cidr": optional(subnet.map { .string("\($0.cidr)") }),
            "prefix": optional(subnet.map { .int($0.cidr.prefixLength) }),
            "netmask": optional(subnet?.cidr.netmask.map { .string($0) }),
            "gateway": optional(subnet?.gateway.map { .string("\($0)") }),
            "routes": .list(
                (subnet?.routes ?? []).map {
                    ["to": .string("\($0.destination)"), "via": .string("\($0.via)")]
                }
            ),
            "dns": .list((subnet?.dns ?? []).map { .string("\($0)") }),
        ]
    }

    private static func optional(_ value: Value?) -> Value { value ?? .none }
}
