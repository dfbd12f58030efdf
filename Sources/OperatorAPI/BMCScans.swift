/// Asks the controller to search ranges of addresses for BMCs, and to try logins at them.
public struct ScanBMCs: Codable, Hashable, Sendable {
    /// `10.0.0.0/22`, `10.0.0.5-10.0.0.60`, `10.0.0.7`, `fd00:20::7`.
    public var ranges: [String]
    /// In the order in which they are tried.
    public var credentials: [Credential]
    /// `redfish` and `ipmi`, the preferred one first.
    public var protocols: [String]
    /// Refused logins at one BMC.
    public var attempts: Int
    /// Seconds between two logins at one BMC.
    public var pause: Double
    /// Addresses looked at at once, and begun in a second.
    public var concurrency: Int
    public var rate: Int
    /// Tries what a BMC refused in an earlier search, too.
    public var again: Bool
    public var redfishPort: Int?
    public var ipmiPort: Int?

    public init(
        ranges: [String],
        credentials: [Credential] = [],
        protocols: [String] = ["redfish", "ipmi"],
        attempts: Int = 1,
        pause: Double = 5,
        concurrency: Int = 32,
        rate: Int = 100,
        again: Bool = false,
        redfishPort: Int? = nil,
        ipmiPort: Int? = nil
    ) {
        self.ranges = ranges
        self.credentials = credentials
        self.protocols = protocols
        self.attempts = attempts
        self.pause = pause
        self.concurrency = concurrency
        self.rate = rate
        self.again = again
        self.redfishPort = redfishPort
        self.ipmiPort = ipmiPort
    }

    private enum CodingKeys: String, CodingKey {
        case ranges, credentials, protocols, attempts, pause, concurrency, rate, again
        case redfishPort = "redfish_port"
        case ipmiPort = "ipmi_port"
    }

    /// A login that may open BMCs. What is printed of it has no password.
    public struct Credential: Codable, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
        public var name: String
        public var user: String
        public var password: String
        /// Only for BMCs whose maker or product has this in its name.
        public var vendor: String?
        /// Only for BMCs there; empty for all.
        public var ranges: [String]

        public init(name: String, user: String, password: String, vendor: String? = nil, ranges: [String] = []) {
            self.name = name
            self.user = user
            self.password = password
            self.vendor = vendor
            self.ranges = ranges
        }

        public var description: String { "login \(name)" }
        public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
    }
}

/// What a search for BMCs found.
public struct ScanReport: Codable, Hashable, Sendable {
    /// In the order of their addresses.
    public var found: [FoundBMC]
    /// How many addresses were looked at, and how many there are.
    public var searched: Int
    public var addresses: Int

    public init(found: [FoundBMC], searched: Int, addresses: Int) {
        self.found = found
        self.searched = searched
        self.addresses = addresses
    }
}

/// A BMC that a search found; nil where it does not tell.
public struct FoundBMC: Codable, Hashable, Sendable {
    public var address: String
    /// The one to enroll it by: the one of the login, or the best that answers.
    public var `protocol`: String
    public var port: Int?
    /// What else answers there: `ipmi 2.0`.
    public var protocols: [String]
    public var vendor: String?
    public var model: String?
    public var serial: String?
    public var uuid: String?
    public var firmware: String?
    /// SHA-256 in hexadecimal digits.
    public var certificate: String?
    public var power: String?
    /// The enrolled node whose BMC it is.
    public var node: String?
    /// The name of the login that it took.
    public var credential: String?
    /// The names of logins that it refused, and of those that were left out for that.
    public var refused: [String]
    public var untried: [String]
    public var remarks: [String]

    public init(
        address: String,
        protocol: String,
        port: Int? = nil,
        protocols: [String] = [],
        vendor: String? = nil,
        model: String? = nil,
        serial: String? = nil,
        uuid: String? = nil,
        firmware: String? = nil,
        certificate: String? = nil,
        power: String? = nil,
        node: String? = nil,
        credential: String? = nil,
        refused: [String] = [],
        untried: [String] = [],
        remarks: [String] = []
    ) {
        self.address = address
        self.protocol = `protocol`
        self.port = port
        self.protocols = protocols
        self.vendor = vendor
        self.model = model
        self.serial = serial
        self.uuid = uuid
        self.firmware = firmware
        self.certificate = certificate
        self.power = power
        self.node = node
        self.credential = credential
        self.refused = refused
        self.untried = untried
        self.remarks = remarks
    }
}
