import AgentAPI
import Inventory
import Lifecycle
import OperatorAPI
import Store
import Testing

@testable import ControllerCore

@Suite struct DriftTests {
    private static let disks = ["S-1", "S-2"]

    private func machine(disks: [String] = disks, at: Double = 0) -> Inventory {
        Inventory(
            collectedAt: at,
            bootMode: .uefi,
            cpu: Inventory.CPU(threads: 2),
            memory: Inventory.Memory(total: 2048 << 20),
            disks: disks.map { Inventory.Disk(name: "sd-\($0)", serial: $0, size: 8_000_000_000) },
            nics: [Inventory.NIC(name: "eth0", mac: "52:54:00:00:00:01")]
        )
    }

    /// A node that waits for its inventory to be asked for.
    private func agent(_ bench: Bench) async throws -> TestAgent {
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        return try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:01")
    }

    /// Asks for an inspection and reports an inventory; gives the instruction.
    private func inspect(_ bench: Bench, _ agent: TestAgent, _ inventory: Inventory) async throws -> Instruction {
        if try await bench.node(agent.name).state != "available" {
            try await bench.inspect(agent.name)
        } else {
            _ = try await bench.controller.act(.inspect, on: agent.name, reason: "")
        }
        let instruction = try await agent.call(.ramdisk)
        try await report(bench, agent, instruction, inventory)
        return instruction
    }

    private func report(_ bench: Bench, _ agent: TestAgent, _ instruction: Instruction, _ inventory: Inventory)
        async throws
    {
        try await bench.controller.takeInventory(
            InventoryReport(instruction: instruction.id, inventory: inventory),
            from: agent.id
        )
    }

    @Test func theFirstInspectionHasNothingToBeComparedWith() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        _ = try await inspect(bench, agent, machine())
        #expect(try await bench.controller.explain("node-1").drift == nil)
        await #expect(throws: ControllerProblem.self) { try await bench.controller.drift("node-1") }
        await #expect(throws: ControllerProblem.self) { try await bench.controller.inventoryBefore("node-1") }
    }

    @Test func aMachineThatIsTheSameHasNotDrifted() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        _ = try await inspect(bench, agent, machine(at: 1))
        _ = try await inspect(bench, agent, machine(at: 2))
        #expect(try await bench.controller.explain("node-1").drift == [])
        let report = try await bench.controller.drift("node-1")
        #expect(report.findings.isEmpty && report.baselineAt == 1)
        #expect(try await bench.node("node-1").quarantined == nil)
    }

    @Test func aDiskThatIsGoneKeepsTheNodeFromBeingDeployed() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        _ = try await inspect(bench, agent, machine(at: 1))
        let second = try await inspect(bench, agent, machine(disks: ["S-1"], at: 2))
        let node = try await bench.node("node-1")
        #expect(node.quarantined == "its hardware changed: disk S-2 is gone (7.4 GiB)")
        let line = "disk S-2 is gone (7.4 GiB) (block)"
        #expect(try await bench.controller.explain("node-1").drift == [line])
        #expect(try await bench.timeline("node-1").count { $0 == "since the inspection before, \(line)" } == 1)
        let drift = try await bench.controller.drift("node-1")
        #expect(drift.findings.map(\.rule) == ["disk-gone"] && drift.findings.map(\.severity) == ["block"])
        #expect(try await bench.controller.inventoryBefore("node-1").disks.count == 2)
        #expect(try await bench.controller.inventory("node-1").disks.count == 1)

        // An operator has looked; what is said again is no news.
        _ = try await bench.controller.act(.release, on: "node-1", reason: "taken out on purpose")
        try await report(bench, agent, second, machine(disks: ["S-1"], at: 2))
        #expect(try await bench.node("node-1").quarantined == nil)
        #expect(try await bench.timeline("node-1").count { $0 == "since the inspection before, \(line)" } == 1)
        _ = try await inspect(bench, agent, machine(disks: ["S-1"], at: 3))
        #expect(try await bench.controller.explain("node-1").drift == [])
    }

    /// What was heard by LLDP comes after the first report, on the same instruction.
    @Test func aSecondReportOnOneInspectionHasTheSameBaseline() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        _ = try await inspect(bench, agent, machine(at: 1))
        let second = try await inspect(bench, agent, machine(disks: ["S-1", "S-2", "S-3"], at: 2))
        var complete = machine(disks: ["S-1", "S-2", "S-3"], at: 2)
        complete.nics[0].neighbor = Inventory.Neighbor(switch: "leaf", chassis: "c", port: "1/7")
        try await report(bench, agent, second, complete)
        #expect(try await bench.node("node-1").state == "available")
        #expect(try await bench.controller.inventory("node-1").nics.first?.neighbor?.switch == "leaf")
        #expect(try await bench.controller.inventoryBefore("node-1").collectedAt == 1)
        let drift = try await bench.controller.drift("node-1")
        #expect(drift.findings.map(\.rule) == ["disk-added"])
        #expect(try await bench.timeline("node-1").count { $0.contains("is new") } == 1)
        #expect(try await bench.node("node-1").quarantined == nil, "a note keeps nobody")
    }

    @Test func aNodeInUseIsToldOfAndLeftAlone() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        let record = try await bench.controller.store.read { try $0.node(agents[0].id) }
        let instruction = Instruction(id: "inspect-\(record.lifecycle.serial)", action: .sendInventory())
        try await report(bench, agents[0], instruction, machine(disks: []))
        #expect(try await bench.node("node-1").state == "active")
        #expect(try await bench.node("node-1").quarantined == nil)
        #expect(try await bench.controller.drift("node-1").findings.first?.severity == "block")
    }

    @Test func aNodeThatIsDeletedTakesItsInspectionsWithIt() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        _ = try await inspect(bench, agent, machine())
        _ = try await bench.controller.act(.delete, on: "node-1", reason: "")
        let id = agent.id
        #expect(try await bench.controller.store.read { try $0.document(.inspection, id) } == nil)
    }

    @Test func devicesAreNamedWhereThisMachineHasTheList() async throws {
        let bench = try Bench()
        let agent = try await agent(bench)
        var inventory = machine()
        inventory.pci = [Inventory.PCIDevice(address: "0000:01:00.0", vendorID: 0x8086, classCode: 0x020000)]
        _ = try await inspect(bench, agent, inventory)
        let names = try await bench.controller.deviceNames("node-1").pci
        #expect(names.isEmpty || names["0000:01:00.0"]?.device == "Intel Corporation")
    }
}
