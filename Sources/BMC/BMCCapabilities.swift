/// What a BMC can do for a machine's life, as far as it says so itself.
public struct BMCCapabilities: Hashable, Sendable {
    /// How the way to it is secured.
    public struct Security: Hashable, Sendable {
        /// `TLS 1.3`.
        public var version: String
        /// SHA-256 in hexadecimal digits.
        public var certificateSHA256: String?
        /// Until when the certificate is valid, in seconds since 1970.
        public var certificateExpires: Double?

        public init(version: String, certificateSHA256: String? = nil, certificateExpires: Double? = nil) {
            self.version = version
            self.certificateSHA256 = certificateSHA256
            self.certificateExpires = certificateExpires
        }
    }

    /// One thing that a BMC may have.
    public struct Feature: Hashable, Sendable {
        public var name: String
        /// Nil where it cannot be known.
        public var isOffered: Bool?
        public var detail: String

        public init(_ name: String, _ isOffered: Bool?, _ detail: String = "") {
            self.name = name
            self.isOffered = isOffered
            self.detail = detail
        }
    }

    public var identity: BMCIdentity
    /// What the BMC itself is: `iDRAC9 7.00.30`.
    public var manager: String?
    /// Which of the service's systems is the machine, and why.
    public var system: String?
    /// How one logs in: `session`, `basic authentication`.
    public var login: String
    public var security: Security?
    public var power: PowerState
    /// With the BMC's own words: `on: On`.
    public var powerActions: [String]
    public var bootDevices: [String]
    public var bootModes: [String]
    /// `Once`, `Continuous`.
    public var bootPersistence: [String]
    public var features: [Feature]
    /// How this maker's BMCs are spoken to, and why it applies.
    public var strategy: String?
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(
        identity: BMCIdentity,
        manager: String? = nil,
        system: String? = nil,
        login: String,
        security: Security? = nil,
        power: PowerState,
        powerActions: [String] = [],
        bootDevices: [String] = [],
        bootModes: [String] = [],
        bootPersistence: [String] = [],
        features: [Feature] = [],
        strategy: String? = nil,
        remarks: [String] = []
    ) {
        self.identity = identity
        self.manager = manager
        self.system = system
        self.login = login
        self.security = security
        self.power = power
        self.powerActions = powerActions
        self.bootDevices = bootDevices
        self.bootModes = bootModes
        self.bootPersistence = bootPersistence
        self.features = features
        self.strategy = strategy
        self.remarks = remarks
    }
}

/// What a probe found.
public struct BMCProbe: Hashable, Sendable {
    public var capabilities: BMCCapabilities
    /// A recording of the BMC's answers without what tells whose they are: a JSON document.
    public var recording: [UInt8]?

    public init(capabilities: BMCCapabilities, recording: [UInt8]? = nil) {
        self.capabilities = capabilities
        self.recording = recording
    }
}

extension BMCGate {
    static let probing = "asking for all that it can do"

    /// Asks for all that the BMC can do.
    ///
    /// - Parameter limit: of a recording, how many resources may be read for it; nil for none
    public func probe(recording limit: Int? = nil) async throws -> BMCProbe {
        try await perform(Self.probing, deadline: probeDeadline(limit)) { driver in
            try await driver.probe(recording: limit)
        }
    }

    /// Each resource may take a second and more.
    func probeDeadline(_ limit: Int?) -> Duration { policy.deadline * (limit == nil ? 5 : 10) }
}

extension BMCGates {
    /// Asks a BMC by a login that is not its gate's own, once.
    public func probe(_ candidate: BMCEndpoint, recording limit: Int? = nil) async throws -> BMCProbe {
        let gate = gate(at: candidate)
        return try await gate.aside(BMCGate.probing, candidate, deadline: gate.probeDeadline(limit)) { driver in
            try await driver.probe(recording: limit)
        }
    }
}
