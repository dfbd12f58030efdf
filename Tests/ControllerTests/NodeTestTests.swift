import AgentAPI
import Inventory
import Lifecycle
import OperatorAPI
import Store
import Testing

@testable import ControllerCore

@Suite struct NodeTestTests {
    private func order(_ instruction: Instruction) throws -> CheckWriting {
        guard case .checkWriting(let order) = instruction.action else { throw CancellationError() }
        return order
    }

    private func machine(mismatches: Int = 0, disk errors: Int = 0) -> Inventory {
        var inventory = Inventory(
            bootMode: .uefi,
            cpu: Inventory.CPU(threads: 2),
            memory: Inventory.Memory(total: 2048 << 20),
            disks: [Inventory.Disk(name: "vda", serial: "S-node-1", size: 8_000_000_000)]
        )
        var disk = Inventory.Health.Disk(name: "vda", errors: errors, duration: 60)
        (disk.written, disk.mismatches, disk.serial) = (1 << 30, 0, "S-node-1")
        inventory.burnIn = Inventory.Health(
            depth: .burnIn,
            memory: .init(tested: 1 << 30, mismatches: mismatches, threads: 2, duration: 30),
            disks: [disk]
        )
        inventory.health = inventory.burnIn
        return inventory
    }

    private func report(_ agent: TestAgent, _ instruction: Instruction, _ inventory: Inventory) async throws {
        let report = InventoryReport(instruction: instruction.id, inventory: inventory)
        try await agent.bench.controller.takeInventory(report, from: agent.id)
        try await agent.succeed(instruction)
    }

    @Test func disksAreOverwrittenForAnApprovalAndOnce() async throws {
        let bench = try Bench()
        let agent = try await Fleet.inspected(bench)[0]
        let controller = try bench.controller
        let asked = try await controller.test("node-1", TestNode(burnIn: true, minutes: 2))
        #expect(asked.needsApproval && asked.number == 1)
        #expect(asked.disks == [TestReport.Disk(name: "vda", size: 8_000_000_000, serial: "S-node-1")])
        #expect(try await bench.node("node-1").state == "available", "nothing happens without its approval")
        guard case .wait = try await agent.call(.ramdisk).action else { throw CancellationError() }

        _ = try await controller.approveTest(of: "node-1", ApproveTest(number: 1))
        #expect(try await bench.node("node-1").state == "testing")
        let instruction = try await agent.call(.ramdisk)
        let found = try order(instruction)
        #expect(found.disks.map(\.serial) == ["S-node-1"] && found.seconds == 120 && found.load == 120)
        #expect(try await agent.call(.ramdisk) == instruction, "its answer may have been lost: the same approval")
        let again = await #expect(throws: ControllerProblem.self) {
            try await controller.approveTest(of: "node-1", ApproveTest(number: 1))
        }
        #expect(again?.kind == .conflict)

        try await report(agent, instruction, machine())
        let node = try await bench.node("node-1")
        #expect(node.state == "available" && node.quarantined == nil)
        #expect(
            try await bench.timeline("node-1").contains {
                $0.hasPrefix("the test found nothing wrong: 1024 MiB of memory for 30.0 s; 1024 MiB of vda overwritten")
            }
        )
        let spent = await #expect(throws: ControllerProblem.self) {
            try await controller.approveTest(of: "node-1", ApproveTest(number: 1))
        }
        #expect(spent?.reasons.first?.contains("was begun before, and is begun once") == true)
    }

    @Test func whatATestFoundIsKeptOverLaterInspections() async throws {
        let bench = try Bench()
        let agent = try await Fleet.inspected(bench)[0]
        let controller = try bench.controller
        _ = try await controller.test("node-1", TestNode())
        let test = try await agent.call(.ramdisk)
        #expect(try order(test).disks.isEmpty && order(test).load == 600)
        try await report(agent, test, machine())
        _ = try await controller.act(.inspect, on: "node-1", reason: "")
        var later = machine()
        (later.burnIn, later.health) = (nil, nil)
        try await report(agent, try await agent.call(.ramdisk), later)
        #expect(try await controller.inventory("node-1").burnIn?.memory?.tested == 1 << 30)
        #expect(try await controller.drift("node-1").findings.isEmpty)
        // Of another machine in its place nothing was tested.
        _ = try await controller.act(.inspect, on: "node-1", reason: "")
        later.system.uuid = "another"
        try await report(agent, try await agent.call(.ramdisk), later)
        #expect(try await controller.inventory("node-1").burnIn == nil)
    }

    @Test func aMachineThatFailsItsTestIsQuarantinedWithTheReason() async throws {
        let bench = try Bench()
        let agent = try await Fleet.inspected(bench)[0]
        _ = try await bench.controller.test("node-1", TestNode())
        let instruction = try await agent.call(.ramdisk)
        try await report(agent, instruction, machine(mismatches: 3, disk: 1))
        let reason = "its test failed: 3 words of memory differ, and 1 more"
        #expect(try await bench.node("node-1").quarantined == reason)
        let line = "the test failed: 3 words of memory differ; disk vda S-node-1: 1 reads or writes failed"
        #expect(try await bench.timeline("node-1").count { $0 == line } == 1)
        // What was heard by LLDP comes after; an operator has looked meanwhile.
        _ = try await bench.controller.act(.release, on: "node-1", reason: "")
        try await report(agent, instruction, machine(mismatches: 3, disk: 1))
        #expect(try await bench.node("node-1").quarantined == nil)
    }

    @Test func aPowerCutInTheMiddleDoesNotRepeatIt() async throws {
        let bench = try Bench()
        var agent = try await Fleet.inspected(bench)[0]
        _ = try await bench.controller.test("node-1", TestNode(burnIn: true))
        _ = try await bench.controller.approveTest(of: "node-1", ApproveTest(number: 1))
        _ = try order(try await agent.call(.ramdisk))
        try bench.restart()
        try await bench.controller.resume()
        agent.boot += 1
        guard case .wait = try await agent.call(.ramdisk).action else { throw CancellationError() }
        let node = try await bench.controller.explain("node-1")
        #expect(node.summary.state == "failed(testing)" && node.summary.quarantined != nil)
        #expect(node.failure?.contains("what overwrites disks is not begun again") == true)
    }

    @Test func whatHappenedSinceTheQuestionMakesTheApprovalVoid() async throws {
        let bench = try Bench()
        let agent = try await Fleet.inspected(bench)[0]
        let controller = try bench.controller
        _ = try await controller.test("node-1", TestNode(burnIn: true))
        _ = try await controller.act(.inspect, on: "node-1", reason: "")
        try await agent.inventory(try await agent.call(.ramdisk), memory: 2048)
        let late = await #expect(throws: ControllerProblem.self) {
            try await controller.approveTest(of: "node-1", ApproveTest(number: 1))
        }
        #expect(late?.reasons.first?.contains("something was done with node-1 after test 1 was asked for") == true)
        #expect(try await controller.test("node-1", TestNode(burnIn: true)).number == 2)
        await #expect(throws: ControllerProblem.self) {
            try await controller.approveTest(of: "node-1", ApproveTest(number: 1))
        }
        #expect(try await bench.node("node-1").state == "available")
    }

    @Test func nodesInUseAndNodesOfARunAreNotTested() async throws {
        let bench = try Bench()
        _ = try await Fleet.deployed(bench)
        for wanted in [TestNode(), TestNode(burnIn: true)] {
            let refused = await #expect(throws: ControllerProblem.self) {
                try await bench.controller.test("node-1", wanted)
            }
            #expect(refused?.reasons.first?.contains("node-1 is active") == true)
        }
        let other = try Bench()
        _ = try await Fleet.inspected(other)
        _ = try await other.controller.test("node-1", TestNode(burnIn: true))
        let id = try await other.node("node-1").id
        let run = RunRecord(
            id: "run-1",
            generation: 1,
            state: .running,
            startedAt: 0,
            wave: 0,
            approvedWaves: 0,
            members: [
                .init(
                    node: id,
                    name: "node-1",
                    role: "control",
                    wave: 1,
                    operation: "deploy",
                    state: .pending,
                    detail: "",
                    needsApproval: true,
                    maxFailed: 0
                )
            ]
        )
        try await other.controller.store.write { try $0.put(run) }
        let held = await #expect(throws: ControllerProblem.self) {
            try await other.controller.approveTest(of: "node-1", ApproveTest(number: 1))
        }
        #expect(held?.reasons == ["node-1 is part of run run-1, which is under way"])
    }

    @Test func disksAreNamedAndUnknownOnesRefused() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        let controller = try bench.controller
        let named = try await controller.test("node-1", TestNode(burnIn: true, disks: ["S-node-1", "vda"]))
        #expect(named.disks.map(\.name) == ["vda"])
        let unknown = await #expect(throws: ControllerProblem.self) {
            try await controller.test("node-1", TestNode(burnIn: true, disks: ["sdx"]))
        }
        #expect(unknown?.reasons == ["node-1 has no disk 'sdx'; there are: vda (S-node-1)"])
        for wanted in [TestNode(minutes: 0), TestNode(minutes: .nan), TestNode(disks: ["vda"])] {
            await #expect(throws: ControllerProblem.self) { try await controller.test("node-1", wanted) }
        }
        _ = try await controller.act(.delete, on: "node-1", reason: "")
        #expect(try await controller.store.read { try $0.documents(.test).isEmpty })
    }

    @Test func anAgentAtAnAbortedTestIsToldToStop() async throws {
        let bench = try Bench()
        let agent = try await Fleet.inspected(bench)[0]
        _ = try await bench.controller.test("node-1", TestNode())
        let instruction = try await agent.call(.ramdisk)
        _ = try await bench.controller.act(.abort, on: "node-1", reason: "")
        let answer = try await agent.call(.ramdisk, busyWith: instruction.id)
        #expect(answer.action == .stop(instruction: instruction.id))
        try await report(agent, instruction, machine(mismatches: 1))
        #expect(try await bench.node("node-1").quarantined == nil, "what comes late is set aside")
    }
}
