import Jinja
import OrderedCollections

extension ConnectionProfile {
    /// What a task says, with what Ansible says of a connection of `type` where the task says nothing.
    init(_ arguments: ModuleArguments, type: String?) throws {
        let type = type ?? ""
        set("connection.interface-name", arguments["ifname"])
        try set("connection.autoconnect", arguments.flag("autoconnect", or: true))
        set("connection.autoconnect-priority", arguments["autoconnect_priority"])
        set("connection.autoconnect-retries", arguments["autoconnect_retries"])
        set("connection.zone", arguments["zone"])
        let isPart = type.hasSuffix("-slave")
        if !isPart, type != "vxlan", !arguments.has("master") || arguments["slave_type"] == "vrf" {
            for family in ["4", "6"] { try setAddresses(of: family, type, arguments) }
        }
        set(type == "bridge" ? "bridge.mac-address" : "802-3-ethernet.cloned-mac-address", arguments["mac"])
        if ["bond", "bond-slave", "dummy", "ethernet", "infiniband", "team-slave", "vlan"].contains(type) {
            set(type == "infiniband" ? "infiniband.mtu" : "802-3-ethernet.mtu", arguments["mtu"] ?? 0)
        }
        set("connection.master", arguments["master"])
        set("connection.slave-type", arguments["slave_type"])
        if arguments.has("master"), !arguments.has("slave_type") {
            properties["connection.slave-type"] = isPart ? String(type.dropLast("-slave".count)) : "bond"
        }
        try setOwn(of: type, arguments)
    }

    private mutating func set(_ property: String, _ value: Value?) {
        switch value {
        case nil: break
        case .bool(let flag)?: properties[property] = flag ? "yes" : "no"
        case .list(let items)?: properties[property] = items.map(\.description).joined(separator: ",")
        case let value?: properties[property] = value.description
        }
    }

    private mutating func set(_ property: String, _ flag: Bool) { set(property, .bool(flag)) }

    private mutating func setAddresses(of family: String, _ type: String, _ arguments: ModuleArguments) throws {
        let ip = "ipv\(family)."
        let addresses = arguments.list("ip" + family, splitting: true).map(\.description).map {
            Value.string($0.contains("/") ? $0 : $0 + (family == "4" ? "/32" : "/128"))
        }
        if arguments.has("ip" + family) { set(ip + "addresses", .list(addresses)) }
        for (property, key) in [
            ("dns", "dns\(family)"), ("dns-search", "dns\(family)_search"), ("dns-options", "dns\(family)_options"),
            ("gateway", "gw\(family)"), ("routes", "routes\(family)"), ("route-metric", "route_metric\(family)"),
        ] {
            set(ip + property, arguments[key])
        }
        if case .list(let routes)? = arguments["routes\(family)_extended"] {
            set(ip + "routes", .list(routes.map(Self.route)))
        }
        try set(ip + "ignore-auto-dns", arguments.flag("dns\(family)_ignore_auto", or: false))
        try set(ip + "ignore-auto-routes", arguments.flag("gw\(family)_ignore_auto", or: false))
        if let method = try arguments.text("method\(family)") {
            properties[ip + "method"] = method
        } else if !addresses.isEmpty {
            properties[ip + "method"] = "manual"
        } else if ["dummy", "macvlan", "wireguard"].contains(type) {
            properties[ip + "method"] = "disabled"
        }
        if family == "4" {
            set("ipv4.dhcp-client-id", arguments["dhcp_client_id"])
            set("ipv4.routing-rules", arguments["routing_rules4"])
            try set("ipv4.never-default", arguments.flag("never_default4", or: false))
            guard properties["ipv4.method"] != "disabled" else { return }
            try set("ipv4.may-fail", arguments.flag("may_fail4", or: true))
        } else {
            let numbers = ["unknown": "-1", "disabled": "0", "prefer-public-addr": "1", "prefer-temp-addr": "2"]
            set("ipv6.ip6-privacy", try arguments.text("ip_privacy6").map { .string(numbers[$0] ?? $0) })
            set("ipv6.addr-gen-mode", arguments["addr_gen_mode6"])
        }
    }

    /// What only connections of one type have.
    private mutating func setOwn(of type: String, _ arguments: ModuleArguments) throws {
        switch type {
        case "bond":
            let keys = [
                "mode", "miimon", "primary", "downdelay", "updelay", "arp_interval", "arp_ip_target",
                "xmit_hash_policy", "fail_over_mac",
            ]
            let options = try keys.compactMap { key in
                (try arguments.text(key) ?? (key == "mode" ? "balance-rr" : String?.none)).map {
                    Value.string("\(key)=\($0)")
                }
            }
            set("bond.options", .list(options))
        case "bridge":
            let runs = try arguments.flag("stp", or: true)
            set("bridge.stp", runs)
            // Without the spanning tree NetworkManager keeps its own priority.
            if runs { set("bridge.priority", arguments["priority"] ?? 128) }
            set("bridge.forward-delay", arguments["forwarddelay"] ?? 15)
            set("bridge.hello-time", arguments["hellotime"] ?? 2)
            set("bridge.max-age", arguments["maxage"] ?? 20)
            set("bridge.ageing-time", arguments["ageingtime"] ?? 300)
        case "bridge-slave":
            set("bridge-port.priority", arguments["slavepriority"] ?? 32)
            set("bridge-port.path-cost", arguments["path_cost"] ?? 100)
            try set("bridge-port.hairpin-mode", arguments.flag("hairpin", or: false))
        case "vlan":
            for (property, key) in [
                ("id", "vlanid"), ("parent", "vlandev"), ("flags", "flags"), ("ingress-priority-map", "ingress"),
                ("egress-priority-map", "egress"),
            ] {
                set("vlan." + property, arguments[key])
            }
        case "vxlan":
            for property in ["id", "local", "remote"] { set("vxlan." + property, arguments["vxlan_" + property]) }
        default: break
        }
    }

    /// A route of `routes4_extended`, as nmcli takes it.
    private static func route(_ value: Value) -> Value {
        let parts = value.asDict?.filter { !$0.value.isNone } ?? [:]
        let main = ["ip", "next_hop", "metric"]
        let rest = parts.filter { !main.contains($0.key) }.sorted { $0.key < $1.key }
        let words =
            main.compactMap { parts[$0]?.description } + rest.map { "\($0.key)=\($0.value.description.lowercased())" }
        return .string(words.joined(separator: " "))
    }
}
