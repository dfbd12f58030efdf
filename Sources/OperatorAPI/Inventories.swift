/// What changed in a node between its last two inspections.
public struct DriftReport: Codable, Hashable, Sendable {
    public var node: String
    /// When the last inspection was reported, and when the hardware was read for the one before; seconds since 1970.
    public var at: Double
    public var baselineAt: Double
    /// The worst first.
    public var findings: [Finding]

    public struct Finding: Codable, Hashable, Sendable {
        /// `block`, `warning` or `note`.
        public var severity: String
        /// Such as `disk-gone`.
        public var rule: String
        public var part: String
        public var change: String

        public init(severity: String, rule: String, part: String, change: String) {
            self.severity = severity
            self.rule = rule
            self.part = part
            self.change = change
        }
    }

    public init(node: String, at: Double, baselineAt: Double, findings: [Finding]) {
        self.node = node
        self.at = at
        self.baselineAt = baselineAt
        self.findings = findings
    }

    private enum CodingKeys: String, CodingKey {
        case node, at
        case baselineAt = "baseline_at"
        case findings
    }
}

/// What the devices of a node are called, as far as the controller knows.
public struct DeviceNames: Codable, Hashable, Sendable {
    /// By address.
    public var pci: [String: Name]

    public struct Name: Codable, Hashable, Sendable {
        /// `Ethernet controller`
        public var kind: String?
        /// Maker and device.
        public var device: String?
        /// What its maker sells it as.
        public var board: String?

        public init(kind: String? = nil, device: String? = nil, board: String? = nil) {
            self.kind = kind
            self.device = device
            self.board = board
        }
    }

    public init(pci: [String: Name]) {
        self.pci = pci
    }
}
