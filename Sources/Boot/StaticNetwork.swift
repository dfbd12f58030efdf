public import Octets

/// The network of a node's ramdisk where no DHCP server gives it one.
public struct StaticNetwork: Codable, Hashable, Sendable {
    public var address: IPv4Address
    public var prefixLength: Int
    public var gateway: IPv4Address?
    public var nameServers: [IPv4Address]
    /// Of the card that has it; nil: the first that has a carrier.
    public var mac: MACAddress?
    /// 1 to 4094.
    public var vlan: UInt16?

    /// - Parameters:
    ///   - address: a host's address with the length of its network, `10.0.0.5/24`
    ///   - gateway: in that network
    ///   - nameServers: three at most
    public init(
        address: String,
        gateway: String? = nil,
        nameServers: [String] = [],
        mac: String? = nil,
        vlan: Int? = nil
    ) throws(StaticNetworkError) {
        guard let subnet = IPv4Subnet(address), let host = IPv4Address(address.prefix { $0 != "/" }),
            subnet.isHost(host), host != .any, host != .broadcast
        else {
            throw StaticNetworkError("'\(address)' is no host's address with its prefix length, such as 10.0.0.5/24")
        }
        self.address = host
        prefixLength = subnet.prefixLength
        if let gateway {
            guard let found = IPv4Address(gateway), subnet.isHost(found), found != host else {
                throw StaticNetworkError("the gateway '\(gateway)' is no other host's address in \(subnet)")
            }
            self.gateway = found
        }
        guard nameServers.count <= 3 else { throw StaticNetworkError("a system takes three name servers at most") }
        self.nameServers = []
        for text in nameServers {
            guard let server = IPv4Address(text) else {
                throw StaticNetworkError("the name server '\(text)' is no IPv4 address")
            }
            self.nameServers.append(server)
        }
        if let mac {
            guard let found = MACAddress(mac) else { throw StaticNetworkError("'\(mac)' is no MAC address") }
            self.mac = found
        }
        if let vlan {
            guard (1...4094).contains(vlan) else { throw StaticNetworkError("VLANs are 1 to 4094, found \(vlan)") }
            self.vlan = UInt16(vlan)
        }
    }

    /// What the agent finds of it on the kernel's command line.
    var arguments: [String] {
        var words = ["rackwright.address=\(address)/\(prefixLength)"]
        if let gateway { words.append("rackwright.gateway=\(gateway)") }
        if !nameServers.isEmpty {
            words.append("rackwright.dns=" + nameServers.map(\.description).joined(separator: ","))
        }
        if let vlan { words.append("rackwright.vlan=\(vlan)") }
        return words
    }
}

extension StaticNetwork: CustomStringConvertible {
    public var description: String {
        var text = "\(address)/\(prefixLength)"
        if let gateway { text += " by \(gateway)" }
        if !nameServers.isEmpty { text += ", DNS " + nameServers.map(\.description).joined(separator: " ") }
        if let vlan { text += ", VLAN \(vlan)" }
        return text + (mac.map { ", on \($0)" } ?? ", on the first card with a carrier")
    }
}

/// Why a network cannot be.
public struct StaticNetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
