/// How a node's BMC itself is on the network; absent where it does not say.
public struct LANReport: Codable, Hashable, Sendable {
    public var node: String
    /// Which of its interfaces.
    public var interface: String
    public var mac: String?
    /// `static`, `DHCP`, or the BMC's own word.
    public var source: String?
    public var address: String?
    public var netmask: String?
    public var gateway: String?
    /// `off` or a number.
    public var vlan: String?
    /// With the prefix's length.
    public var ipv6: [String]
    public var hostname: String?
    public var nameServers: [String]
    public var ntpServers: [String]
    /// A change of it whose end is not known.
    public var unsettled: String?
    public var remarks: [String]

    public init(node: String, interface: String) {
        self.node = node
        self.interface = interface
        ipv6 = []
        nameServers = []
        ntpServers = []
        remarks = []
    }

    private enum CodingKeys: String, CodingKey {
        case node, interface, mac, source, address, netmask, gateway, vlan, ipv6, hostname, unsettled, remarks
        case nameServers = "name_servers"
        case ntpServers = "ntp_servers"
    }
}

/// Asks for another network of a node's BMC; what is absent stays as it is.
public struct SetLAN: Codable, Hashable, Sendable {
    /// `10.0.0.9/24`.
    public var address: String?
    public var gateway: String?
    public var dhcp: Bool?
    /// 1 to 4094, 0 for none.
    public var vlan: Int?
    /// Where the BMC is expected then, where DHCP gives it an address that the controller does not learn of.
    public var expect: String?
    /// Says what would change, and changes nothing.
    public var dryRun: Bool?

    public init(
        address: String? = nil,
        gateway: String? = nil,
        dhcp: Bool? = nil,
        vlan: Int? = nil,
        expect: String? = nil,
        dryRun: Bool? = nil
    ) {
        self.address = address
        self.gateway = gateway
        self.dhcp = dhcp
        self.vlan = vlan
        self.expect = expect
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey {
        case address, gateway, dhcp, vlan, expect
        case dryRun = "dry_run"
    }
}

/// What a change of a BMC's network would change.
public struct LANChangeReport: Codable, Hashable, Sendable {
    public var node: String
    public var changes: [Change]
    /// Where the BMC is looked for then, in order.
    public var lookedFor: [String]

    public init(node: String, changes: [Change], lookedFor: [String]) {
        self.node = node
        self.changes = changes
        self.lookedFor = lookedFor
    }

    public struct Change: Codable, Hashable, Sendable {
        public var name: String
        public var before: String
        public var after: String

        public init(name: String, before: String, after: String) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    private enum CodingKeys: String, CodingKey {
        case node, changes
        case lookedFor = "looked_for"
    }
}

/// The accounts of a node's BMC.
public struct UsersReport: Codable, Hashable, Sendable {
    public var node: String
    public var users: [User]
    public var remarks: [String]

    public init(node: String, users: [User], remarks: [String] = []) {
        self.node = node
        self.users = users
        self.remarks = remarks
    }

    /// An account; absent where the BMC does not say.
    public struct User: Codable, Hashable, Sendable {
        public var id: String
        public var name: String
        /// `administrator`, `operator`, `readonly`, `none`, or the BMC's own word.
        public var role: String
        public var enabled: Bool?
        public var locked: Bool?
        /// Whether the controller logs in with it.
        public var own: Bool

        public init(id: String, name: String, role: String, enabled: Bool?, locked: Bool?, own: Bool) {
            self.id = id
            self.name = name
            self.role = role
            self.enabled = enabled
            self.locked = locked
            self.own = own
        }
    }
}

/// Changes one account of a node's BMC.
public struct ChangeUser: Codable, Hashable, Sendable {
    public enum Action: String, Codable, Hashable, Sendable, CaseIterable {
        case add, remove, enable, disable, unlock
        case setRole = "set-role"
    }

    public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
        case administrator, `operator`
        case readOnly = "readonly"
    }

    public var action: Action
    public var name: String
    /// For `add` and `set-role`.
    public var role: Role?
    /// For `add`; goes to the BMC and is kept nowhere.
    public var password: String?

    public init(action: Action, name: String, role: Role? = nil, password: String? = nil) {
        self.action = action
        self.name = name
        self.role = role
        self.password = password
    }
}
