public import AgentAPI
public import BMC
public import Boot
public import FoundationEssentials
public import Lifecycle
public import Matching
public import OperatorAPI
public import Planning
import Store

extension RecordKind {
    static let node = Self(rawValue: "node")
    static let plan = Self(rawValue: "plan")
    static let run = Self(rawValue: "run")
    /// Empty, with the id of a run that has not ended.
    static let runUnderWay = Self(rawValue: "run-under-way")
    static let enrollToken = Self(rawValue: "enroll-token")
    static let operatorToken = Self(rawValue: "operator-token")
    static let lease = Self(rawValue: "lease")
    static let leaseV6 = Self(rawValue: "lease-v6")
    static let secret = Self(rawValue: "secret")
    static let inventory = Self(rawValue: "inventory")
}

/// Everything the controller keeps of one node; the inventory is a record of its own.
public struct NodeRecord: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    public var rack: String?
    public var unit: String?
    public var bmc: BMCRecord
    /// Known MAC addresses, lower case with colons.
    public var macs: [String]
    /// SMBIOS UUID, lower case.
    public var uuid: String?
    public var serial: String?
    /// The address it was last given.
    public var address: String?
    public var lifecycle: NodeLifecycle
    /// What the last plan that was carried out made of it.
    public var installed: InstalledRecord?
    /// The role that the deployment under way, or the last one, gives it.
    public var assignedRole: String?
    /// Services that said they are up since the last deployment began.
    public var servicesUp: [String]
    /// The agent's events already kept.
    public var events: EventCursor?
    /// The last bundle that failed: lines for people.
    public var lastFailure: [String]
    /// SHA-256 of the public key of the agent's certificate; an agent with another key is refused.
    public var agentKey: String?
    public var agentVersion: String?
    /// Whether it made itself known by booting, and an operator has not enrolled it.
    public var discovered: Bool?
    /// The loader that an operator chose for the node's UEFI firmware.
    public var bootLoader: String?
    /// Whether its firmware had Secure Boot on at the last inspection.
    public var secureBoot: Bool?
    /// Whether its console is recorded when nobody looks on.
    public var recordsConsole: Bool?
    /// What operators say of it, by key.
    public var labels: [String: String]?
    /// Whom an operator keeps it for.
    public var reservation: Reservation?
    /// Whether an operator does not let rules reserve it.
    public var isFreed: Bool?
    /// What rules made of it.
    public var ruled: RuledRecord?
    /// The instruction that its agent was told to stop last.
    public var toldToStop: String?
    /// What its ramdisk has where DHCP gives nothing; for virtual media.
    public var network: StaticNetwork?
    /// Whether its ramdisk comes by its BMC's drive.
    public var bootsMedium: Bool?
    /// What may be in that drive.
    public var medium: MediumRecord?
    /// What it was called before, the last name last.
    public var formerNames: [String]?

    public struct BMCRecord: Codable, Hashable, Sendable {
        /// A ``BMCProtocol`` by its word.
        public var `protocol`: String
        /// A webhook's URL, and nothing for a person.
        public var address: String
        public var port: Int?
        public var username: String
        /// Sealed under the key file.
        public var sealedPassword: Data
        /// One that the BMC was told to take, while it is not known whether it did.
        public var nextPassword: Data?
        /// A change of its network, while it is not known where it answers.
        public var move: MoveRecord?
        /// Whether TLS before 1.2 and weak ciphers are allowed.
        public var legacyTLS: Bool?
        /// SHA-256 of the certificate seen when the node was verified.
        public var certificate: String?
    }

    /// What a BMC was told of its network, and by what it is known again.
    public struct MoveRecord: Codable, Hashable, Sendable {
        public var request: SetLAN
        public var mark: BMCMark
        /// What changes, for people.
        public var text: String
    }

    public struct InstalledRecord: Codable, Hashable, Sendable {
        public var generation: Int
        public var content: NodeContent
        public var imageDigest: String
        public var imageName: String?
        public var rootDisk: RootDisk?
    }

    public struct EventCursor: Codable, Hashable, Sendable {
        public var bootID: String
        public var next: Int
    }
}

/// A one-time token for a network boot; kept by its hash.
struct EnrollTokenRecord: Codable, Hashable, Sendable {
    var node: String
    /// Seconds since 1970.
    var expires: Double
    /// SHA-256 of the public key that used it.
    var usedBy: String?
    /// The certificate that was given for it, so that a repeated request gets the same answer.
    var certificate: String?
}

/// An operator's token; kept by its hash.
struct OperatorTokenRecord: Codable, Hashable, Sendable {
    var name: String
    var createdAt: Double
    /// Coarsely, in seconds since 1970.
    var usedAt: Double?
}
