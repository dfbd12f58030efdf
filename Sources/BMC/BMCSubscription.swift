/// How bad an event is; nil in an event where the BMC does not say.
public enum BMCSeverity: String, Codable, Hashable, Sendable {
    case ok, warning, critical
}

/// Who wants a BMC's events, and where to.
public struct BMCSubscription: Hashable, Sendable {
    /// An address that the BMC can reach.
    public var destination: String
    /// What our subscriptions at this BMC begin with, also those made earlier: an address, or a path without the slash
    /// before it. What is there and is not the wanted one is taken away.
    public var marks: [String]
    public var context: String
    /// Comes back with each event where the BMC knows how to; nobody can read it there.
    public var headerName: String
    public var secret: Secret

    public init(destination: String, marks: [String], context: String, headerName: String, secret: Secret) {
        self.destination = destination
        self.marks = marks
        self.context = context
        self.headerName = headerName
        self.secret = secret
    }
}

/// A subscription that is there.
public struct BMCSubscribed: Hashable, Sendable {
    /// What the BMC calls it.
    public var place: String
    /// It was not there before.
    public var isNew: Bool
    /// How many of ours had to go for it.
    public var replaced: Int
    /// How many are others'.
    public var others: Int
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(place: String, isNew: Bool, replaced: Int = 0, others: Int = 0, remarks: [String] = []) {
        self.place = place
        self.isNew = isNew
        self.replaced = replaced
        self.others = others
        self.remarks = remarks
    }
}

/// Where a BMC's event log was when it was read last.
public struct BMCLogMark: Codable, Hashable, Sendable {
    /// The log's place, so that it need not be looked for again.
    public var place: String
    public var count: Int
    public var first: String
    public var last: String
    public var newest: String
    /// By the BMC's clock, seconds since 1970.
    public var time: Double?
    /// When it was emptied last, by the BMC's clock, where it says so.
    public var erasedAt: Double?

    public init(
        place: String,
        count: Int,
        first: String = "",
        last: String = "",
        newest: String = "",
        time: Double? = nil,
        erasedAt: Double? = nil
    ) {
        self.place = place
        self.count = count
        self.first = first
        self.last = last
        self.newest = newest
        self.time = time
        self.erasedAt = erasedAt
    }
}

/// What a BMC wrote down since its log was read last.
public struct BMCLogNews: Hashable, Sendable {
    /// Oldest first, the newest `limit` of them.
    public var events: [BMCEvent]
    /// How many more there were.
    public var omitted: Int
    public var mark: BMCLogMark
    /// What was read last is not there any more: the log was emptied, or was full and has gone round.
    public var wasRestarted: Bool

    public init(events: [BMCEvent], omitted: Int = 0, mark: BMCLogMark, wasRestarted: Bool = false) {
        self.events = events
        self.omitted = omitted
        self.mark = mark
        self.wasRestarted = wasRestarted
    }
}

/// Events, as they come or read from the log.
extension BMCGate {
    /// Makes sure that the BMC sends events: looks for a subscription of ours, takes away those that are out of date, and
    /// makes one where there is none. Tried once: it is looked after again and again.
    ///
    /// - Returns: nil when the gate is in use: others have the BMC first
    /// - Throws: `BMCError`; of kind `notSupported` where there is no event service, `refused` with the BMC's reason
    public func subscribe(_ wanted: BMCSubscription) async throws -> BMCSubscribed? {
        guard !isBusy else { return nil }
        return try await perform("subscribing to events", attempts: 1) { driver in try await driver.subscribe(wanted) }
    }

    /// Takes away all subscriptions of ours.
    ///
    /// - Parameter marks: what they begin with
    /// - Returns: how many there were
    public func unsubscribe(marks: [String]) async throws -> Int {
        try await perform("ending the subscription to events", attempts: 1) { driver in
            try await driver.unsubscribe(marks: marks)
        }
    }

    /// Asks the BMC to send an event of no meaning.
    public func submitTestEvent(id: String, at instant: Double) async throws {
        try await perform("asking for a test event", attempts: 1) { driver in
            try await driver.submitTestEvent(id: id, at: instant)
        }
    }

    /// What came into the event log since it was read last; with no mark nothing but the mark.
    ///
    /// - Returns: nil when the gate is in use: others have the BMC first
    public func logNews(since mark: BMCLogMark?, limit: Int) async throws -> BMCLogNews? {
        guard !isBusy else { return nil }
        return try await perform("reading what is new in the event log", attempts: 1) { driver in
            try await driver.logNews(since: mark, limit: limit)
        }
    }
}
