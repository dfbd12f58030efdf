import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// Power that operators switch themselves.
struct PowerOrderTests {
    @Test func whatIsSoAlreadyIsNotAskedFor() async throws {
        let bench = try await Bench.enrolled()
        let answer = try await bench.controller.setPower(of: "node-1", SetPower(action: .on))
        #expect(answer.message == "node-1: the power was on already")
        #expect(bench.resets.withLock { $0 }.isEmpty)
    }

    @Test func aResetIsOnTheTimelineWithItsReason() async throws {
        let bench = try await Bench.enrolled()
        _ = try await bench.controller.setPower(of: "node-1", SetPower(action: .reset, reason: "hangs"))
        #expect(bench.resets.withLock { $0 } == ["10.0.0.1"])
        #expect(try await bench.timeline("node-1").contains("power reset asked for (hangs)"))
        #expect(try await bench.controller.power(of: "node-1").message == "node-1: the power is on")
    }

    @Test func aNodeThatIsBeingWorkedOnKeepsItsPowerUnlessForced() async throws {
        let bench = try await Bench.enrolled()
        _ = try await bench.controller.act(.inspect, on: "node-1", reason: "")
        try await bench.settle("node-1")
        let before = bench.resets.withLock { $0.count }
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.setPower(of: "node-1", SetPower(action: .reset))
        }
        #expect(problem?.kind == .conflict)
        #expect(problem?.reasons.first?.contains("inspecting") == true)
        #expect(bench.resets.withLock { $0.count } == before)
        _ = try await bench.controller.setPower(of: "node-1", SetPower(action: .reset, force: true))
        #expect(bench.resets.withLock { $0.count } == before + 1)
    }
}
