import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// An operator gives an operation up, and the node's agent follows.
@Suite struct AbortTests {
    private func deploying() async throws -> (Bench, TestAgent) {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for agent in agents { try await bench.settle(agent.name) }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        return (bench, agents[0])
    }

    private func isStop(_ instruction: Instruction, of id: String) -> Bool {
        guard case .stop(let stopped) = instruction.action else { return false }
        return stopped == id && instruction.id == "stop-\(id)"
    }

    private func isWait(_ instruction: Instruction) -> Bool {
        if case .wait = instruction.action { true } else { false }
    }

    @Test func anAgentAtWorkOnWhatWasAbortedIsToldToStop() async throws {
        let (bench, agent) = try await deploying()
        let write = try await agent.call(.ramdisk)
        #expect(try await agent.call(.ramdisk, busyWith: write.id) == write, "what is wanted goes on")
        let said = try await bench.controller.act(.abort, on: "node-1", reason: "")
        #expect(said.hasSuffix("its agent was at work on \(write.id) and is told to stop when it calls"))
        #expect(try await bench.node("node-1").evidence.contains("is told to stop"))
        for _ in 1...3 { #expect(isStop(try await agent.call(.ramdisk, busyWith: write.id), of: write.id)) }
        _ = try await bench.controller.act(.setMaintenance, on: "node-1", reason: "fan")
        #expect(isStop(try await agent.call(.ramdisk, busyWith: write.id), of: write.id), "in maintenance too")
        let told = try await bench.timeline("node-1").filter { $0.hasSuffix("it is told to stop") }
        #expect(told == ["the agent is at work on \(write.id), which is not wanted any more: it is told to stop"])
        try await agent.fail(write, "given up")
        #expect(try await bench.timeline("node-1").last == "a late report on \(write.id) (given up) was set aside")
        #expect(try await bench.node("node-1").state == "available")
        #expect(isWait(try await agent.call(.ramdisk)))
    }

    @Test func anInstructionThatWasGivenAndNotBegunIsStoppedToo() async throws {
        let (bench, agent) = try await deploying()
        let write = try await agent.call(.ramdisk)
        let said = try await bench.controller.act(.abort, on: "node-1", reason: "")
        #expect(said.contains(write.id))
        #expect(isWait(try await agent.call(.ramdisk)), "it calls before it has begun")
        #expect(isStop(try await agent.call(.ramdisk, busyWith: write.id), of: write.id))
        try await agent.succeed(write)
        #expect(try await bench.node("node-1").state == "available")
    }

    @Test func whatIsAbortedWhileItIsGivenIsNotGiven() async throws {
        let (bench, agent) = try await deploying()
        bench.beforeWrites.withLock {
            $0 = [{ [bench] in _ = try await bench.controller.act(.abort, on: "node-1", reason: "") }]
        }
        #expect(isWait(try await agent.call(.ramdisk)))
        #expect(try await bench.node("node-1").evidence == "the deployment was aborted by the operator")
    }
}

/// A node that says it carries another plan than the controller knows.
@Suite struct NodeClaimTests {
    @Test func aNodeThatWentOnWithAnAbortedUpgradeIsTakenAtItsWord() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        bench.webVersion.withLock { $0 = "2" }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(2)
        _ = try await agents[1].call(.host)
        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        #expect(try await bench.node("node-2").generation == 1)
        _ = try await agents[1].call(.host, generation: 2)
        let node = try await bench.node("node-2")
        #expect(node.generation == 2)
        #expect(
            node.evidence
                == "the node says that it carries plan 2, the controller knew plan 1: the node's word was taken"
        )
        bench.webVersion.withLock { $0 = "1" }
        let plan = try await bench.controller.makePlan()
        #expect(plan.nodes.map(\.name) == ["node-2"], "what is there is undone, and not taken for unchanged")
    }

    @Test func aWordThatCannotBeTakenIsSaidOnceAndShown() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        let words = "the node says that it carries plan 9, the controller knows plan 1"
        for _ in 1...3 {
            _ = try await agents[1].call(.host, generation: 9)
            bench.pass(61)
        }
        let explanation = try await bench.controller.explain("node-2")
        #expect(explanation.summary.generation == 1)
        #expect(explanation.summary.evidence == "plan 1 is carried out; \(words)")
        #expect(try await bench.timeline("node-2").filter { $0 == words }.count == 1)
        let plan = try await bench.controller.makePlan()
        #expect(plan.notes == ["node-2: \(words): compare it by hand, or redeploy it"])
        _ = try await agents[1].call(.host, generation: 1)
        #expect(try await bench.node("node-2").evidence == "plan 1 is carried out")
    }
}
