import BMC
import Synchronization
import Testing

/// A machine whose BMC does what a test says.
final class FakeMachine: Sendable {
    struct State {
        var power = PowerState.off
        var boot = BootSetting(device: BootDevice.none)
        /// Looks at the power until a change is seen.
        var lag = 0
        var pending: PowerState?
        var failures: [BMCError.Kind] = []
        /// Of looks at the power.
        var readFailures: [BMCError.Kind] = []
        var logins = 0
        var openSessions = 0
        var mostAtOnce = 0
        var ignoresPower = false
        var keepsBoot = false
        var password = "secret"
        /// Never says what the power is.
        var hangs = false
        /// Never answers a log-out.
        var logOutHangs = false
    }
    let state = Mutex(State())

    func error(_ kind: BMCError.Kind) -> BMCError {
        BMCError(kind, bmc: "fake", operation: "testing", detail: "because")
    }

    func connect(_ endpoint: BMCEndpoint) throws -> any BMCDriver {
        try state.withLock { state in
            state.logins += 1
            guard endpoint.password.reveal() == state.password else { throw error(.wrongCredentials) }
            if !state.failures.isEmpty { throw error(state.failures.removeFirst()) }
            state.openSessions += 1
            state.mostAtOnce = max(state.mostAtOnce, state.openSessions)
        }
        return Driver(machine: self)
    }

    struct Driver: BMCDriver {
        let machine: FakeMachine

        func identify() async throws -> BMCIdentity { BMCIdentity(interface: "fake") }

        func powerState() async throws -> PowerState {
            await Task.yield()
            if machine.state.withLock({ $0.hangs }) { try await Task.sleep(for: .seconds(3600)) }
            let failure = machine.state.withLock { $0.readFailures.isEmpty ? nil : $0.readFailures.removeFirst() }
            if let failure { throw machine.error(failure) }
            return machine.state.withLock { state in
                if let pending = state.pending {
                    if state.lag == 0 {
                        state.power = pending
                        state.pending = nil
                    } else {
                        state.lag -= 1
                        return .unknown("powering")
                    }
                }
                return state.power
            }
        }

        func setPower(_ action: PowerAction) async throws {
            machine.state.withLock { state in
                if state.ignoresPower || action == .gracefulShutdown { return }
                state.pending = action == .forceOff ? .off : .on
            }
        }

        func setBootDevice(_ setting: BootSetting) async throws {
            machine.state.withLock { if !$0.keepsBoot { $0.boot = setting } }
        }

        func bootDevice() async throws -> BootSetting { machine.state.withLock { $0.boot } }

        func close() async {
            while machine.state.withLock({ $0.logOutHangs }) { await Task.yield() }
            // As with any request: none is sent by a task that was cancelled.
            guard !Task.isCancelled else { return }
            machine.state.withLock { $0.openSessions -= 1 }
        }
    }
}

final class FakeClock: Sendable {
    private let time = Mutex(Duration.zero)
    var now: Duration { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

struct GateTests {
    let machine = FakeMachine()

    /// Time that passes only by sleeping.
    private func gate(password: String = "secret") -> BMCGate {
        let machine = machine
        let clock = FakeClock()
        return BMCGate(
            endpoint: endpoint(password: password),
            timing: BMCTiming(now: { clock.now }, sleep: { clock.advance(by: $0) }, jitter: { 0.5 }),
            connect: { try machine.connect($0) }
        )
    }

    private func endpoint(password: String) -> BMCEndpoint {
        BMCEndpoint(protocol: .redfish, address: "192.0.2.1", username: "admin", password: Secret(password))
    }

    @Test func powerIsWaitedForUntilItIsSeen() async throws {
        machine.state.withLock { $0.lag = 20 }
        let gate = gate()
        #expect(try await gate.ensurePower(.on) == .init(changed: true, warnings: []))
        #expect(try await gate.powerState() == .on)
        #expect(try await gate.ensurePower(.on) == .init(changed: false, warnings: []))
        #expect(machine.state.withLock { $0.openSessions } == 0, "every session was closed")
    }

    @Test func powerThatNeverComesIsSaid() async throws {
        machine.state.withLock { $0.ignoresPower = true }
        let error = await #expect(throws: BMCError.self) { _ = try await gate().ensurePower(.on) }
        #expect(error?.kind == .notObserved)
        #expect(error.map { "\($0)" }?.contains("redfish://192.0.2.1") == true)
    }

    @Test func anOperatingSystemThatDoesNotShutDownIsSwitchedOff() async throws {
        machine.state.withLock { $0.power = .on }
        let outcome = try await gate().ensurePower(.off, gracefully: true)
        #expect(outcome.changed)
        #expect(outcome.warnings.count == 1)
    }

    @Test func whatFailsInPassingIsTriedAgain() async throws {
        machine.state.withLock { $0.failures = [.timeout, .busy] }
        #expect(try await gate().powerState() == .off)
        #expect(machine.state.withLock { $0.logins } == 3)

        machine.state.withLock { $0.failures = [.refused] }
        let error = await #expect(throws: BMCError.self) { _ = try await gate().powerState() }
        #expect(error?.kind == .refused, "what was refused is not asked again")
        #expect(machine.state.withLock { $0.logins } == 4)
    }

    @Test func wrongCredentialsShutTheGateUntilTheyChange() async throws {
        let gate = gate(password: "old")
        for kind in [BMCError.Kind.wrongCredentials, .gateShut, .gateShut] {
            let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
            #expect(error?.kind == kind)
        }
        #expect(machine.state.withLock { $0.logins } == 1, "one attempt, and the account is not locked")
        await gate.update(endpoint(password: "old"))
        #expect(await gate.shutBecause != nil)
        await gate.update(endpoint(password: "secret"))
        #expect(try await gate.powerState() == .off)
    }

    @Test func oneOperationIsUnderWayAtATime() async throws {
        let gate = gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask { _ = try await gate.powerState() }
            }
            try await group.waitForAll()
        }
        #expect(machine.state.withLock { $0.mostAtOnce } == 1)
        #expect(machine.state.withLock { $0.logins } == 30)
    }

    @Test func aBootDeviceThatReadsBackOtherwiseIsAWarning() async throws {
        let gate = gate()
        let wanted = BootSetting(device: .pxe, persistence: .once, mode: .uefi)
        #expect(try await gate.ensureBootDevice(wanted) == .init(found: wanted, warnings: []))
        machine.state.withLock {
            $0.keepsBoot = true
            $0.boot = BootSetting(device: .pxe, persistence: .continuous, mode: .legacy)
        }
        let outcome = try await gate.ensureBootDevice(wanted)
        #expect(outcome.warnings.count == 2)
    }

    @Test func theGateOfABMCIsTheSameForAll() async throws {
        let machine = machine
        let gates = BMCGates { try machine.connect($0) }
        let first = await gates.gate(for: endpoint(password: "old"))
        let second = await gates.gate(for: endpoint(password: "secret"))
        #expect(first === second)
        #expect(try await first.powerState() == .off, "with the newer password")
    }

    @Test func aSecretIsNotShown() {
        let endpoint = endpoint(password: "hush")
        var text = ""
        dump(endpoint, to: &text)
        #expect(!text.contains("hush"))
        #expect(!"\(endpoint)\(endpoint.password)".contains("hush"))
        #expect(!String(reflecting: endpoint.password).contains("hush"))
    }

    @Test func whatADriverLacksIsSaidWithTheBMCAndWhatWasWanted() async throws {
        let gate = gate()
        let error = await #expect(throws: BMCError.self) { _ = try await gate.sensors() }
        #expect(error?.kind == .notSupported)
        #expect(error?.description.contains("redfish://192.0.2.1, reading the sensors") == true)
        await #expect(throws: BMCError.self) { _ = try await gate.inventory() }
        await #expect(throws: BMCError.self) { _ = try await gate.eventLog(limit: 1) }
        await #expect(throws: BMCError.self) { try await gate.clearEventLog() }
        #expect(machine.state.withLock { $0.logins } == 4, "none is tried again")
        #expect(machine.state.withLock { $0.openSessions } == 0)
    }
}
