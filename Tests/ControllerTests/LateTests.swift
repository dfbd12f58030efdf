import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// Reports after their deadline, and deadlines of work that comes further.
@Suite struct LateTests {
    private func deploying() async throws -> (Bench, [TestAgent]) {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for agent in agents { try await bench.settle(agent.name) }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        return (bench, agents)
    }

    @Test func aReportAfterItsDeadlineCounts() async throws {
        let (bench, deployed) = try await deploying()
        var agents = deployed
        let run = try await Fleet.bringToSteps(&agents[0])
        bench.pass(100_000)
        try await bench.controller.tick()
        #expect(try await bench.node("node-1").state == "failed(deploying)")
        try await agents[0].succeed(run)
        let node = try await bench.node("node-1")
        #expect(node.state == "active")
        #expect(node.generation == 1)
        #expect(node.role == "control")
    }

    @Test func stepsThatComeFurtherAreNotCutOffAndOnesThatWaitAre() async throws {
        let (bench, deployed) = try await deploying()
        var agents = deployed
        let run = try await Fleet.bringToSteps(&agents[0])
        var number = 0
        func say(_ state: StepEvent.State) async throws {
            bench.pass(800)
            let step = StepEvent(bundle: run.id, index: 1, service: "directory", subject: "a task", state: state)
            let batch = EventBatch(bootID: "b", first: number, events: [AgentEvent(at: bench.now, kind: .step(step))])
            number = try await bench.controller.takeEvents(batch, from: agents[0].id).next
            try await bench.controller.tick()
        }
        for _ in 1...10 { try await say(.changed) }
        #expect(try await bench.node("node-1").state == "deploying")
        for _ in 1...10 { try await say(.waiting) }
        #expect(try await bench.node("node-1").state == "failed(deploying)")
    }

    @Test func anImageThatIsWrittenSlowlyIsNotCutOffAndOneThatStandsStillIs() async throws {
        let (bench, agents) = try await deploying()
        let write = try await agents[0].call(.ramdisk)
        var number = 0
        func say(_ done: UInt64) async throws {
            bench.pass(800)
            let kind = AgentEvent.Kind.progress(instruction: write.id, stage: "write", done: done, total: 1000)
            let batch = EventBatch(bootID: "b", first: number, events: [AgentEvent(at: bench.now, kind: kind)])
            number = try await bench.controller.takeEvents(batch, from: agents[0].id).next
        }
        let before = bench.resets.withLock { $0.count }
        for done in 1...10 {
            try await say(UInt64(done))
            try await bench.controller.tick()
        }
        try await bench.settle("node-1")
        #expect(bench.resets.withLock { $0.dropFirst(before).contains("10.0.0.1") } == false)
        #expect(try await bench.controller.explain("node-1").attemptsLeft == 3)
        for _ in 1...3 { try await say(10) }
        try await bench.controller.tick()
        #expect(try await bench.controller.explain("node-1").attemptsLeft == 2, "it is booted again")
    }

    @Test func aReportThatIsSetAsideIsNoted() async throws {
        let (bench, agents) = try await deploying()
        let write = try await agents[0].call(.ramdisk)
        try await agents[0].fail(write, "chunk 3")
        try await agents[0].succeed(write)
        #expect(try await bench.node("node-1").state == "failed(deploying)")
        #expect(
            try await bench.timeline("node-1").last
                == "a late report on \(write.id) was set aside: the node is failed(deploying)"
        )
    }

    @Test func aReportOnWhatIsAbortedWhileItIsTakenChangesNothing() async throws {
        let (bench, agents) = try await deploying()
        let write = try await agents[0].call(.ramdisk)
        bench.beforeWrites.withLock {
            $0 = [{ [bench] in _ = try await bench.controller.act(.abort, on: "node-1", reason: "") }]
        }
        try await agents[0].succeed(write)
        #expect(try await bench.node("node-1").state == "available")
        #expect(try await bench.timeline("node-1").last == "a late report on \(write.id) was set aside")
    }
}
