/// The one way to a BMC: one operation at a time, tried again with pauses, and shut when the credentials are wrong.
///
/// Each operation logs in, does its work and logs out, so that no session of the BMC's few is held.
public actor BMCGate {
    public typealias Connect = @Sendable (BMCEndpoint) async throws -> any BMCDriver

    public private(set) var endpoint: BMCEndpoint
    /// Why nothing is tried; nil when the gate is open.
    public private(set) var shutBecause: BMCError?

    let policy: BMCPolicy
    let timing: BMCTiming
    private let connect: Connect
    private var isBusy = false
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
            if let shutBecause {
                throw BMCError(
                    .gateShut,
                    bmc: endpoint.description,
                    operation: operation,
                    detail: "\(shutBecause.operation) found: \(shutBecause.detail); give the right credentials, "
                        + "or have it tried once more: an operator's verify, inspect or retry opens it"
                )
            }
            let tried = endpoint
            do {
                return try await once(operation, end: end, body)
            } catch let error as BMCError {
                if error.kind == .wrongCredentials, endpoint.isSameLogin(as: tried) { shutBecause = error }
                let pause = policy.pause * (1 << min(attempt - 1, 10)) * (1 + timing.jitter())
                guard error.isTransient, attempt < attempts ?? policy.attempts, timing.now() + pause < end else {
                    throw error
                }
                try await timing.sleep(pause)
                attempt += 1
            }
        }
    }

    /// One login and its work, given up at `end`.
    private func once<Answer: Sendable>(
        _ operation: String,
        end: Duration,
        _ body: @escaping @Sendable (any BMCDriver) async throws -> Answer
    ) async throws -> Answer {
        let (endpoint, connect, policy, timing) = (endpoint, connect, policy, timing)
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask {
                let driver = try await connect(endpoint)
                do {
                    let answer = try await body(driver)
                    await Self.logOut(driver, within: policy.closeDeadline, timing)
                    return answer
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
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    /// Logs out in tasks of their own: one that was cancelled could send nothing any more, and the BMC's few sessions
    /// would be used up. A BMC that does not answer is left after `limit`.
    private static func logOut(_ driver: any BMCDriver, within limit: Duration, _ timing: BMCTiming) async {
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

    private func enter() async {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
    }

    private func leave() {
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
