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
}
