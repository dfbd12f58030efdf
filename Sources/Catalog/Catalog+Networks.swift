import Octets

extension Catalog {
    /// What networks say of themselves and each other, and what roles say of them.
    func checkNetworks(_ problems: inout CatalogProblems) {
        for network in networks {
            for subnet in network.subnets { subnet.check(in: network, &problems) }
            if network.isWhole { network.checkFixed(&problems) }
        }
        checkOverlaps(&problems)
        checkVLANs(&problems)
        for role in roles {
            for use in role.networks { check(use, of: role, &problems) }
        }
        checkSizes(&problems)
    }

    /// No address may be in two subnets: a node could not tell where to send to it.
    private func checkOverlaps(_ problems: inout CatalogProblems) {
        var earlier: [(subnet: Network.Subnet, what: String)] = []
        for network in networks {
            for subnet in network.subnets {
                let what = subnet.what(in: network)
                if let other = earlier.first(where: { $0.subnet.cidr.overlaps(subnet.cidr) }) {
                    let there = other.subnet.written["cidr"] ?? other.subnet.location
                    problems.add(
                        "\(what), \(subnet.cidr), overlaps \(other.what), \(other.subnet.cidr), at \(there)",
                        at: subnet.written["cidr"] ?? subnet.location
                    )
                }
                earlier.append((subnet, what))
            }
        }
    }

    private func checkVLANs(_ problems: inout CatalogProblems) {
        var earlier: [(fabric: String?, vlan: Int, network: String, place: SourceLocation)] = []
        for network in networks {
            var own: Set<Int> = []
            let said = [(network.vlan, network.written["vlan"])] + network.subnets.map { ($0.vlan, $0.written["vlan"]) }
            for (vlan, place) in said {
                guard let vlan, let place else { continue }
                let other = earlier.first {
                    $0.fabric == network.fabric && $0.vlan == vlan && $0.network != network.name
                }
                if let other {
                    problems.add(
                        "network '\(network.name)' has the VLAN \(vlan) of network '\(other.network)' at \(other.place); "
                            + "where their switches are apart, name their 'fabric'",
                        at: place
                    )
                }
                // Racks of one network may have one id each for themselves.
                if own.insert(vlan).inserted { earlier.append((network.fabric, vlan, network.name, place)) }
            }
        }
    }

    private func check(_ use: Role.NetworkUse, of role: Role, _ problems: inout CatalogProblems) {
        let what = "role '\(role.name)'"
        guard let network = networks.first(where: { $0.name == use.name }) else {
            problems.add(
                "\(what) is on the unknown network '\(use.name)'; networks are files of networks/",
                at: use.location,
                suggestion: Spelling.nearest(to: use.name, among: networks.map(\.name))
            )
            return
        }
        if role.networks.first(where: { $0.name == use.name })?.location != use.location {
            problems.add("\(what) is on network '\(use.name)' twice", at: use.location)
        }
        if let subnet = use.subnet, !network.subnets.contains(where: { $0.name == subnet }) {
            problems.add(
                "\(what) is in the unknown subnet '\(subnet)' of network '\(use.name)'",
                at: use.location,
                suggestion: Spelling.nearest(to: subnet, among: network.subnets.map(\.name))
            )
        }
        guard use.addressing != .dhcp, network.isWhole else { return }
        if network.subnets.isEmpty && use.addressing == .static {
            problems.add(
                "\(what) has static addresses of network '\(use.name)', which has no 'cidr' (\(network.location))",
                at: use.location
            )
        }
        guard use.subnet == nil else { return }
        for family in [IPAddress.Family.v4, .v6] {
            let all = network.subnets.filter { $0.cidr.family == family }
            guard all.count > 1, all.allSatisfy(\.racks.isEmpty) else { continue }
            problems.add(
                "\(what) is on network '\(use.name)', which has the subnets \(all.map(\.name).joined(separator: ", ")): "
                    + "name one, or name the 'racks' of each",
                at: use.location
            )
        }
    }

    /// Each subnet holds the least number of nodes that its roles have.
    private func checkSizes(_ problems: inout CatalogProblems) {
        for network in networks where network.isWhole {
            for (index, subnet) in network.subnets.enumerated() where subnet.racks.isEmpty {
                let users = roles.filter { role in
                    role.networks.contains { use in
                        use.name == network.name && use.addressing != .dhcp
                            && network.subnets(named: use.subnet, rack: nil)?.contains(subnet) ?? false
                    }
                }
                var needed = users.map(\.count.minimum).reduce(0, +)
                if network.virtual == .any, index == 0 { needed += 1 }
                let free = subnet.capacity
                guard UInt128(needed) > free else { continue }
                let names = users.map { "\($0.name) \($0.count.minimum)" }.joined(separator: ", ")
                problems.add(
                    "\(subnet.what(in: network)) has \(free) address\(free == 1 ? "" : "es") to give and its roles need \(needed) "
                        + "(\(names)\(network.virtual == .any && index == 0 ? ", its vip 1" : ""))",
                    at: subnet.written["pool 0"] ?? subnet.written["cidr"] ?? subnet.location
                )
            }
        }
    }
}

extension Network {
    fileprivate func checkFixed(_ problems: inout CatalogProblems) {
        let what = "network '\(name)'"
        var owners: [IPAddress: String] = [:]
        if case .fixed(let address) = virtual {
            let place = written["vip"] ?? location
            owners[address] = "the vip"
            if let subnet = subnet(of: address) {
                if subnet.taken.contains(address) {
                    problems.add(
                        "the vip \(address) of \(what) is its gateway's, a route's or a name server's",
                        at: place
                    )
                }
            } else {
                problems.add("the vip \(address) of \(what) is in none of its subnets (\(subnetWords))", at: place)
            }
        } else if virtual == .any, subnets.isEmpty {
            problems.add("\(what) has a 'vip' and no 'cidr' that it could be of", at: written["vip"] ?? location)
        }
        for (node, addresses) in fixed.sorted(by: { $0.key < $1.key }) {
            let place = written["node \(node)"] ?? location
            for address in addresses {
                if let subnet = subnet(of: address) {
                    if subnet.taken.contains(address) || !subnet.cidr.hosts.contains(address) {
                        problems.add(
                            "the address \(address) of node '\(node)' in \(what) is no machine's: it is the subnet's own, its "
                                + "gateway's, a route's or a name server's",
                            at: place
                        )
                    }
                } else {
                    problems.add(
                        "the address \(address) of node '\(node)' is in none of the subnets of \(what) (\(subnetWords))",
                        at: place
                    )
                }
                if let other = owners.updateValue("node '\(node)'", forKey: address) {
                    problems.add(
                        "the address \(address) of node '\(node)' in \(what) is also that of \(other)",
                        at: place
                    )
                }
            }
            for family in [IPAddress.Family.v4, .v6] where addresses.count(where: { $0.family == family }) > 1 {
                problems.add("node '\(node)' has more than one \(family.rawValue) address in \(what)", at: place)
            }
        }
    }

    private var subnetWords: String {
        subnets.isEmpty ? "it has none" : subnets.map { "\($0.cidr)" }.joined(separator: ", ")
    }
}

extension Network.Subnet {
    /// `network 'storage'`, or `subnet 'leaf1' of network 'storage'`.
    func what(in network: Network) -> String {
        name == network.name ? "network '\(network.name)'" : "subnet '\(name)' of network '\(network.name)'"
    }

    /// How many nodes can be given an address.
    public var capacity: UInt128 {
        let taken = taken
        return ranges.reduce(0) { sum, range in
            let all = sum.addingReportingOverflow(range.count - UInt128(taken.count(where: range.contains)))
            return all.overflow ? .max : all.partialValue
        }
    }

    fileprivate func check(in network: Network, _ problems: inout CatalogProblems) {
        let what = what(in: network)
        func place(_ key: String) -> SourceLocation { written[key] ?? location }
        if let gateway {
            if !cidr.contains(gateway) {
                problems.add("the gateway \(gateway) of \(what) is not in \(cidr)", at: place("gateway"))
            } else if let index = pools.firstIndex(where: { $0.contains(gateway) }) {
                problems.add(
                    "the gateway \(gateway) of \(what) is in the pool \(pools[index]), whose addresses are given to nodes",
                    at: place("gateway")
                )
            }
        }
        for (index, pool) in pools.enumerated() {
            if !cidr.contains(pool.first) || !cidr.contains(pool.last) {
                problems.add("the pool \(pool) of \(what) is not in \(cidr)", at: place("pool \(index)"))
            } else if !cidr.hosts.contains(pool.first) || !cidr.hosts.contains(pool.last) {
                problems.add(
                    "the pool \(pool) of \(what) has an address that no machine can have; machines have \(cidr.hosts)",
                    at: place("pool \(index)")
                )
            }
            if let other = pools[..<index].first(where: { $0.overlaps(pool) }) {
                problems.add("the pool \(pool) of \(what) overlaps the pool \(other)", at: place("pool \(index)"))
            }
        }
        for (index, route) in routes.enumerated() {
            if !cidr.contains(route.via) {
                problems.add(
                    "the route to \(route.destination) of \(what) goes by \(route.via), which is not in \(cidr)",
                    at: place("route \(index)")
                )
            } else if route.destination.family != cidr.family {
                problems.add(
                    "the route to \(route.destination) of \(what) is of another family",
                    at: place("route \(index)")
                )
            }
        }
    }
}
