/// What a node's BMC tells by itself, and how it does.
public struct BMCEventsReport: Codable, Hashable, Sendable {
    public enum Source: String, Codable, Hashable, Sendable {
        /// The BMC sends them.
        case subscribed
        /// Its log is read now and then.
        case polled
        /// Neither, yet.
        case none
        /// Switched off in controller.yaml.
        case off
    }

    public var node: String
    public var source: Source
    /// Since when; seconds since 1970.
    public var since: Double?
    /// When the subscription was looked for, or the log was read, last.
    public var checkedAt: Double?
    /// When the BMC sent something last.
    public var lastReceived: Double?
    /// Events in all since then.
    public var total: Int
    /// Why the BMC does not send them.
    public var reason: String?
    /// What a person should know, a sentence each.
    public var remarks: [String]
    /// The last ones, oldest first.
    public var events: [Event]

    public init(
        node: String,
        source: Source,
        since: Double? = nil,
        checkedAt: Double? = nil,
        lastReceived: Double? = nil,
        total: Int = 0,
        reason: String? = nil,
        remarks: [String] = [],
        events: [Event] = []
    ) {
        self.node = node
        self.source = source
        self.since = since
        self.checkedAt = checkedAt
        self.lastReceived = lastReceived
        self.total = total
        self.reason = reason
        self.remarks = remarks
        self.events = events
    }

    private enum CodingKeys: String, CodingKey {
        case node, source, since, total, reason, remarks, events
        case checkedAt = "checked_at"
        case lastReceived = "last_received"
    }

    public struct Event: Codable, Hashable, Sendable {
        /// When it came here; seconds since 1970.
        public var at: Double
        /// When it happened, by the BMC's clock.
        public var time: Double?
        /// `ok`, `warning` or `critical`; nil where the BMC does not say.
        public var severity: String?
        public var text: String
        /// The message's name in the maker's registry.
        public var message: String?
        /// What it is about: a path of the BMC's service, or a sensor.
        public var origin: String?
        /// It was read from the log.
        public var polled: Bool

        public init(
            at: Double,
            time: Double? = nil,
            severity: String? = nil,
            text: String,
            message: String? = nil,
            origin: String? = nil,
            polled: Bool = false
        ) {
            self.at = at
            self.time = time
            self.severity = severity
            self.text = text
            self.message = message
            self.origin = origin
            self.polled = polled
        }
    }
}

/// What became of a test event.
public struct BMCEventTest: Codable, Hashable, Sendable {
    public var node: String
    public var arrived: Bool
    /// From the request to the arrival.
    public var milliseconds: Int?
    /// What arrived, or what may be wrong.
    public var text: String

    public init(node: String, arrived: Bool, milliseconds: Int? = nil, text: String) {
        self.node = node
        self.arrived = arrived
        self.milliseconds = milliseconds
        self.text = text
    }
}
