/// What a node's BMC says of its sensors.
public struct SensorsReport: Codable, Hashable, Sendable {
    public var node: String
    /// Seconds since 1970.
    public var readAt: Double
    public var sensors: [Sensor]
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(node: String, readAt: Double, sensors: [Sensor], remarks: [String] = []) {
        self.node = node
        self.readAt = readAt
        self.sensors = sensors
        self.remarks = remarks
    }

    private enum CodingKeys: String, CodingKey {
        case node, sensors, remarks
        case readAt = "read_at"
    }

    public struct Sensor: Codable, Hashable, Sendable {
        public var name: String
        /// What it watches: `Temperature`.
        public var kind: String
        /// What it is on: `system board 1`.
        public var entity: String?
        public var value: Double?
        public var unit: String?
        /// The value with its unit, or the states that hold.
        public var text: String
        public var states: [String]
        /// `ok`, `non-critical`, `critical`, `non-recoverable` or `unavailable`.
        public var status: String
        public var thresholds: Thresholds
        public var remark: String?

        public init(
            name: String,
            kind: String,
            entity: String? = nil,
            value: Double? = nil,
            unit: String? = nil,
            text: String,
            states: [String] = [],
            status: String,
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

    /// Where a value begins to be out of order; nil where nothing is said.
    public struct Thresholds: Codable, Hashable, Sendable {
        public var lowerNonRecoverable: Double?
        public var lowerCritical: Double?
        public var lowerNonCritical: Double?
        public var upperNonCritical: Double?
        public var upperCritical: Double?
        public var upperNonRecoverable: Double?

        public init() {}

        private enum CodingKeys: String, CodingKey {
            case lowerNonRecoverable = "lower_non_recoverable"
            case lowerCritical = "lower_critical"
            case lowerNonCritical = "lower_non_critical"
            case upperNonCritical = "upper_non_critical"
            case upperCritical = "upper_critical"
            case upperNonRecoverable = "upper_non_recoverable"
        }
    }
}

/// A replaceable part, as a node's BMC knows it.
public struct PartReport: Codable, Hashable, Sendable {
    public var name: String
    public var manufacturer: String?
    public var product: String?
    public var serial: String?
    public var part: String?
    public var version: String?
    public var assetTag: String?
    public var chassisSerial: String?
    public var boardSerial: String?
    /// Seconds since 1970.
    public var manufacturedAt: Double?
    public var extra: [String]
    public var remarks: [String]

    public init(
        name: String,
        manufacturer: String? = nil,
        product: String? = nil,
        serial: String? = nil,
        part: String? = nil,
        version: String? = nil,
        assetTag: String? = nil,
        chassisSerial: String? = nil,
        boardSerial: String? = nil,
        manufacturedAt: Double? = nil,
        extra: [String] = [],
        remarks: [String] = []
    ) {
        self.name = name
        self.manufacturer = manufacturer
        self.product = product
        self.serial = serial
        self.part = part
        self.version = version
        self.assetTag = assetTag
        self.chassisSerial = chassisSerial
        self.boardSerial = boardSerial
        self.manufacturedAt = manufacturedAt
        self.extra = extra
        self.remarks = remarks
    }

    private enum CodingKeys: String, CodingKey {
        case name, manufacturer, product, serial, part, version, extra, remarks
        case assetTag = "asset_tag"
        case chassisSerial = "chassis_serial"
        case boardSerial = "board_serial"
        case manufacturedAt = "manufactured_at"
    }
}

/// The end of the event log that a node's BMC keeps.
public struct EventLogReport: Codable, Hashable, Sendable {
    public var node: String
    /// How many events there are in all.
    public var total: Int
    /// Oldest first.
    public var events: [Event]
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(node: String, total: Int, events: [Event], remarks: [String] = []) {
        self.node = node
        self.total = total
        self.events = events
        self.remarks = remarks
    }

    public struct Event: Codable, Hashable, Sendable {
        public var id: String
        /// Seconds since 1970 by the BMC's clock.
        public var time: Double?
        public var source: String
        public var text: String
        /// What is told has ended.
        public var ended: Bool

        public init(id: String, time: Double? = nil, source: String, text: String, ended: Bool = false) {
            self.id = id
            self.time = time
            self.source = source
            self.text = text
            self.ended = ended
        }
    }
}
