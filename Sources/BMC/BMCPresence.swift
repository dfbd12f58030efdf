/// What a BMC tells of itself without a login; nil where it does not say.
public struct BMCPresence: Hashable, Sendable {
    public var `protocol`: BMCProtocol
    /// Nil for the protocol's own.
    public var port: Int?
    /// Of the protocol: "1.15.0", "2.0".
    public var version: String?
    public var vendor: String?
    public var product: String?
    /// Of the machine.
    public var serialNumber: String?
    /// Of the service or the machine: makers differ in which they tell.
    public var uuid: String?
    /// Of the BMC.
    public var firmware: String?
    /// SHA-256 in hexadecimal digits.
    public var certificateSHA256: String?
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(
        `protocol`: BMCProtocol,
        port: Int? = nil,
        version: String? = nil,
        vendor: String? = nil,
        product: String? = nil,
        serialNumber: String? = nil,
        uuid: String? = nil,
        firmware: String? = nil,
        certificateSHA256: String? = nil,
        remarks: [String] = []
    ) {
        self.protocol = `protocol`
        self.port = port
        self.version = version
        self.vendor = vendor
        self.product = product
        self.serialNumber = serialNumber
        self.uuid = uuid
        self.firmware = firmware
        self.certificateSHA256 = certificateSHA256
        self.remarks = remarks
    }
}

/// A login that may open BMCs.
public struct BMCCredential: Hashable, Sendable {
    /// What people call it; all that is ever shown of it.
    public var name: String
    public var username: String
    public var password: Secret
    /// Only for BMCs whose maker or product has this in its name, in any case of letters.
    public var vendor: String?
    /// Only for BMCs there; empty for all.
    public var ranges: [AddressRange]

    public init(
        name: String,
        username: String,
        password: Secret,
        vendor: String? = nil,
        ranges: [AddressRange] = []
    ) {
        self.name = name
        self.username = username
        self.password = password
        self.vendor = vendor
        self.ranges = ranges
    }

    func fits(_ address: String, _ presences: [BMCPresence]) -> Bool {
        guard ranges.isEmpty || ranges.contains(where: { $0.contains(address) }) else { return false }
        guard let wanted = vendor?.lowercased() else { return true }
        let names = presences.flatMap { [$0.vendor, $0.product] }.compactMap { $0?.lowercased() }
        return names.contains { $0.contains(wanted) }
    }
}

/// A BMC that was found at an address.
public struct BMCFinding: Hashable, Sendable {
    public var address: String
    /// What answers there, best first; never empty.
    public var presences: [BMCPresence]
    /// The enrolled node whose BMC it is; nothing is tried at it.
    public var node: String?
    /// The login that it took.
    public var accepted: Accepted?
    /// The names of logins that it refused, now or before, and of those that were not tried for that.
    public var refused: [String]
    public var untried: [String]
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public struct Accepted: Hashable, Sendable {
        public var credential: String
        public var `protocol`: BMCProtocol
        public var identity: BMCIdentity
        public var power: PowerState
    }

    init(address: String, presences: [BMCPresence]) {
        self.address = address
        self.presences = presences
        refused = []
        untried = []
        remarks = []
    }
}
