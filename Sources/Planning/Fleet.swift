import AgentAPI
import Catalog
import Jinja
import OrderedCollections

/// All nodes of a plan as templates see them; the same for every node's bundle.
struct Fleet {
    let members: Membership
    let book: AddressBook
    /// By node's id.
    private let hostnames: [String: String]
    /// `groups`: the nodes of each role. A role that has no nodes yet is a group of none.
    let groups: Value
    /// `nodes`: all of them.
    let nodes: Value
    private let facts: NetworkFacts
    /// By role.
    private let words: [String: [String]]
    /// By role, service and container.
    private let bootstrapNodes: [[String]: PlanningNode]

    init(_ input: PlanningInput, _ assignment: [String: String]) {
        self.init(input, Membership(input, assignment))
    }

    init(_ input: PlanningInput, _ members: Membership) {
        self.members = members
        book = AddressBook(input, members)
        let facts = NetworkFacts(catalog: input.catalog, book: book)
        self.facts = facts
        let book = book
        words = Dictionary(
            uniqueKeysWithValues: members.roles.map { ($0, Self.words(members.nodes(of: $0), book)) }
        )
        var names: [String: String] = [:]
        var groups: OrderedDictionary<String, Value> = [:]
        var all: [Value] = []
        for name in Set(input.catalog.roles.map(\.name)).union(members.roles).sorted() {
            let template = input.catalog.roles.first { $0.name == name }?.hostname
                .flatMap { try? Template($0, name: "hostname") }
            let nodes = members.nodes(of: name).enumerated().map { index, node in
                let hostname = Self.hostname(of: node, name, index: index, by: template)
                names[node.id] = hostname
                return Self.describe(node, name, hostname, facts)
            }
            groups[name] = .list(nodes)
            all += nodes
        }
        hostnames = names
        bootstrapNodes = Self.bootstrapNodes(input.catalog, members)
        self.groups = .dict(groups)
        nodes = .list(all)
    }

    /// The name that a node's role makes for it; its own where it makes none.
    func hostname(of node: PlanningNode) -> String { hostnames[node.id] ?? node.name }

    /// The one of a role's nodes that runs a container that is run once for all.
    func bootstrapNode(_ container: String, of service: String, in role: String) -> PlanningNode? {
        bootstrapNodes[[role, service, container]]
    }

    /// Where such a container has been run, else the first node by name.
    private static func bootstrapNodes(_ catalog: Catalog, _ members: Membership) -> [[String]: PlanningNode] {
        var found: [[String]: PlanningNode] = [:]
        for role in catalog.roles {
            let nodes = members.nodes(of: role.name)
            for service in role.services.compactMap({ catalog.services[$0] }) {
                for name in service.containers.filter(\.isBootstrap).map(\.definition.name) {
                    let done = nodes.first { node in
                        node.installed?.content.services.contains { old in
                            old.name == service.name && old.containers.contains { $0.name == name }
                        } ?? false
                    }
                    found[[role.name, service.name, name]] = done ?? nodes.first
                }
            }
        }
        return found
    }

    /// The nodes of some roles, of all where it is nil, as a service is told of them.
    func words(ofRoles roles: Set<String>?) -> [String: [String]] {
        guard let roles else { return words }
        return words.filter { roles.contains($0.key) }
    }

    /// Each with its addresses of networks. The address that it has by DHCP is left out: it may change without anybody's
    /// doing. Of very many nodes a mark stands for all of them.
    private static func words(_ nodes: [PlanningNode], _ book: AddressBook) -> [String] {
        let words = nodes.map { node in
            let addresses = book.addresses(of: node).sorted { $0.key < $1.key }
                .flatMap { network, addresses in addresses.map { "\(network) \($0)" } }
            return node.name + (addresses.isEmpty ? "" : " (\(addresses.joined(separator: ", ")))")
        }
        guard words.count > 64 else { return words }
        // FNV-1a: it tells lists apart, and nobody gains by making two alike.
        let mark = words.joined(separator: "\n").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return ["\(words.count) nodes (\(String(mark, radix: 16)))"]
    }

    /// `node`: what templates see of one.
    func describe(_ node: PlanningNode, _ role: String) -> Value {
        Self.describe(node, role, hostname(of: node), facts)
    }

    func networks(of node: PlanningNode, in role: Role) -> Value { facts.value(for: node, in: role) }

    func networkContent(of node: PlanningNode, in role: Role) -> [String: [String: String]]? {
        facts.content(of: node, in: role)
    }

    /// By the role's template; `index` is the node's place among the role's, from 0.
    private static func hostname(of node: PlanningNode, _ role: String, index: Int, by template: Template?) -> String {
        guard let template else { return node.name }
        let known: OrderedDictionary<String, Value> = [
            "node": describe(node, role, node.name, nil), "role": .string(role), "index": .int(index),
        ]
        return (try? template.render(known)) ?? node.name
    }

    private static func describe(_ node: PlanningNode, _ role: String, _ hostname: String, _ facts: NetworkFacts?)
        -> Value
    {
        .dict([
            "name": .string(node.name), "address": node.address.map { .string($0) } ?? .none, "role": .string(role),
            "rack": node.rack.map { .string($0) } ?? .none, "unit": node.unit.map { .string($0) } ?? .none,
            "hostname": .string(hostname), "addresses": facts?.addresses(of: node) ?? .dict([:]),
        ])
    }
}
