import Jinja
import OrderedCollections

/// Interfaces, addresses and the way out, by iproute2's own account of them.
enum NetworkFacts {
    static func found(_ context: ModuleContext) -> Fields {
        let links = list(["ip", "-json", "address", "show"], context)
        var facts: Fields = [:]
        var names: [Value] = []
        var all4: [Value] = []
        var all6: [Value] = []
        for link in links {
            guard let name = link["ifname"]?.asString else { continue }
            names.append(.string(name))
            let addresses = link["addr_info"]?.asList ?? []
            let ipv4 = addresses.filter { $0["family"] == "inet" }.compactMap(ipv4Fields)
            let ipv6 = addresses.filter { $0["family"] == "inet6" }.map { address -> Value in
                [
                    "address": address["local"] ?? .none, "prefix": .string(address["prefixlen"]?.description ?? ""),
                    "scope": address["scope"] ?? .none,
                ]
            }
            var fact: Fields = [
                "device": .string(name), "mtu": link["mtu"] ?? .none,
                "active": .bool(link["flags"]?.asList?.contains("UP") ?? false),
                "macaddress": link["address"] ?? .none,
                "type": link["link_type"] == "loopback" ? "loopback" : .string(kind(of: name, context.files)),
                "promisc": .bool(link["flags"]?.asList?.contains("PROMISC") ?? false),
            ]
            if let first = ipv4.first { fact["ipv4"] = first }
            if ipv4.count > 1 { fact["ipv4_secondaries"] = .list(Array(ipv4.dropFirst())) }
            if !ipv6.isEmpty { fact["ipv6"] = .list(ipv6) }
            facts["ansible_" + String(name.map { $0 == "-" || $0 == "." || $0 == ":" ? "_" : $0 })] = .dict(fact)
            guard link["link_type"] != "loopback" else { continue }
            all4 += ipv4.compactMap { $0["address"] }
            all6 += ipv6.compactMap { $0["address"] }
        }
        facts["ansible_interfaces"] = .list(names)
        facts["ansible_all_ipv4_addresses"] = .list(all4)
        facts["ansible_all_ipv6_addresses"] = .list(all6)
        facts["ansible_default_ipv4"] = .dict(way(out: ["-4"], links, context))
        facts["ansible_default_ipv6"] = .dict(way(out: ["-6"], links, context))
        facts["ansible_dns"] = .dict(resolvers(context.files))
        return facts
    }

    private static func list(_ words: [String], _ context: ModuleContext) -> [Value] {
        guard let result = try? context.run(words), result.status == 0 else { return [] }
        return (try? Value(json: result.outputText))?.asList ?? []
    }

    private static func kind(of name: String, _ files: NodeFiles) -> String {
        if files.exists("/sys/class/net/\(name)/bridge") { return "bridge" }
        return files.exists("/sys/class/net/\(name)/bonding") ? "bonding" : "ether"
    }

    private static func ipv4Fields(_ address: Value) -> Value? {
        guard let local = address["local"]?.asString, let prefix = address["prefixlen"]?.asInt,
            (0...32).contains(prefix), let number = number(of: local)
        else { return nil }
        let mask: UInt32 = prefix == 0 ? 0 : ~UInt32(0) << UInt32(32 - prefix)
        return [
            "address": .string(local), "prefix": .string("\(prefix)"), "netmask": .string(text(of: mask)),
            "network": .string(text(of: number & mask)), "broadcast": address["broadcast"] ?? "",
        ]
    }

    private static func number(of text: String) -> UInt32? {
        let parts = text.split(separator: ".").compactMap { UInt8($0) }
        return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    private static func text(of number: UInt32) -> String {
        [24, 16, 8, 0].map { "\(number >> $0 & 255)" }.joined(separator: ".")
    }

    /// The default route's interface, address and gateway.
    private static func way(out family: [String], _ links: [Value], _ context: ModuleContext) -> Fields {
        guard let route = list(["ip", "-json"] + family + ["route", "show", "default"], context).first,
            let device = route["dev"]?.asString
        else { return [:] }
        var fields: Fields = ["interface": .string(device), "alias": .string(device)]
        fields["gateway"] = route["gateway"]
        guard let link = links.first(where: { $0["ifname"]?.asString == device }) else { return fields }
        fields["macaddress"] = link["address"]
        fields["mtu"] = link["mtu"]
        fields["type"] = .string(kind(of: device, context.files))
        let addresses = link["addr_info"]?.asList ?? []
        if family == ["-4"] {
            let preferred = route["prefsrc"]
            let own = addresses.filter { $0["family"] == "inet" }
            let chosen = own.first { $0["local"] == preferred } ?? own.first
            fields.merge(chosen.flatMap(ipv4Fields)?.asDict ?? [:]) { $1 }
        } else if let address = addresses.first(where: { $0["family"] == "inet6" && $0["scope"] == "global" }) {
            fields["address"] = address["local"]
            fields["prefix"] = address["prefixlen"].map { .string($0.description) }
            fields["scope"] = "global"
        }
        return fields
    }

    private static func resolvers(_ files: NodeFiles) -> Fields {
        var servers: [Value] = []
        var search: [Value] = []
        for line in ((try? files.readText("/etc/resolv.conf")) ?? "").split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.first == "nameserver", words.count > 1 { servers.append(.string(words[1])) }
            if words.first == "search" { search = words.dropFirst().map { .string($0) } }
        }
        var fields: Fields = ["nameservers": .list(servers)]
        if !search.isEmpty { fields["search"] = .list(search) }
        return fields
    }
}
