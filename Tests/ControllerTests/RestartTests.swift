import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// Restarts of machines and of the controller, and BMCs that are asked again.
@Suite struct RestartTests {
    private func resets(_ bench: Bench, _ address: String) -> Int {
        bench.resets.withLock { $0.count { $0 == address } }
    }

    @Test func aMachineThatBootsIsNotResetByRestartsOfTheController() async throws {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        try await bench.inspect("node-1")
        try await bench.settle("node-1")
        #expect(resets(bench, "10.0.0.1") == 1)
        for _ in 1...5 {
            bench.pass(180)
            try bench.restart()
            try await bench.controller.resume()
            try await bench.controller.tick()
            try await bench.settle("node-1")
        }
        #expect(resets(bench, "10.0.0.1") == 1)
        #expect(try await bench.controller.explain("node-1").attemptsLeft == 3)
        bench.pass(1200)
        try bench.restart()
        try await bench.controller.resume()
        try await bench.settle("node-1")
        #expect(resets(bench, "10.0.0.1") == 2)
        #expect(try await bench.controller.explain("node-1").attemptsLeft == 2)
        #expect(
            try await bench.timeline("node-1").contains(
                "the controller started: the machine is booted again, attempts left: 2"
            )
        )
    }

    @Test func anInstalledSystemThatIsSilentIsRestartedToItsDiskOnce() async throws {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for agent in agents { try await bench.settle(agent.name) }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        try await agents[0].succeed(try await agents[0].call(.ramdisk))
        try await bench.settle("node-1")
        let before = resets(bench, "10.0.0.1")
        bench.pass(1200)
        try await bench.controller.tick()
        try await bench.settle("node-1")
        #expect(resets(bench, "10.0.0.1") == before + 1)
        #expect(try await bench.node("node-1").state == "deploying")
        #expect(try await bench.timeline("node-1").contains("the machine was switched on or restarted to its disk"))
        bench.pass(1200)
        try await bench.controller.tick()
        try await bench.settle("node-1")
        #expect(resets(bench, "10.0.0.1") == before + 1)
        #expect(try await bench.node("node-1").state == "failed(deploying)")
        _ = try await bench.controller.act(.retry, on: "node-1", reason: "")
        try await bench.settle("node-1")
        #expect(resets(bench, "10.0.0.1") == before + 2)
        guard case .boot = try await agents[0].call(.ramdisk).action else {
            Issue.record("the image is written again")
            return
        }
    }

    @Test func anOperatorHasTheBMCOfANodeAtRestCheckedAndItsGateOpened() async throws {
        let bench = try Bench()
        for agent in try await Fleet.inspected(bench) { try await bench.settle(agent.name) }
        let answer = "BMC 10.0.0.1 answers: fake 1.0, power on"
        let said = try await bench.controller.act(.verify, on: "node-1", reason: "")
        #expect(said == "node-1: available, and its BMC is being asked: rackwright explain node-1")
        try await bench.settle("node-1")
        #expect(try await bench.node("node-1").evidence == answer)
        let first = try await bench.timeline("node-1").count { $0.hasSuffix(answer) }
        _ = try await bench.controller.act(.verify, on: "node-1", reason: "")
        try await bench.settle("node-1")
        #expect(try await bench.timeline("node-1").count { $0.hasSuffix(answer) } == first + 1, "an answer each time")

        bench.bmcPassword.withLock { $0 = "another-one" }
        for _ in 1...2 {
            let before = bench.logins.withLock { $0 }
            _ = try await bench.controller.act(.verify, on: "node-1", reason: "")
            try await bench.settle("node-1")
            #expect(bench.logins.withLock { $0 } == before + 1, "one login for one word of the operator's")
            let node = try await bench.node("node-1")
            #expect(node.state == "available")
            #expect(node.evidence.hasPrefix("the check of the BMC failed: "))
        }
        bench.bmcPassword.withLock { $0 = Bench.password }
        _ = try await bench.controller.act(.verify, on: "node-1", reason: "")
        try await bench.settle("node-1")
        #expect(try await bench.node("node-1").evidence == answer)
    }

    @Test func aRunThatIsStoppedWhileItStartsItsNodesStartsNone() async throws {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for agent in agents { try await bench.settle(agent.name) }
        _ = try await bench.controller.makePlan()
        bench.beforeWrites.withLock {
            // The plan is applied, the run decides whom to start; then it is stopped.
            $0 = [{}, {}, { [bench] in _ = try await bench.controller.stop(run: "run-1", reason: "") }]
        }
        _ = try await bench.controller.apply(1)
        #expect(try await bench.controller.run("run-1").state == "stopped")
        for agent in agents { #expect(try await bench.node(agent.name).state == "available") }
    }

    @Test func aPlanWhoseNodeWasDeletedNamesItAndTheWayOn() async throws {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for agent in agents { try await bench.settle(agent.name) }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.act(.delete, on: "node-2", reason: "")
        let problem = await #expect(throws: ControllerProblem.self) { try await bench.controller.apply(1) }
        #expect(problem?.reasons == ["node 'node-2' of plan 1 was deleted; make a new plan: rackwright plan"])
    }
}
