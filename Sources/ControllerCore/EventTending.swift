/// When one BMC's subscription is looked after, or its log read: slowly, and never together with all others.
struct EventTending: Hashable, Sendable {
    enum Duty: Hashable, Sendable {
        case subscribe, poll
    }

    /// Seconds between two looks at a subscription that is there, or at the log; and until one is asked for again where
    /// there was none to be had.
    static let checkPeriod = 600.0
    static let pollPeriod = 300.0
    static let refusalPeriod = 6 * 3600.0

    /// Seconds since 1970; nil: not at all.
    private(set) var subscribeAt: Double?
    private(set) var pollAt: Double?
    private(set) var checkedAt: Double?
    private var failures = 0
    private var pollFailures = 0

    /// - Parameters:
    ///   - delay: seconds before the first look
    ///   - canSubscribe: false for what is spoken to by IPMI
    init(at now: Double, delay: Double, canSubscribe: Bool) {
        subscribeAt = canSubscribe ? now + delay : nil
        pollAt = canSubscribe ? nil : now + delay
    }

    func duty(at now: Double) -> Duty? {
        if let subscribeAt, subscribeAt <= now { return .subscribe }
        if let pollAt, pollAt <= now { return .poll }
        return nil
    }

    /// - Parameter jitter: from 0 to 1
    mutating func subscribed(at now: Double, jitter: Double) {
        (subscribeAt, pollAt, checkedAt) = (now + Self.checkPeriod * (0.75 + jitter / 2), nil, now)
        (failures, pollFailures) = (0, 0)
    }

    /// There is no subscription to be had: the log is read instead.
    mutating func cannotSubscribe(at now: Double, jitter: Double) {
        subscribeAt = now + Self.refusalPeriod * (0.75 + jitter / 2)
        pollAt = pollAt ?? now
        failures = 0
    }

    mutating func polled(at now: Double, jitter: Double) {
        (pollAt, checkedAt, pollFailures) = (now + Self.pollPeriod * (0.8 + jitter * 0.4), now, 0)
    }

    /// Neither here nor there: the BMC was silent, or had no time.
    mutating func failed(_ duty: Duty, at now: Double, jitter: Double) {
        switch duty {
        case .subscribe:
            failures = min(failures + 1, 10)
            subscribeAt = now + min(3600, 30 * Double(1 << failures)) * (0.75 + jitter / 2)
        case .poll:
            pollFailures = min(pollFailures + 1, 10)
            pollAt = now + min(3600, Self.pollPeriod * Double(1 << pollFailures)) * (0.75 + jitter / 2)
        }
    }

    /// The BMC refuses its log.
    mutating func cannotPoll(at now: Double, jitter: Double) {
        pollAt = now + Self.refusalPeriod * (0.75 + jitter / 2)
    }

    /// Somebody else has the BMC.
    mutating func postponed(_ duty: Duty, at now: Double, jitter: Double) {
        let later = now + 10 + jitter * 10
        switch duty {
        case .subscribe: subscribeAt = later
        case .poll: pollAt = later
        }
    }

    /// The BMC was away: it may have forgotten.
    mutating func hurry(at now: Double) {
        guard let subscribeAt else { return }
        self.subscribeAt = min(subscribeAt, now + 1)
    }
}
