/// How long and how often an operation on a BMC is tried.
public struct BMCPolicy: Hashable, Sendable {
    /// Attempts of one operation, the first included.
    public var attempts: Int
    /// Before the second attempt; doubled before each further one, with up to as much again at random.
    public var pause: Duration
    /// For one operation with all its attempts.
    public var deadline: Duration
    /// How long a change of power is waited for; BMCs show it up to a minute late.
    public var powerDeadline: Duration
    /// Between two looks at the power state.
    public var powerPoll: Duration
    /// For the log-out after an operation.
    public var closeDeadline: Duration
    /// How long a Redfish session is kept for the next operation; zero: none is kept.
    public var keptRedfishSession: Duration
    /// How long an IPMI session is; BMCs end one that was silent for a minute (IPMI 2.0 section 6.12.15).
    public var keptIPMISession: Duration
    /// For the start of a firmware update, its file's way to the BMC included.
    public var uploadDeadline: Duration
    /// Between two looks at long work.
    public var taskPoll: Duration

    public init(
        attempts: Int = 3,
        pause: Duration = .seconds(1),
        deadline: Duration = .seconds(120),
        powerDeadline: Duration = .seconds(120),
        powerPoll: Duration = .seconds(2),
        closeDeadline: Duration = .seconds(10),
        keptRedfishSession: Duration = .zero,
        keptIPMISession: Duration = .zero,
        uploadDeadline: Duration = .seconds(1800),
        taskPoll: Duration = .seconds(5)
    ) {
        self.attempts = attempts
        self.pause = pause
        self.deadline = deadline
        self.powerDeadline = powerDeadline
        self.powerPoll = powerPoll
        self.closeDeadline = closeDeadline
        self.keptRedfishSession = keptRedfishSession
        self.keptIPMISession = keptIPMISession
        self.uploadDeadline = uploadDeadline
        self.taskPoll = taskPoll
    }

    func keptSession(_ protocol: BMCProtocol) -> Duration {
        switch `protocol` {
        case .redfish: keptRedfishSession
        case .ipmi: keptIPMISession
        case .webhook, .manual: .zero
        }
    }
}

/// The clock and the dice of a gate.
public struct BMCTiming: Sendable {
    /// The time since some fixed instant.
    public var now: @Sendable () -> Duration
    public var sleep: @Sendable (Duration) async throws -> Void
    /// From 0 to 1.
    public var jitter: @Sendable () -> Double
    /// Returns when what hangs is to be ended: by the true clock, whatever clock the pauses go by.
    public var limit: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double,
        limit: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.sleep = sleep
        self.jitter = jitter
        self.limit = limit
    }

    public static var system: Self {
        let start = ContinuousClock.now
        return Self(
            now: { start.duration(to: .now) },
            sleep: { try await Task.sleep(for: $0) },
            jitter: { Double.random(in: 0...1) }
        )
    }
}
