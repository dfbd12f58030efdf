public import OperatorAPI

/// Networks for people.
public enum NetworkText {
    /// A line for each subnet.
    public static func list(_ networks: [NetworkReport], _ look: Appearance) -> String {
        var table = Table("NETWORK", "SUBNET", "VLAN", "GATEWAY", "GIVEN", "FREE", "ROLES")
        for network in networks {
            let roles = network.roles.isEmpty ? "-" : network.roles.joined(separator: ", ")
            if network.subnets.isEmpty {
                table.add("\(network.name)", "-", "\(number(network.vlan))", "-", "-", "-", "\(roles)")
            }
            for subnet in network.subnets {
                let given = network.addresses.count { $0.subnet == subnet.name }
                table.add(
                    "\(network.name)",
                    "\(subnet.name == network.name ? subnet.cidr : "\(subnet.name) \(subnet.cidr)")",
                    "\(number(subnet.vlan))",
                    "\(subnet.gateway ?? "-")",
                    "\(given)",
                    "\(number(subnet.free))",
                    "\(roles)"
                )
            }
        }
        return networks.isEmpty ? "the catalogue has no networks" : table.lines(look).joined(separator: "\n")
    }

    /// One network with its addresses.
    public static func show(_ network: NetworkReport, _ look: Appearance) -> String {
        var lines = [look.tinted("network \(network.name.oneLine)", .bold)]
        func row(_ name: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append("  " + name + String(repeating: " ", count: max(1, 10 - name.count)) + text.oneLine)
        }
        row("", network.description)
        row("mtu", network.mtu.map { "\($0)" })
        row("domain", network.domain)
        row("roles", network.roles.joined(separator: ", "))
        for subnet in network.subnets {
            row("subnet", subnet.name == network.name ? subnet.cidr : "\(subnet.name) \(subnet.cidr)")
            row("  vlan", subnet.vlan.map { "\($0)" })
            row("  pools", subnet.pools.joined(separator: ", "))
            row("  gateway", subnet.gateway)
            row("  racks", subnet.racks.joined(separator: ", "))
            row("  free", subnet.free.map { "\($0)" })
        }
        guard !network.addresses.isEmpty else { return lines.joined(separator: "\n") }
        var table = Table("ADDRESS", "NODE", "ROLE", "SUBNET")
        for address in network.addresses {
            table.add(
                "\(address.address)",
                "\(address.node ?? "its own (vip)")",
                "\(address.role ?? "-")",
                "\(address.subnet ?? "-")"
            )
        }
        return (lines + [""] + table.lines(look)).joined(separator: "\n")
    }

    private static func number(_ number: Int?) -> String { number.map { "\($0)" } ?? "-" }
}
