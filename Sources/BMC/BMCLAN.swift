public import Octets

/// How a BMC itself is on the network; nil and empty where it does not say.
public struct BMCLAN: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        case fixed, dhcp
        /// The BMC's own word.
        case other(String)
    }

    /// Which of its interfaces: `eth0`, `channel 1`.
    public var interface: String
    public var mac: String?
    public var source: Source?
    public var address: IPv4Address?
    public var netmask: IPv4Address?
    public var gateway: IPv4Address?
    public var vlan: VLAN?
    /// With the prefix's length: `fe80::1/64`.
    public var ipv6: [String]
    public var hostname: String?
    public var nameServers: [String]
    public var ntpServers: [String]
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public enum VLAN: Hashable, Sendable {
        case off
        /// From 1 to 4094.
        case number(Int)
    }

    public init(
        interface: String,
        mac: String? = nil,
        source: Source? = nil,
        address: IPv4Address? = nil,
        netmask: IPv4Address? = nil,
        gateway: IPv4Address? = nil,
        vlan: VLAN? = nil,
        ipv6: [String] = [],
        hostname: String? = nil,
        nameServers: [String] = [],
        ntpServers: [String] = [],
        remarks: [String] = []
    ) {
        self.interface = interface
        self.mac = mac
        self.source = source
        self.address = address
        self.netmask = netmask
        self.gateway = gateway
        self.vlan = vlan
        self.ipv6 = ipv6
        self.hostname = hostname
        self.nameServers = nameServers
        self.ntpServers = ntpServers
        self.remarks = remarks
    }
}

/// How a BMC is to be on the network; what is nil stays as it is.
public struct BMCLANWish: Hashable, Sendable {
    public enum Addressing: Hashable, Sendable {
        /// Without a gateway the one that it has stays.
        case fixed(IPv4Address, netmask: IPv4Address, gateway: IPv4Address?)
        case dhcp
    }

    public var addressing: Addressing?
    public var vlan: BMCLAN.VLAN?

    public init(addressing: Addressing? = nil, vlan: BMCLAN.VLAN? = nil) {
        self.addressing = addressing
        self.vlan = vlan
    }

    public struct Change: Hashable, Sendable {
        public var name: String
        public var before: String
        public var after: String

        public init(name: String, before: String, after: String) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    /// What of it is not so already.
    public func changes(from lan: BMCLAN) -> [Change] {
        var changes: [Change] = []
        func compare<Value: Hashable>(_ name: String, _ before: Value?, _ after: Value, _ text: (Value) -> String) {
            guard before != after else { return }
            changes.append(Change(name: name, before: before.map(text) ?? "not said", after: text(after)))
        }
        switch addressing {
        case .fixed(let address, let netmask, let gateway):
            compare("source", lan.source, .fixed) { "\($0)" }
            compare("address", lan.address, address) { "\($0)" }
            compare("netmask", lan.netmask, netmask) { "\($0)" }
            if let gateway { compare("gateway", lan.gateway, gateway) { "\($0)" } }
        case .dhcp: compare("source", lan.source, .dhcp) { "\($0)" }
        case nil: break
        }
        if let vlan { compare("vlan", lan.vlan, vlan) { "\($0)" } }
        return changes
    }

    /// Why nothing should be asked for; nil where all is well.
    public var objection: String? {
        if addressing == nil, vlan == nil { return "nothing to change: give an address, DHCP or a VLAN" }
        if case .number(let number) = vlan, !(1...4094).contains(number) {
            return "VLAN \(number): they are numbered from 1 to 4094"
        }
        guard case .fixed(let address, let netmask, let gateway) = addressing else { return nil }
        let length = netmask.rawValue.nonzeroBitCount
        guard let subnet = IPv4Subnet(address, prefixLength: length), subnet.netmask == netmask, length > 0 else {
            return "\(netmask) is no netmask"
        }
        guard subnet.isHost(address), (1...223).contains(address.rawValue >> 24), address.rawValue >> 24 != 127 else {
            return "\(address) is no address that a BMC can have in \(subnet)"
        }
        if let gateway, !subnet.isHost(gateway) || gateway == address {
            return "the gateway \(gateway) is none for \(address) in \(subnet)"
        }
        return nil
    }
}

/// What became of a wish for a BMC's network.
public struct BMCLANOutcome: Hashable, Sendable {
    /// False where the BMC fell silent when it was told: it may have taken it over at once.
    public var isAnswered: Bool
    public var remarks: [String]

    public init(isAnswered: Bool = true, remarks: [String] = []) {
        self.isAnswered = isAnswered
        self.remarks = remarks
    }
}

extension BMCLAN.Source: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fixed: "static"
        case .dhcp: "DHCP"
        case .other(let text): text
        }
    }
}

extension BMCLAN.VLAN: CustomStringConvertible {
    public var description: String {
        switch self {
        case .off: "off"
        case .number(let number): "\(number)"
        }
    }
}

extension BMCGate {
    public func lan() async throws -> BMCLAN {
        try await perform("reading the BMC's network") { driver in try await driver.lan() }
    }

    /// Asks for it once: whether a BMC that does not answer has done it is found by looking for it.
    public func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome {
        try await perform("changing the BMC's network", deadline: policy.deadline * 2, attempts: 1) { driver in
            try await driver.setLAN(wanted)
        }
    }
}
