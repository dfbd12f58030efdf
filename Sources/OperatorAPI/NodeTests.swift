/// Asks for a node to be tried out in the ramdisk.
public struct TestNode: Codable, Hashable, Sendable {
    /// Whether disks are overwritten; then the test waits for its approval.
    public var burnIn: Bool
    /// The disks to overwrite, by the kernel's name or the serial number at the last inspection; empty for all.
    public var disks: [String]
    /// For processors and memory together, and as long again for the disks, all at once.
    public var minutes: Double

    public static let minutesAllowed = 0.1...1380.0
    public static let usualMinutes = 10.0

    public init(burnIn: Bool = false, disks: [String] = [], minutes: Double = usualMinutes) {
        self.burnIn = burnIn
        self.disks = disks
        self.minutes = minutes
    }

    private enum CodingKeys: String, CodingKey {
        case burnIn = "burn_in"
        case disks, minutes
    }
}

/// A test of a node: what it does, and what is lost by it.
public struct TestReport: Codable, Hashable, Sendable {
    public var node: String
    /// Counts the node's tests.
    public var number: Int
    public var minutes: Double
    /// What each disk is and holds; what it holds is lost.
    public var disks: [Disk]
    /// Whether it waits for its approval; else it has begun.
    public var needsApproval: Bool
    /// What became of the node, for one that has begun.
    public var message: String

    public struct Disk: Codable, Hashable, Sendable {
        public var name: String
        /// Octets.
        public var size: Int?
        public var model: String?
        public var serial: String?
        /// Partitions and what lies in them, a few words each; empty where nothing was found or looked for.
        public var holds: [String]

        public init(
            name: String,
            size: Int? = nil,
            model: String? = nil,
            serial: String? = nil,
            holds: [String] = []
        ) {
            self.name = name
            self.size = size
            self.model = model
            self.serial = serial
            self.holds = holds
        }
    }

    public init(
        node: String,
        number: Int,
        minutes: Double,
        disks: [Disk],
        needsApproval: Bool,
        message: String = ""
    ) {
        self.node = node
        self.number = number
        self.minutes = minutes
        self.disks = disks
        self.needsApproval = needsApproval
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case node, number, minutes, disks
        case needsApproval = "needs_approval"
        case message
    }
}

/// Lets a test begin that overwrites disks; good for one begin.
public struct ApproveTest: Codable, Hashable, Sendable {
    public var number: Int

    public init(number: Int) {
        self.number = number
    }
}
