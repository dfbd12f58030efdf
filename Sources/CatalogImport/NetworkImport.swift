public import Catalog
import Jinja

/// One network of TripleO's `network_data.yaml` as a network of ours.
public struct ImportedNetwork: Hashable, Sendable {
    public var name: String
    /// What `networks/NAME.yaml` holds.
    public var tree: SourceTree
    /// How many subnets it has.
    var subnets: Int { tree["subnets"]?.entries?.count ?? (tree["cidr"] == nil ? 0 : 1) }
}

/// Reads `network_data.yaml`, and has a network for every name that roles have.
struct NetworkImport {
    private(set) var networks: [ImportedNetwork] = []
    private(set) var remarks: [ImportRemark] = []

    private static let done: Set<String> = [
        "name", "name_lower", "enabled", "vip", "vlan", "mtu", "dns_domain", "ip_subnet", "allocation_pools",
        "gateway_ip",
        "routes", "ipv6", "ipv6_subnet", "ipv6_allocation_pools", "gateway_ipv6", "routes_ipv6", "subnets",
    ]

    private static let doneOfSubnets: Set<String> = [
        "ip_subnet", "allocation_pools", "gateway_ip", "vlan", "routes", "ipv6_subnet", "ipv6_allocation_pools",
        "gateway_ipv6", "routes_ipv6",
    ]

    /// - Parameters:
    ///   - files: lists of networks.
    ///   - roles: files of roles, whose networks may be in none of the lists.
    init(_ files: [SourceTree], roles: [SourceTree]) {
        for item in files.flatMap({ $0.items ?? [] }) { read(item) }
        for role in roles {
            for (name, place) in Self.names(of: role) where !networks.contains(where: { $0.name == name }) {
                networks.append(
                    ImportedNetwork(name: name, tree: .mapping([("name", .text(name, at: place))], at: place))
                )
                guard !files.isEmpty else { continue }
                remarks.append(
                    ImportRemark("network '\(name)'", "no file of networks says what it is: its name alone", at: place)
                )
            }
        }
    }

    /// The networks of a role: a list of names, or a map from them.
    static func names(of role: SourceTree) -> [(name: String, place: SourceLocation)] {
        guard let tree = role["networks"] else { return [] }
        if let items = tree.items { return items.compactMap { item in item.text.map { ($0, item.location) } } }
        return (tree.entries ?? []).map { ($0.key, $0.place) }
    }

    private mutating func read(_ tree: SourceTree) {
        let place = tree.location
        guard let name = tree["name"]?.text else {
            remarks.append(ImportRemark("a network", "it has no name", at: place))
            return
        }
        guard tree["enabled"]?.value != .bool(false) else {
            remarks.append(ImportRemark("network '\(name)'", "it is not enabled", at: place))
            return
        }
        remark(tree, "network '\(name)'", Self.done)
        var subnets = Self.subnets(tree, "\(tree["name_lower"]?.text ?? name.lowercased())_subnet", at: place)
        for (key, place, inner) in tree["subnets"]?.entries ?? [] {
            remark(inner, "subnet '\(key)' of network '\(name)'", Self.doneOfSubnets)
            subnets += Self.subnets(inner, key, vlan: inner["vlan"], at: place)
        }
        var entries: [(String, SourceTree?)] = [
            ("name", .text(name, at: place)), ("vlan", tree["vlan"]), ("mtu", tree["mtu"]),
            ("domain", tree["dns_domain"].flatMap { $0.text.map { .text($0, at: place) } }),
        ]
        if subnets.count == 1, case .map(let only) = subnets[0].tree.content {
            entries += only.map { ($0.key.text ?? "", $0.value) }
        } else if !subnets.isEmpty {
            entries.append(("subnets", .mapping(subnets.map { ($0.name, $0.tree) }, at: place)))
        }
        if tree["vip"]?.value == .bool(true), !subnets.isEmpty { entries.append(("vip", .plain("true", at: place))) }
        // Its own VLAN stands in the only subnet or in the network.
        var seen: Set<String> = []
        let made = SourceTree.mapping(entries.filter { $0.1 != nil && seen.insert($0.0).inserted }, at: place)
        guard let refusal = refusal(of: made, name) else {
            networks.append(ImportedNetwork(name: name, tree: made))
            return
        }
        remarks.append(ImportRemark("network '\(name)'", "its name alone comes over: \(refusal)", at: place))
        networks.append(ImportedNetwork(name: name, tree: .mapping([("name", .text(name, at: place))], at: place)))
    }

    private mutating func remark(_ tree: SourceTree, _ what: String, _ done: Set<String>) {
        for (key, place, _) in tree.entries ?? [] where !done.contains(key) {
            remarks.append(ImportRemark("'\(key)' of \(what)", "there is nothing that reads it", at: place))
        }
    }

    /// What the catalogue would say of it beside those before it.
    private func refusal(of tree: SourceTree, _ name: String) -> String? {
        let files = (networks + [ImportedNetwork(name: name, tree: tree)]).map {
            Catalog.File(path: "networks/\($0.name).yaml", tree: $0.tree)
        }
        do {
            _ = try Catalog(files: files, templates: [:])
            return nil
        } catch {
            return error.problems.first?.message
        }
    }

    /// The subnets of both families that one map says.
    private static func subnets(
        _ tree: SourceTree,
        _ name: String,
        vlan: SourceTree? = nil,
        at place: SourceLocation
    ) -> [(name: String, tree: SourceTree)] {
        let families = [
            (name, "ip_subnet", "allocation_pools", "gateway_ip", "routes"),
            (name + "_ipv6", "ipv6_subnet", "ipv6_allocation_pools", "gateway_ipv6", "routes_ipv6"),
        ]
        return families.compactMap { name, subnet, pools, gateway, routes in
            guard let written = tree[subnet]?.text, !written.isEmpty else { return nil }
            func ownText(_ tree: SourceTree?) -> SourceTree? {
                tree?.text.flatMap { $0.isEmpty ? nil : .text($0, at: place) }
            }
            let made = SourceTree.mapping(
                [
                    ("vlan", vlan), ("cidr", .text(written, at: place)),
                    (
                        "pools",
                        tree[pools]?.items.flatMap { items in
                            let ranges = items.compactMap { item -> SourceTree? in
                                guard let start = item["start"]?.text, let end = item["end"]?.text else { return nil }
                                return .text("\(start)-\(end)", at: item.location)
                            }
                            return ranges.isEmpty ? nil : .list(ranges, at: place)
                        }
                    ),
                    ("gateway", ownText(tree[gateway])),
                    (
                        "routes",
                        tree[routes]?.items.flatMap { items in
                            let list = items.map { item in
                                SourceTree.mapping(
                                    [
                                        ("to", ownText(item["destination"] ?? item["ip_netmask"])),
                                        ("via", ownText(item["nexthop"] ?? item["next_hop"])),
                                    ],
                                    at: item.location
                                )
                            }
                            return list.isEmpty ? nil : .list(list, at: place)
                        }
                    ),
                ],
                at: place
            )
            return (name, made)
        }
    }
}
