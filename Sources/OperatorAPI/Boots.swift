/// How far one machine's network boot has come.
public struct BootCourse: Codable, Hashable, Sendable {
    public var mac: String
    /// The node it is; nil for a machine that nobody enrolled.
    public var node: String?
    /// Where it is: `dhcp`, `loader`, `script`, `kernel`, `agent` or `disk`.
    public var stage: String
    /// What was seen last, in words.
    public var detail: String
    /// When the boot began, when this stage was entered, and when the machine was seen last; seconds since 1970.
    public var startedAt: Double
    public var enteredAt: Double
    public var seenAt: Double
    /// How often the boot began anew without its agent having called.
    public var rounds: Int

    public init(
        mac: String,
        node: String? = nil,
        stage: String,
        detail: String,
        startedAt: Double,
        enteredAt: Double,
        seenAt: Double,
        rounds: Int = 1
    ) {
        self.mac = mac
        self.node = node
        self.stage = stage
        self.detail = detail
        self.startedAt = startedAt
        self.enteredAt = enteredAt
        self.seenAt = seenAt
        self.rounds = rounds
    }

    enum CodingKeys: String, CodingKey {
        case mac, node, stage, detail, rounds
        case startedAt = "started_at"
        case enteredAt = "entered_at"
        case seenAt = "seen_at"
    }
}

/// What a machine would be told if it booted from the network now.
public struct BootExplanation: Codable, Hashable, Sendable {
    public var mac: String
    public var node: String?
    public var cases: [Case]

    /// One way in which the machine may ask.
    public struct Case: Codable, Hashable, Sendable {
        /// `UEFI x64, PXE ROM`.
        public var asks: String
        /// `loads snponly.efi by TFTP`.
        public var answer: String
        /// What was considered, a sentence each.
        public var reasons: [String]

        public init(asks: String, answer: String, reasons: [String]) {
            self.asks = asks
            self.answer = answer
            self.reasons = reasons
        }
    }

    public init(mac: String, node: String? = nil, cases: [Case]) {
        self.mac = mac
        self.node = node
        self.cases = cases
    }
}

/// What a node's UEFI firmware shall load first; nil: what is configured for all.
public struct SetLoader: Codable, Hashable, Sendable {
    public var loader: String?

    public init(loader: String?) {
        self.loader = loader
    }
}

/// Says how a node's ramdisk comes to it.
public struct SetBootWay: Codable, Hashable, Sendable {
    public enum Way: String, Codable, Hashable, Sendable, CaseIterable {
        /// By the drive that its BMC shows to it, from a medium made for each start.
        case media
        /// By DHCP, TFTP and HTTP.
        case network
    }

    public var way: Way

    public init(way: Way) {
        self.way = way
    }
}

/// Says what network a node's ramdisk has where DHCP gives none.
public struct SetNetwork: Codable, Hashable, Sendable {
    /// `10.0.0.5/24`; nil: what DHCP says.
    public var address: String?
    public var gateway: String?
    public var nameServers: [String]?
    /// Of the card that has it; nil: the first with a carrier.
    public var mac: String?
    public var vlan: Int?

    public init(
        address: String?,
        gateway: String? = nil,
        nameServers: [String]? = nil,
        mac: String? = nil,
        vlan: Int? = nil
    ) {
        self.address = address
        self.gateway = gateway
        self.nameServers = nameServers
        self.mac = mac
        self.vlan = vlan
    }

    private enum CodingKeys: String, CodingKey {
        case address, gateway, mac, vlan
        case nameServers = "name_servers"
    }
}
