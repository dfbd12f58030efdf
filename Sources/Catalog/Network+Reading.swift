import Jinja
import Octets

extension Network {
    /// Reads `networks/NAME.yaml`; nil, with the reasons in `problems`, where it cannot be used.
    init?(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        let before = problems.problems.count
        guard var fields = Fields(tree, "the network", &problems), let name = fields.ownName("network", &problems)
        else { return nil }
        self.name = name
        location = tree.location
        description = fields.text("description", &problems)
        vlan = fields.integer("vlan", in: 1...4094, &problems)
        if let place = fields.optional("vlan")?.location { written["vlan"] = place }
        fabric = fields.text("fabric", &problems)
        mtu = fields.integer("mtu", in: 576...65535, &problems)
        domain = fields.text("domain", &problems)
        readVirtual(fields.optional("vip"), fields.what, &problems)
        readFixed(fields.optional("addresses"), fields.what, &problems)
        if let tree = fields.optional("subnets") {
            if let inner = Fields(tree, "'subnets' of \(fields.what)", &problems) {
                for (key, place, value) in inner.allEntries {
                    let what = "subnet '\(key)' of \(fields.what)"
                    guard var fields = Fields(value, what, &problems) else { continue }
                    let subnet = Subnet(key, &fields, ownsVLAN: true, at: place, &problems)
                    fields.finish(&problems)
                    if let subnet { subnets.append(subnet) }
                }
            }
            for key in Subnet.keys where fields.optional(key) != nil {
                let place = fields.keyLocation(key) ?? tree.location
                problems.add("'\(key)' of \(fields.what) belongs into one of its 'subnets'", at: place)
            }
        } else if Subnet.keys.contains(where: { fields.optional($0) != nil }) {
            let place = fields.keyLocation("cidr") ?? tree.location
            if let subnet = Subnet(name, &fields, ownsVLAN: false, at: place, &problems) { subnets.append(subnet) }
        }
        fields.finish(&problems)
        isWhole = problems.problems.count == before
    }

    private mutating func readVirtual(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) {
        guard let tree else { return }
        written["vip"] = tree.location
        switch tree.value {
        case .bool(let wanted): virtual = wanted ? .any : nil
        default:
            guard let address = tree.text.flatMap({ IPAddress($0) }) else {
                problems.add("'vip' of \(what) must be true or an address, found \(tree.kind)", at: tree.location)
                return
            }
            virtual = .fixed(address)
        }
    }

    private mutating func readFixed(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) {
        guard let tree, let fields = Fields(tree, "'addresses' of \(what)", &problems) else { return }
        for (node, place, value) in fields.allEntries {
            written["node \(node)"] = place
            let texts = value.requireTexts("the addresses of node '\(node)' in \(what)", &problems)
            fixed[node] = texts.compactMap { text, place in
                let address = IPAddress(text)
                if address == nil {
                    problems.add("'\(text)' of node '\(node)' in \(what) is not an address", at: place)
                }
                return address
            }
        }
    }
}

extension Network.Subnet {
    static let keys = ["cidr", "pools", "gateway", "routes", "dns", "racks"]

    init?(
        _ name: String,
        _ fields: inout Fields,
        ownsVLAN: Bool,
        at location: SourceLocation,
        _ problems: inout CatalogProblems
    ) {
        let what = fields.what
        let written = fields.required("cidr", &problems)
        let pools = Self.pools(fields.optional("pools"), what, &problems)
        let gateway = Self.address(fields.optional("gateway"), "'gateway' of \(what)", &problems)
        let routes = Self.routes(fields.optional("routes"), what, &problems)
        let dns = fields.optional("dns")?.requireTexts("'dns' of \(what)", &problems) ?? []
        let racks = fields.texts("racks", &problems)
        let vlan = ownsVLAN ? fields.integer("vlan", in: 1...4094, &problems) : nil
        guard let written, let text = written.requireText("'cidr' of \(what)", &problems) else { return nil }
        guard let cidr = IPSubnet(text) else {
            problems.add(
                "'cidr' of \(what) must be an address and a length such as 10.0.0.0/24, found '\(text)'",
                at: written.location
            )
            return nil
        }
        if let address = text.split(separator: "/").first.flatMap({ IPAddress($0) }), address != cidr.network {
            problems.add(
                "'cidr' of \(what), \(text), is an address in a subnet and not the subnet",
                at: written.location,
                suggestion: "\(cidr)"
            )
        }
        self.name = name
        self.cidr = cidr
        self.pools = pools.map(\.range)
        self.gateway = gateway
        self.routes = routes.map(\.route)
        self.racks = racks
        self.vlan = vlan
        self.location = location
        for key in ["cidr", "gateway"] { self.written[key] = fields.optional(key)?.location }
        if ownsVLAN { self.written["vlan"] = fields.optional("vlan")?.location }
        for (index, pool) in pools.enumerated() { self.written["pool \(index)"] = pool.place }
        for (index, route) in routes.enumerated() { self.written["route \(index)"] = route.place }
        for (text, place) in dns {
            guard let address = IPAddress(text) else {
                problems.add("'\(text)' in 'dns' of \(what) is not an address", at: place)
                continue
            }
            self.dns.append(address)
        }
    }

    private static func address(
        _ tree: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> IPAddress? {
        guard let tree, let text = tree.requireText(what, &problems) else { return nil }
        let address = IPAddress(text)
        if address == nil { problems.add("\(what) must be an address, found '\(text)'", at: tree.location) }
        return address
    }

    /// `10.0.0.10-10.0.0.99`, one or a list; or TripleO's `{start: …, end: …}`.
    private static func pools(
        _ tree: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [(range: IPRange, place: SourceLocation)] {
        guard let tree else { return [] }
        let items: [SourceTree]
        if case .list(let list) = tree.content { items = list } else { items = [tree] }
        return items.compactMap { item in
            var ends: [IPAddress?] = []
            if case .map = item.content {
                guard var fields = Fields(item, "a pool of \(what)", &problems) else { return nil }
                let words = ["start", "end"].map { fields.requiredText($0, &problems) }
                fields.finish(&problems)
                guard !words.contains(nil) else { return nil }
                ends = words.map { $0.flatMap { IPAddress($0) } }
            } else {
                guard let text = item.requireText("a pool of \(what)", &problems) else { return nil }
                let words = text.split(separator: "-", omittingEmptySubsequences: false)
                ends = words.map { word in
                    IPAddress(
                        String(word.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
                    )
                }
            }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first.family == last.family else {
                problems.add(
                    "a pool of \(what) must be two addresses such as 10.0.0.10-10.0.0.99, found \(item.kind)",
                    at: item.location
                )
                return nil
            }
            guard first <= last else {
                problems.add(
                    "a pool of \(what) ends before it begins: \(first)-\(last)",
                    at: item.location,
                    suggestion: "\(last)-\(first)"
                )
                return nil
            }
            return (IPRange(first: first, last: last), item.location)
        }
    }

    private static func routes(
        _ tree: SourceTree?,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [(route: Route, place: SourceLocation)] {
        guard let tree else { return [] }
        return tree.requireItems("'routes' of \(what)", &problems).compactMap { item in
            guard var fields = Fields(item, "a route of \(what)", &problems) else { return nil }
            let destination = fields.required("to", &problems)
            let via = address(fields.required("via", &problems), "'via' of a route of \(what)", &problems)
            fields.finish(&problems)
            guard let destination, let text = destination.requireText("'to' of a route of \(what)", &problems) else {
                return nil
            }
            guard let subnet = IPSubnet(text) else {
                problems.add(
                    "'to' of a route of \(what) must be a subnet such as 10.0.0.0/8, found '\(text)'",
                    at: destination.location
                )
                return nil
            }
            return via.map { (Route(destination: subnet, via: $0), item.location) }
        }
    }
}

extension Role.NetworkUse {
    /// Names in a list; or a map from names to `static`, `dhcp` or `{addressing: …, subnet: …}`.
    static func list(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [Self] {
        guard let tree else { return [] }
        guard case .map = tree.content else {
            return tree.requireTexts("'networks' of \(what)", &problems).map { text, place in
                Self(name: text, location: place)
            }
        }
        guard var outer = Fields(tree, "'networks' of \(what)", &problems) else { return [] }
        return outer.allEntries.map { name, place, value in
            var use = Self(name: name, location: place)
            if case .map = value.content {
                guard var fields = Fields(value, "network '\(name)' of \(what)", &problems) else { return use }
                use.addressing = fields.choice("addressing", &problems)
                use.subnet = fields.text("subnet", &problems)
                fields.finish(&problems)
            } else if value.value != .none {
                use.addressing = outer.choice(name, &problems)
            }
            return use
        }
    }
}
