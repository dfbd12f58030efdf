import BMC
import Synchronization
import Testing

/// Many BMCs asked for one thing.
struct PowerSweepTests {
    private func fleet(_ count: Int) -> [(machine: FakeMachine, gate: BMCGate)] {
        (0..<count).map { number in
            let machine = FakeMachine()
            machine.state.withLock { $0.power = number.isMultiple(of: 2) ? .on : .off }
            let endpoint = BMCEndpoint(
                protocol: .redfish,
                address: "192.0.2.\(number)",
                username: "admin",
                password: Secret("secret")
            )
            return (machine, BMCGate(endpoint: endpoint) { try machine.connect($0) })
        }
    }

    @Test func eachIsAskedOnceAndNoMoreThanAllowedAtATime() async throws {
        let fleet = fleet(100)
        let gates = fleet.map(\.gate)
        let found = Mutex<[Int: PowerSweep.Answer]>([:])
        let asking = Mutex((now: 0, most: 0))
        try await PowerSweep(width: 8).run(over: Array(fleet.indices)) { index in
            asking.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            return gates[index]
        } report: { index, answer in
            asking.withLock { $0.now -= 1 }
            found.withLock { $0[index] = answer }
        }
        let expected = (0..<100).map { ($0, PowerSweep.Answer.state($0.isMultiple(of: 2) ? .on : .off)) }
        #expect(found.withLock { $0 } == Dictionary(uniqueKeysWithValues: expected))
        #expect(asking.withLock { $0.most } <= 8)
        #expect(fleet.allSatisfy { $0.machine.state.withLock { $0.logins } == 1 })
    }

    @Test func oneThatFailsOrIsInUseHoldsNobodyUp() async throws {
        let fleet = fleet(3)
        fleet[0].machine.state.withLock { $0.password = "other" }
        fleet[1].machine.state.withLock { $0.hangs = true }
        let operation = Task { [gate = fleet[1].gate] in try await gate.powerState() }
        while fleet[1].machine.state.withLock({ $0.openSessions }) == 0 { await Task.yield() }
        let gates = fleet.map(\.gate)
        let found = Mutex<[Int: PowerSweep.Answer]>([:])
        try await PowerSweep().run(over: [0, 1, 2]) {
            gates[$0]
        } report: { index, answer in
            found.withLock { $0[index] = answer }
        }
        operation.cancel()
        _ = await operation.result
        let answers = found.withLock { $0 }
        guard case .failed(let error)? = answers[0] else { return #expect(Bool(false), "\(answers)") }
        #expect(error.kind == .wrongCredentials)
        #expect(answers[1] == .inUse)
        #expect(answers[2] == .state(.on))
    }

    @Test func theQuestionsAreSpreadOverThePeriod() async throws {
        let gates = fleet(60).map(\.gate)
        let clock = FakeClock()
        let timing = BMCTiming(now: { clock.now }, sleep: { clock.advance(by: $0) }, jitter: { 0 })
        try await PowerSweep(period: .seconds(60)).run(over: Array(gates.indices), timing: timing) {
            gates[$0]
        } report: { _, _ in
        }
        #expect(clock.now == .seconds(59), "the last of sixty begins a second before the minute is over")
    }

    @Test func allSessionsAreClosedAtTheEnd() async throws {
        let machines = (0..<200).map { _ in FakeMachine() }
        let gates = BMCGates(policy: BMCPolicy(keptRedfishSession: .seconds(300))) { endpoint in
            try machines[Int(endpoint.username) ?? 0].connect(endpoint)
        }
        try await PowerSweep().run(over: Array(machines.indices)) { index in
            await gates.gate(
                for: BMCEndpoint(
                    protocol: .redfish,
                    address: "192.0.2.\(index)",
                    username: "\(index)",
                    password: Secret("secret")
                )
            )
        } report: { _, _ in
        }
        let open = { machines.filter { $0.state.withLock { $0.openSessions } > 0 }.count }
        #expect(open() == 200)
        // As long as it takes where a thousand other tests run beside it.
        await gates.closeSessions(width: 16, within: .seconds(600))
        #expect(open() == 0)
    }
}
