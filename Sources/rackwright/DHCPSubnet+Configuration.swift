import Boot
import BootServers
import Catalog
import DHCPv6
import Octets

extension DHCPSubnet {
    /// Checks the texts of the configuration; errors name file and line.
    init(_ subnet: ControllerConfiguration.Subnet) throws {
        func address(_ text: String, _ what: String) throws -> IPv4Address {
            guard let address = IPv4Address(text) else {
                throw ServeProblem("\(subnet.location): \(what) '\(text)' is not an IPv4 address")
            }
            return address
        }
        guard let network = IPv4Subnet(subnet.network) else {
            throw ServeProblem("\(subnet.location): subnet '\(subnet.network)' is not of the form 10.0.0.0/24")
        }
        var pool: ClosedRange<IPv4Address>?
        if let text = subnet.pool {
            let ends = text.split(separator: "-").map(String.init)
            guard ends.count == 2 else {
                throw ServeProblem("\(subnet.location): pool '\(text)' is not of the form 10.0.0.100-10.0.0.199")
            }
            let first = try address(ends[0], "the pool's first address")
            let last = try address(ends[1], "the pool's last address")
            guard first <= last, network.contains(first), network.contains(last) else {
                throw ServeProblem("\(subnet.location): pool '\(text)' is not a range within \(network)")
            }
            pool = first...last
        }
        self.init(
            network,
            mode: Mode(rawValue: subnet.mode.rawValue) ?? .full,
            interface: subnet.interface,
            pool: pool,
            routers: try subnet.router.map { [try address($0, "the router")] } ?? [],
            nameServers: try subnet.dns.map { try address($0, "the name server") },
            leaseSeconds: UInt32(clamping: Int(min(subnet.lease, 1e9))),
            probesAddresses: subnet.probe,
            extraOptions: subnet.options.map {
                ExtraOption(code: UInt8(clamping: $0.code), octets: $0.octets, vendorClass: $0.vendorClass)
            }
        )
    }
}

extension ControllerConfiguration.Subnet {
    var isIPv6: Bool { network.contains(":") }
}

extension DHCPv6Subnet {
    /// Checks the texts of the configuration; errors name file and line.
    init(_ subnet: ControllerConfiguration.Subnet) throws {
        func address(_ text: some StringProtocol, _ what: String) throws -> IPv6Address {
            guard let address = IPv6Address(text) else {
                throw ServeProblem("\(subnet.location): \(what) '\(text)' is not an IPv6 address")
            }
            return address
        }
        guard subnet.mode == .full else {
            throw ServeProblem("\(subnet.location): an IPv6 subnet is 'full' or 'off': there is no proxy for DHCPv6")
        }
        guard subnet.router == nil, subnet.options.isEmpty else {
            throw ServeProblem(
                "\(subnet.location): 'router' and 'options' are not for IPv6: routers say themselves where they are"
            )
        }
        guard let prefix = IPv6Prefix(subnet.network) else {
            throw ServeProblem("\(subnet.location): subnet '\(subnet.network)' is not of the form fd00:77::/64")
        }
        let ends = (subnet.pool ?? "").split(separator: "-")
        guard ends.count == 2 else {
            throw ServeProblem(
                "\(subnet.location): an IPv6 subnet needs a pool of the form fd00:77::1000-fd00:77::1fff"
            )
        }
        let first = try address(ends[0], "the pool's first address")
        let last = try address(ends[1], "the pool's last address")
        guard first <= last, prefix.contains(first), prefix.contains(last), first.high == last.high else {
            throw ServeProblem(
                "\(subnet.location): pool '\(subnet.pool ?? "")' is not a range of one /64 within \(prefix)"
            )
        }
        self.init(
            prefix,
            interface: subnet.interface,
            pool: first...last,
            nameServers: try subnet.dns.map { try address($0, "the name server") },
            leaseSeconds: UInt32(clamping: Int(min(subnet.lease, 1e9))),
            advertises: subnet.advertise
        )
    }

    /// Who this controller is to DHCPv6 clients, the same at every start: made of its CA's fingerprint.
    static func serverIdentifier(_ boot: BootConfiguration) throws -> DUID {
        let digits = Array(boot.caSHA256.utf8.prefix(32))
        let octets = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard let identifier = DUID.uuid(octets: octets) else {
            throw ServeProblem("the CA's fingerprint '\(boot.caSHA256)' is not one")
        }
        return identifier
    }
}
