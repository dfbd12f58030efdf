/// The one way to a BMC: one operation at a time, tried again with pauses, and shut when the credentials are wrong.
///
/// All operations share one session of the BMC's few; it is closed when nothing was done for as long as the policy says.
public actor BMCGate {
    public typealias Connect = @Sendable (BMCEndpoint) async throws -> any BMCDriver

    public private(set) var endpoint: BMCEndpoint
    /// Why nothing is tried; nil when the gate is open.
    public private(set) var shutBecause: BMCError?

    let policy: BMCPolicy
    let timing: BMCTiming
    let connect: Connect
    /// The session that the next operation goes on with.
    var kept: KeptSession?
    /// Waits for the session to be out of use.
    var reaper: Task<Void, Never>?
    /// Logins that the BMC refused when they were tried on the side.
    var refusedLogins: Set<BMCEndpoint.Login> = []
    private(set) var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    public init(
        endpoint: BMCEndpoint,
        policy: BMCPolicy = BMCPolicy(),
        timing: BMCTiming = .system,
        connect: @escaping Connect
    ) {
        self.endpoint = endpoint
        self.policy = policy
        self.timing = timing
        self.connect = connect
    }

    /// Takes over changed data. Other credentials, or another place, open a shut gate.
    public func update(_ endpoint: BMCEndpoint) {
        guard endpoint != self.endpoint else { return }
        if !endpoint.isSameLogin(as: self.endpoint) { shutBecause = nil }
        self.endpoint = endpoint
        closeKept()
    }

    /// Opens a shut gate for one more attempt with the same credentials: an operator's retry.
    public func reopen() { shutBecause = nil }

    // MARK: Operations

    public func identify() async throws -> BMCIdentity {
        try await perform("identifying it") { driver in try await driver.identify() }
    }

    public func powerState() async throws -> PowerState {
        try await perform("reading the power state") { driver in try await driver.powerState() }
    }

    public func bootDevice() async throws -> BootSetting {
        try await perform("reading the boot device") { driver in try await driver.bootDevice() }
    }

    /// Restarts a machine that is on, and switches on one that is off.
    public func restart() async throws {
        let state = try await perform("restarting the machine") { driver in
            let state = try await driver.powerState()
            try await driver.setPower(state == .off ? .on : .reset)
            return state
        }
        if state == .off { _ = try await ensurePower(.on) }
    }

    /// What bringing the power to a state took.
    public struct PowerOutcome: Hashable, Sendable {
        /// The machine was not in that state before.
        public var changed: Bool
        public var warnings: [String]

        public init(changed: Bool, warnings: [String] = []) {
            self.changed = changed
            self.warnings = warnings
        }
    }

    /// Brings the power to `wanted` and looks until it is there.
    ///
    /// Off is asked for by force; `gracefully` waits a third of the time for the operating system first.
    /// - Throws: `BMCError.Kind.notObserved` when the machine did not follow in time.
    public func ensurePower(_ wanted: WantedPower, gracefully: Bool = false) async throws -> PowerOutcome {
        let (policy, timing, bmc) = (policy, timing, endpoint.description)
        let operation = "switching the power \(wanted.rawValue)"
        return try await perform(operation, deadline: policy.powerDeadline + policy.deadline) { driver in
            let found = try await driver.powerState()
            if found == wanted.state { return PowerOutcome(changed: false, warnings: []) }
            var warnings: [String] = []
            if wanted == .off, gracefully {
                do {
                    try await driver.setPower(.gracefulShutdown)
                    if await driver.cannotTellPower() { return PowerOutcome(changed: true, warnings: [Self.unseen]) }
                    let patience = policy.powerDeadline / 3
                    if try await Self.observe(wanted.state, driver, within: patience, policy, timing).isThere {
                        return PowerOutcome(changed: true, warnings: [])
                    }
                    warnings.append("the operating system did not shut down within \(patience)")
                } catch let error as BMCError where error.kind == .refused {
                    warnings.append("no graceful shutdown: \(error.detail)")
                }
            }
            do {
                try await driver.setPower(wanted == .on ? .on : .forceOff)
            } catch let error as BMCError where error.kind == .refused {
                // "On" to a machine that is on already is an error to some.
                guard try await driver.powerState() == wanted.state else { throw error }
            }
            if await driver.cannotTellPower() { return PowerOutcome(changed: true, warnings: [Self.unseen]) }
            let seen = try await Self.observe(wanted.state, driver, within: policy.powerDeadline, policy, timing)
            guard seen.isThere else {
                throw BMCError(
                    .notObserved,
                    bmc: bmc,
                    operation: operation,
                    detail: "the power is \(seen.last) after \(policy.powerDeadline)"
                )
            }
            return PowerOutcome(changed: true, warnings: warnings)
        }
    }

    private static let unseen = "the power cannot be seen: what was asked for is taken for done"

    /// What setting the boot device took.
    public struct BootOutcome: Hashable, Sendable {
        /// What the BMC says now.
        public var found: BootSetting
        /// Where that is not what was asked for. The boot then observed decides.
        public var warnings: [String]

        public init(found: BootSetting, warnings: [String] = []) {
            self.found = found
            self.warnings = warnings
        }
    }

    /// Sets what the machine boots next and reads it back.
    public func ensureBootDevice(_ wanted: BootSetting) async throws -> BootOutcome {
        try await perform("setting the boot device to \(wanted)") { driver in
            try await driver.setBootDevice(wanted)
            do {
                let found = try await driver.bootDevice()
                return BootOutcome(found: found, warnings: Self.differences(wanted: wanted, found: found))
            } catch let error as BMCError where error.kind == .refused || error.kind == .protocolError {
                return BootOutcome(
                    found: BootSetting(device: nil, persistence: nil),
                    warnings: ["the boot device could not be read back: \(error.detail)"]
                )
            }
        }
    }

    private static func differences(wanted: BootSetting, found: BootSetting) -> [String] {
        var texts: [String] = []
        if let remark = found.remark { texts.append(remark) }
        if wanted.device != found.device { texts.append("the boot device reads back as \(found), not \(wanted)") }
        if wanted.device == BootDevice.none || found.device == BootDevice.none { return texts }
        if let persistence = found.persistence, let asked = wanted.persistence, asked != persistence {
            texts.append("the boot override reads back as \(persistence.rawValue), not \(asked.rawValue)")
        }
        if let mode = found.mode, let asked = wanted.mode, asked != mode {
            texts.append("the boot mode reads back as \(mode.rawValue), not \(asked.rawValue)")
        }
        return texts
    }

    private static func observe(
        _ state: PowerState,
        _ driver: any BMCDriver,
        within limit: Duration,
        _ policy: BMCPolicy,
        _ timing: BMCTiming
    ) async throws -> (isThere: Bool, last: PowerState) {
        let start = timing.now()
        var last = try await driver.powerState()
        while last != state {
            guard timing.now() - start < limit else { return (false, last) }
            try await timing.sleep(policy.powerPoll)
            do {
                last = try await driver.powerState()
            } catch let error as BMCError where error.isTransient {
                last = .unknown(error.detail)
            }
        }
        return (true, last)
    }

    // MARK: One at a time

    func perform<Answer: Sendable>(
        _ operation: String,
        deadline: Duration? = nil,
        attempts: Int? = nil,
        _ body: @escaping @Sendable (any BMCDriver) async throws -> Answer
    ) async throws -> Answer {
        await enter()
        defer { leave() }
        let end = timing.now() + (deadline ?? policy.deadline)
        var attempt = 1
        while true {
            try Task.checkCancellation()
            try refuseIfShut(operation)
            let tried = endpoint
            let session = takeKept()
            do {
                return try await once(operation, at: tried, end: end, session, body)
            } catch let error as BMCError {
                noteCredentials(error, of: tried)
                // A session that was kept may have ended meanwhile; a new one says whether anything is wrong.
                if session != nil, error.isTransient, timing.now() < end { continue }
                let pause = policy.pause * (1 << min(attempt - 1, 10)) * (1 + timing.jitter())
                guard error.isTransient, attempt < attempts ?? policy.attempts, timing.now() + pause < end else {
                    throw error
                }
                try await timing.sleep(pause)
                attempt += 1
            }
        }
    }

    /// Shuts the gate at wrong credentials, unless others were given meanwhile.
    func noteCredentials(_ error: BMCError, of tried: BMCEndpoint) {
        if error.kind == .wrongCredentials, endpoint.isSameLogin(as: tried) { shutBecause = error }
    }

    func refuseIfShut(_ operation: String) throws(BMCError) {
        guard let shutBecause else { return }
        throw BMCError(
            .gateShut,
            bmc: endpoint.description,
            operation: operation,
            detail: "\(shutBecause.operation) found: \(shutBecause.detail); give the right credentials, "
                + "or have it tried once more: an operator's verify, inspect or retry opens it"
        )
    }

    /// What becomes of a session after its operation.
    enum Afterwards {
        /// The next operation goes on with it, where the policy says so.
        case kept
        case loggedOut
        /// The answer lives on in it.
        case handedOver
    }

    /// The operation in a session, given up at `end`.
    func once<Answer: Sendable>(
        _ operation: String,
        at endpoint: BMCEndpoint,
        end: Duration,
        _ session: KeptSession?,
        afterwards: Afterwards = .kept,
        _ body: @escaping @Sendable (any BMCDriver) async throws -> Answer
    ) async throws -> Answer {
        let (connect, policy, timing) = (connect, policy, timing)
        let isKept = afterwards == .kept && policy.keptSession(endpoint.protocol) > .zero
        let (answer, driver) = try await withThrowingTaskGroup(of: (Answer, (any BMCDriver)?).self) { group in
            group.addTask {
                let driver: any BMCDriver
                if let session { driver = session.driver } else { driver = try await connect(endpoint) }
                do {
                    let answer = try await body(driver)
                    if afterwards == .handedOver || isKept, !Task.isCancelled {
                        if isKept { await driver.rest() }
                        return (answer, driver)
                    }
                    await Self.logOut(driver, within: policy.closeDeadline, timing)
                    return (answer, nil)
                } catch {
                    await Self.logOut(driver, within: policy.closeDeadline, timing)
                    guard error is NotSupported else { throw error }
                    let detail = "\(endpoint.protocol.rawValue) has no way to it yet"
                    throw BMCError(.notSupported, bmc: endpoint.description, operation: operation, detail: detail)
                }
            }
            group.addTask {
                try await timing.limit(max(.zero, end - timing.now()))
                throw BMCError(.timeout, bmc: endpoint.description, operation: operation, detail: "the deadline passed")
            }
            guard let first = await group.nextResult() else { throw CancellationError() }
            group.cancelAll()
            // An operation that was done at the same moment as its time.
            while let late = await group.nextResult() {
                if case .success((_, let driver?)) = late {
                    await Self.logOut(driver, within: policy.closeDeadline, timing)
                }
            }
            return try first.get()
        }
        if let driver, isKept { keep(driver, of: endpoint) }
        return answer
    }

    /// Logs out in tasks of their own: one that was cancelled could send nothing any more, and the BMC's few sessions
    /// would be used up. A BMC that does not answer is left after `limit`.
    static func logOut(_ driver: any BMCDriver, within limit: Duration, _ timing: BMCTiming) async {
        let (isOver, over) = AsyncStream<Never>.makeStream()
        let closing = Task {
            await driver.close()
            over.finish()
        }
        let limiting = Task {
            guard (try? await timing.limit(limit)) != nil else { return }
            closing.cancel()
            over.finish()
        }
        let waiting = Task { for await _ in isOver {} }
        await waiting.value
        limiting.cancel()
    }

    func enter() async {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
    }

    func leave() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// The power states that can be asked for.
public enum WantedPower: String, Hashable, Sendable, CaseIterable {
    case on, off

    var state: PowerState { self == .on ? .on : .off }
}
