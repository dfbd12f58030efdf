import BMC
import Synchronization
import Testing

/// A BMC has few sessions: each is closed, however its operation ends.
struct GateSessionTests {
    let machine = FakeMachine()

    private var openSessions: Int { machine.state.withLock { $0.openSessions } }

    private func gate(limit: @escaping @Sendable (Duration) async throws -> Void) -> BMCGate {
        let machine = machine
        return BMCGate(
            endpoint: BMCEndpoint(
                protocol: .redfish,
                address: "192.0.2.1",
                username: "admin",
                password: Secret("secret")
            ),
            timing: BMCTiming(now: { .zero }, sleep: { _ in }, jitter: { 0 }, limit: limit),
            connect: { try machine.connect($0) }
        )
    }

    @Test func anOperationThatIsCancelledLogsOutAllTheSame() async throws {
        machine.state.withLock { $0.hangs = true }
        let gate = gate { try await Task.sleep(for: $0) }
        let operation = Task { try await gate.powerState() }
        while openSessions == 0 { await Task.yield() }
        operation.cancel()
        let result = await operation.result
        #expect(throws: (any Error).self) { try result.get() }
        #expect(openSessions == 0)
    }

    @Test func anOperationThatIsNotDoneInTimeLogsOutAllTheSame() async throws {
        machine.state.withLock { $0.hangs = true }
        let machine = machine
        let gate = gate { limit in
            guard limit == BMCPolicy().deadline else { return try await Task.sleep(for: limit) }
            while machine.state.withLock({ $0.openSessions }) == 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
        let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
        #expect(error?.kind == .timeout)
        #expect(machine.state.withLock { $0.logins } == BMCPolicy().attempts)
        #expect(machine.state.withLock { $0.mostAtOnce } == 1)
        #expect(openSessions == 0)
    }

    @Test func aLogOutWithoutAnAnswerHoldsNobodyUp() async throws {
        machine.state.withLock { $0.logOutHangs = true }
        let gate = gate { limit in
            if limit != BMCPolicy().closeDeadline { try await Task.sleep(for: limit) }
        }
        #expect(try await gate.powerState() == .off)
        machine.state.withLock { $0.logOutHangs = false }
    }

    // MARK: One session for several operations

    private func keepingGate(_ clock: FakeClock, reap: @escaping @Sendable () async throws -> Void) -> BMCGate {
        let machine = machine
        return BMCGate(
            endpoint: BMCEndpoint(
                protocol: .redfish,
                address: "192.0.2.1",
                username: "admin",
                password: Secret("secret")
            ),
            policy: BMCPolicy(keptRedfishSession: .seconds(300)),
            timing: BMCTiming(
                now: { clock.now },
                sleep: { clock.advance(by: $0) },
                jitter: { 0 },
                limit: { limit in
                    guard limit <= .seconds(300), limit != BMCPolicy().deadline, limit != BMCPolicy().closeDeadline
                    else {
                        return try await Task.sleep(for: limit)
                    }
                    try await reap()
                }
            ),
            connect: { try machine.connect($0) }
        )
    }

    @Test func operationsShareOneSessionWhichEndsWhenItIsOutOfUse() async throws {
        let clock = FakeClock()
        let (isOver, over) = AsyncStream<Void>.makeStream()
        let gate = keepingGate(clock) { for await _ in isOver { return } }
        for _ in 0..<5 {
            #expect(try await gate.powerState() == .off)
            clock.advance(by: .seconds(200))
        }
        #expect(machine.state.withLock { $0.logins } == 1)
        #expect(openSessions == 1)
        clock.advance(by: .seconds(100))
        over.yield()
        for _ in 0..<10_000 where openSessions > 0 { await Task.yield() }
        #expect(openSessions == 0, "300 seconds after the last operation")
        _ = try await gate.powerState()
        #expect(machine.state.withLock { $0.logins } == 2)
        await gate.closeKept()
        for _ in 0..<10_000 where openSessions > 0 { await Task.yield() }
        #expect(openSessions == 0)
        over.finish()
    }

    @Test func aSessionThatTheBMCEndedMeanwhileCostsOneLoginAndNoPause() async throws {
        let clock = FakeClock()
        let gate = keepingGate(clock) { try await Task.sleep(for: .seconds(3600)) }
        _ = try await gate.powerState()
        machine.state.withLock { $0.readFailures = [.timeout] }
        #expect(try await gate.powerState() == .off)
        #expect(machine.state.withLock { $0.logins } == 2)
        #expect(clock.now == .zero)
        machine.state.withLock { $0.readFailures = [.timeout, .timeout] }
        let error = await #expect(throws: BMCError.self) { try await gate.glance(within: .seconds(10)) }
        #expect(error?.kind == .timeout, "a glance has one attempt with a new session")
        #expect(openSessions == 0)
    }

    @Test func aChangedPasswordEndsTheSessionOfTheOldOne() async throws {
        let gate = keepingGate(FakeClock()) { try await Task.sleep(for: .seconds(3600)) }
        _ = try await gate.powerState()
        var endpoint = await gate.endpoint
        endpoint.password = Secret("other")
        await gate.update(endpoint)
        let error = await #expect(throws: BMCError.self) { _ = try await gate.powerState() }
        #expect(error?.kind == .wrongCredentials)
        for _ in 0..<10_000 where openSessions > 0 { await Task.yield() }
        #expect(openSessions == 0)
    }

    @Test func aGlanceDoesNotWaitForAnOperation() async throws {
        machine.state.withLock { $0.hangs = true }
        let gate = keepingGate(FakeClock()) { try await Task.sleep(for: .seconds(3600)) }
        let operation = Task { try await gate.powerState() }
        while openSessions == 0 { await Task.yield() }
        #expect(try await gate.glance(within: .seconds(10)) == nil)
        operation.cancel()
        _ = await operation.result
        #expect(openSessions == 0)
    }
}
