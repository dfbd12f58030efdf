/// Something that a BMC wrote down.
public struct BMCEvent: Hashable, Sendable {
    /// What the BMC calls it.
    public var id: String
    /// Seconds since 1970 by the BMC's clock; nil when that was not set, or the event has no time.
    public var time: Double?
    /// Which sensor, or who else: "Temperature MBTemp".
    public var source: String
    public var text: String
    /// What is told has ended.
    public var hasEnded: Bool
    public var severity: BMCSeverity?

    public init(
        id: String,
        time: Double? = nil,
        source: String,
        text: String,
        hasEnded: Bool = false,
        severity: BMCSeverity? = nil
    ) {
        self.id = id
        self.time = time
        self.source = source
        self.text = text
        self.hasEnded = hasEnded
        self.severity = severity
    }
}

/// The end of a BMC's event log.
public struct BMCEventLog: Hashable, Sendable {
    /// Oldest first.
    public var events: [BMCEvent]
    /// How many there are in all.
    public var total: Int
    /// What a person should know: that events were lost for lack of room, say.
    public var remarks: [String]

    public init(events: [BMCEvent], total: Int, remarks: [String] = []) {
        self.events = events
        self.total = total
        self.remarks = remarks
    }
}
