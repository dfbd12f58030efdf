import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct RolloutTests {
    @Test func nodesBecomeActiveAndTheGateOpensWhenTheDirectoryIsUp() async throws {
        let bench = try Bench()
        var agents = try await Fleet.inspected(bench)
        let plan = try await bench.controller.makePlan()
        #expect(plan.nodes.map { "\($0.name) \($0.role)" } == ["node-1 control", "node-2 worker", "node-3 worker"])
        #expect(try await bench.node("node-1").state == "available", "a plan touches nothing")
        _ = try await bench.controller.apply(1)
        await #expect(throws: ControllerProblem.self) { try await bench.controller.apply(1) }

        let worker = try await Fleet.bringToSteps(&agents[1])
        let gate = GateRequest(bundle: worker.id, index: 0)
        let closed = try await bench.controller.gate(gate, from: agents[1].id)
        #expect(closed.open == false)
        #expect(closed.waitingFor == ["directory on node-1 (deploying)"])

        let control = try await Fleet.bringToSteps(&agents[0])
        let up = AgentEvent(
            at: bench.now,
            kind: .step(StepEvent(bundle: control.id, index: 4, service: "directory", subject: "", state: .serviceDone))
        )
        let batch = EventBatch(bootID: "node-1-2", first: 0, events: [up])
        #expect(try await bench.controller.takeEvents(batch, from: agents[0].id).next == 1)
        #expect(try await bench.controller.gate(gate, from: agents[1].id).open)

        try await agents[0].succeed(control)
        try await agents[1].succeed(worker)
        #expect(try await bench.node("node-1").state == "active")
        #expect(try await bench.node("node-1").generation == 1)
        #expect(try await bench.controller.run("latest").state == "running")
        let last = try await Fleet.bringToSteps(&agents[2])
        try await agents[2].succeed(last)
        #expect(try await bench.controller.run("latest").state == "succeeded")
        #expect(try await bench.controller.makePlan().nodes == [], "nothing is left to do")
    }

    @Test func aReportSaidAgainOrTooLateChangesNothing() async throws {
        let bench = try Bench()
        var agents = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        let write = try await agents[0].call(.ramdisk)
        let run = try await Fleet.bringToSteps(&agents[0])
        try await agents[0].succeed(run)
        let before = try await bench.controller.explain("node-1")
        for instruction in [run, write] { try await agents[0].succeed(instruction) }
        let after = try await bench.controller.explain("node-1")
        #expect(after.summary == before.summary)
        #expect(after.timeline == before.timeline, "not even a line")
        try await agents[0].succeed(Instruction(id: "write-1-1", action: .sendInventory()))
        #expect(try await bench.node("node-1").state == "active")
        #expect(
            try await bench.controller.explain("node-1").timeline.last?.text
                == "a late report on write-1-1 was set aside"
        )
    }

    @Test func aControllerThatIsRestartedGoesOnWhereItWas() async throws {
        let bench = try Bench()
        var agents = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        let write = try await agents[0].call(.ramdisk)
        try await agents[0].succeed(write)
        bench.pass(100_000)
        try bench.restart()
        try await bench.controller.resume()
        try await bench.controller.tick()
        #expect(try await bench.node("node-1").state == "deploying", "its agent is given time to be heard of")
        let boot = try await agents[0].call(.ramdisk)
        guard case .boot = boot.action else {
            Issue.record("\(boot)")
            return
        }
        try await agents[0].succeed(boot)
        agents[0].boot += 1
        try await agents[0].succeed(try await agents[0].call(.host))
        #expect(try await bench.node("node-1").state == "active")
    }

    @Test func anUpgradeGoesOnWhenItsCanaryIsDone() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        bench.webVersion.withLock { $0 = "2" }
        let plan = try await bench.controller.makePlan()
        #expect(plan.waves == [["node-2"], ["node-3"]])
        _ = try await bench.controller.apply(2)
        #expect(try await bench.node("node-2").state == "servicing")
        #expect(try await bench.node("node-3").state == "active")
        try await agents[1].succeed(try await agents[1].call(.host))
        #expect(try await bench.node("node-3").state == "servicing")
        try await agents[2].succeed(try await agents[2].call(.host))
        #expect(try await bench.controller.run("latest").state == "succeeded")
        #expect(try await bench.node("node-3").generation == 2)
        #expect(try await bench.node("node-1").generation == 1)
    }

    @Test func aCanaryThatRolledBackStopsTheRunAndLeavesTheOther() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        bench.webVersion.withLock { $0 = "2" }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(2)
        let run = try await agents[1].call(.host)
        let failure = InstructionReport.Failure(
            reason: "step 5, service web: the health check did not hold",
            step: 5,
            service: "web",
            task: "version",
            output: "got v1\nwanted v2",
            rolledBack: true
        )
        let report = InstructionReport(instruction: run.id, outcome: .failed(failure))
        try await bench.controller.takeReport(report, from: agents[1].id)
        let explanation = try await bench.controller.explain("node-2")
        #expect(explanation.summary.state == "active")
        #expect(explanation.summary.generation == 1)
        #expect(explanation.lastFailure.contains("step 5, service web: the health check did not hold"))
        #expect(explanation.lastFailure.contains("wanted v2"))
        try await bench.controller.takeReport(report, from: agents[1].id)
        #expect(try await bench.controller.explain("node-2") == explanation, "said again, it changes nothing")
        try await bench.controller.tick()
        let ended = try await bench.controller.run("latest")
        #expect(ended.state == "failed")
        #expect(ended.nodes.map(\.state) == ["rolled-back", "pending"])
        #expect(try await bench.node("node-3").state == "active")
        guard case .wait = try await agents[2].call(.host).action else {
            Issue.record("the other node was touched")
            return
        }
    }

    @Test func anAbortedDeploymentIsNotStartedAgainByItsRun() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        for name in ["node-1", "node-2", "node-3"] { _ = try await bench.controller.act(.abort, on: name, reason: "") }
        try await bench.controller.tick()
        try await bench.controller.tick()
        #expect(try await bench.node("node-1").state == "available")
        #expect(try await bench.controller.run("latest").state == "failed")
    }

    @Test func aPlanIsNotAppliedToANodeInMaintenance() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.act(.setMaintenance, on: "node-2", reason: "fan")
        let problem = await #expect(throws: ControllerProblem.self) { try await bench.controller.apply(1) }
        #expect(problem?.reasons == ["node-2 is in maintenance (fan) and part of plan 1"])
    }

    @Test func eventsAreKeptOnce() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let id = try await bench.node("node-1").id
        func send(_ first: Int, _ texts: [String], boot: String = "b1") async throws -> Int {
            let events = texts.map { AgentEvent(at: bench.now, kind: .note($0)) }
            return try await bench.controller.takeEvents(
                EventBatch(bootID: boot, first: first, events: events),
                from: id
            ).next
        }
        #expect(try await send(0, ["e0", "e1"]) == 2)
        #expect(try await send(0, ["e0", "e1"]) == 2)
        #expect(try await send(1, ["e1", "e2"]) == 3)
        #expect(try await send(9, ["e9"]) == 10, "the agent's queue is bounded: what it dropped is not asked for again")
        #expect(try await send(.min, ["x"]) == 10)
        #expect(try await send(0, ["f0"], boot: "b2") == 1)
        let texts = try await bench.controller.timeline("node-1", after: 0, limit: 100).map(\.text)
        #expect(texts.filter { $0.count == 2 } == ["e0", "e1", "e2", "e9", "f0"])
    }
}
