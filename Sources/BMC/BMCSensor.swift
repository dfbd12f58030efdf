/// A sensor of a machine, as its BMC reads it.
public struct BMCSensor: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case ok
        case nonCritical = "non-critical"
        case critical
        case nonRecoverable = "non-recoverable"
        /// The BMC has no value now; the remark says why.
        case unavailable
    }

    /// Where a value begins to be out of order.
    public struct Thresholds: Hashable, Sendable {
        public var lowerNonRecoverable: Double?
        public var lowerCritical: Double?
        public var lowerNonCritical: Double?
        public var upperNonCritical: Double?
        public var upperCritical: Double?
        public var upperNonRecoverable: Double?

        public init() {}
    }

    public var name: String
    /// What it watches: "Temperature".
    public var kind: String
    /// What it is on: "system board 1".
    public var entity: String?
    /// Nil for a sensor of states.
    public var value: Double?
    public var unit: String?
    /// The value with its unit, or the states that hold, as text.
    public var text: String
    /// The states that hold, for a sensor of states.
    public var states: [String]
    public var status: Status
    public var thresholds: Thresholds
    public var remark: String?

    public init(
        name: String,
        kind: String,
        entity: String? = nil,
        value: Double? = nil,
        unit: String? = nil,
        text: String = "",
        states: [String] = [],
        status: Status,
        thresholds: Thresholds = Thresholds(),
        remark: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.entity = entity
        self.value = value
        self.unit = unit
        self.text = text
        self.states = states
        self.status = status
        self.thresholds = thresholds
        self.remark = remark
    }
}

/// The sensors of a machine.
public struct BMCSensors: Hashable, Sendable {
    public var sensors: [BMCSensor]
    /// What a person should know: sensors that could not be read, say.
    public var remarks: [String]

    public init(sensors: [BMCSensor], remarks: [String] = []) {
        self.sensors = sensors
        self.remarks = remarks
    }
}
