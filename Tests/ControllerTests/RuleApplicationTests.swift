import AgentAPI
import Boot
import Inventory
import Lifecycle
import Octets
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct RuleApplicationTests {
    private func machine(threads: Int = 2, port: String? = nil) -> Inventory {
        Inventory(
            bootMode: .uefi,
            cpu: Inventory.CPU(threads: threads),
            memory: Inventory.Memory(total: 2048 << 20),
            disks: [Inventory.Disk(name: "vda", serial: "S", size: 8_000_000_000)],
            nics: [
                Inventory.NIC(
                    name: "eth0",
                    mac: "52:54:00:00:00:01",
                    neighbor: port.map { Inventory.Neighbor(switch: "leaf-3", chassis: "c", port: $0) }
                )
            ]
        )
    }

    private func bench(_ rules: String...) throws -> Bench {
        let bench = try Bench()
        set(bench, rules)
        return bench
    }

    private func set(_ bench: Bench, _ rules: [String]) {
        let named = rules.enumerated().map { ("r\($0.offset).yaml", $0.element) }
        bench.rules.withLock { $0 = Dictionary(uniqueKeysWithValues: named) }
    }

    private func agent(_ bench: Bench) async throws -> TestAgent {
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        return try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:01")
    }

    @discardableResult
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
        let report = InventoryReport(instruction: instruction.id, inventory: inventory)
        try await bench.controller.takeInventory(report, from: agent.id)
    }

    private let place = """
        name: place
        when: [neighbor is not none]
        tables: {racks: {leaf-3: r12}}
        actions: {rack: "{{ racks[neighbor.switch] }}", unit: "{{ neighbor.port }}", labels: {row: a}, name: other}
        """

    @Test func rulesAreAppliedWhenAnInventoryComesInAndStandOnTheTimeline() async throws {
        let bench = try bench(place)
        let agent = try await agent(bench)
        let instruction = try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").rack == nil, "its switch was not heard yet")
        try await report(bench, agent, instruction, machine(port: "7"))
        let node = try await bench.node("node-1")
        #expect(node.rack == "r12" && node.unit == "7" && node.labels == ["row": "a"] && node.state == "available")
        let lines = try await bench.timeline("node-1")
        for line in [
            "rack r12 (rule 'place')", "unit 7 (rule 'place')", "label row = a (rule 'place')",
            "rule 'place': name other: an operator's is node-1",
        ] {
            #expect(lines.count { $0 == line } == 1, "\(line)")
        }

        // What is said again is no news; a switch that is not heard for once leaves the node where it is.
        try await report(bench, agent, instruction, machine(port: "7"))
        #expect(try await bench.timeline("node-1").count { $0 == "rack r12 (rule 'place')" } == 1)
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").rack == "r12")
        #expect(try await bench.node("node-1").labels == nil, "no rule gives it any more")
    }

    @Test func theInventoryAndWhatRulesMakeOfItAreStoredTogetherOrNotAtAll() async throws {
        let bench = try bench(place)
        let agent = try await agent(bench)
        try await bench.inspect("node-1")
        let instruction = try await agent.call(.ramdisk)
        // A first transaction asks whether the machine was discovered; of the second nothing is kept, or all.
        bench.die(afterWrites: 1)
        await #expect(throws: Bench.Life.Over.self) {
            try await report(bench, agent, instruction, machine(port: "7"))
        }
        try bench.restart()
        #expect(try await bench.node("node-1").rack == nil)
        await #expect(throws: ControllerProblem.self) { try await bench.controller.inventory("node-1") }
        bench.die(afterWrites: 2)
        try await report(bench, agent, instruction, machine(port: "7"))
        try bench.restart()
        #expect(try await bench.node("node-1").rack == "r12", "one transaction was enough for both")
        #expect(try await bench.controller.inventory("node-1").nics.first?.neighbor?.port == "7")
    }

    @Test func whatOperatorsSayGoesBeforeWhatRulesDo() async throws {
        let bench = try bench(
            "name: a\nactions: {labels: {zone: east, row: '1'}, reserve: {for: worker, reason: small}}"
        )
        let agent = try await agent(bench)
        _ = try await bench.controller.label("node-1", LabelNode(set: ["zone": "west"]))
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").labels == ["zone": "west", "row": "1"])
        #expect(try await bench.node("node-1").reserved == "reserved for worker by rule 'a' (small)")
        await #expect(throws: ControllerProblem.self, "a rule's label is not taken away, it is overruled") {
            try await bench.controller.label("node-1", LabelNode(remove: ["row"]))
        }
        _ = try await bench.controller.unreserve("node-1", reason: "needed")
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").reserved == nil, "an operator freed it")
        _ = try await bench.controller.reserve("node-1", ReserveNode(role: "control", reason: ""))
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").reserved == "reserved for control by an operator")
        _ = try await bench.controller.label("node-1", LabelNode(remove: ["zone"]))
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").labels == ["zone": "east", "row": "1"])
    }

    @Test func aReservedNodeIsMatchedToItsRoleOrToNone() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        #expect(try await bench.controller.match().nodes.map(\.role) == ["control", "worker", "worker"])
        _ = try await bench.controller.reserve("node-2", ReserveNode(role: "nobody", reason: "burn-in"))
        _ = try await bench.controller.reserve("node-1", ReserveNode(role: "worker", reason: ""))
        let match = try await bench.controller.match()
        #expect(match.nodes.map(\.role) == ["worker", nil, "worker"])
        let verdict = match.nodes[1].verdicts.first { $0.role == "worker" }
        #expect(verdict?.failures.map(\.observed) == ["it is reserved for nobody by an operator (burn-in)"])
        let refused = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.reserve("node-3", ReserveNode(role: "wroker", reason: ""))
        }
        #expect(refused?.reasons == ["the catalogue has no role 'wroker'; did you mean 'worker'?"])
        #expect(try await bench.timeline("node-2").contains("operator: reserved for nobody by an operator (burn-in)"))
    }

    @Test func aRefusedMachineHasFailedItsInspectionUntilItIsAnother() async throws {
        let bench = try bench(
            "name: small\nwhen: [cpu.threads < 4]\nactions: {refuse: 'only {{ cpu.threads }} threads'}"
        )
        let agent = try await agent(bench)
        try await inspect(bench, agent, machine())
        let node = try await bench.controller.explain("node-1")
        #expect(node.summary.state == "failed(inspecting)" && node.failure == "rule 'small': only 2 threads")
        #expect(node.legal.contains("retry"))
        _ = try await bench.controller.act(.retry, on: "node-1", reason: "")
        let instruction = try await agent.call(.ramdisk)
        try await report(bench, agent, instruction, machine(threads: 8))
        #expect(try await bench.node("node-1").state == "available")
    }

    @Test func aRuleQuarantinesOnceAndLetsGoWhenItIsNotForTheMachineAnyMore() async throws {
        let bench = try bench("name: odd\nwhen: [cpu.threads < 4]\nactions: {quarantine: 'odd threads'}")
        let agent = try await agent(bench)
        let instruction = try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").quarantined == "rule 'odd': odd threads")
        try await report(bench, agent, instruction, machine(threads: 8))
        #expect(try await bench.node("node-1").quarantined == nil)
        try await report(bench, agent, instruction, machine())
        #expect(try await bench.node("node-1").quarantined != nil)
        _ = try await bench.controller.act(.release, on: "node-1", reason: "looked at")
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").quarantined == nil, "an operator's word goes first")
        let line = "rule 'odd': odd threads: an operator has released the node from that"
        #expect(try await bench.timeline("node-1").count { $0 == line } == 1)
    }

    @Test func aMachineThatMadeItselfKnownIsNamedByARuleAndANameThatIsTakenIsNot() async throws {
        let bench = try bench("name: name\nactions: {name: 'node-{{ cpu.threads }}'}")
        try bench.restart(discovery: true)
        let controller = try bench.controller
        _ = try await controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        let mac = try #require(MACAddress("52:54:00:00:00:99"))
        let request = BootRequest(mac: mac, firmware: .uefiX64, stage: .iPXE, transport: .http)
        _ = await controller.bootScript(for: request, attempt: 0, peer: .machine(mac))
        let id = try #require(try await controller.nodes().first { $0.name.hasPrefix("found-") }?.id)
        func report(_ threads: Int) async throws -> String {
            let report = InventoryReport(instruction: "inspect-0", inventory: machine(threads: threads))
            try await controller.takeInventory(report, from: id)
            return try await controller.store.read { try $0.node(id).name }
        }
        #expect(try await report(2).hasPrefix("found-"), "node-2 is there")
        #expect(try await bench.timeline(id).contains("rule 'name': the name 'node-2' is another node's"))
        #expect(try await report(40) == "node-40")
        #expect(try await report(41) == "node-41", "it has its name from a rule, which may change it")
    }

    @Test func rulesThatCannotBeReadKeepNoInventoryAway() async throws {
        let bench = try bench("name: a\nactons: {}")
        let agent = try await agent(bench)
        try await inspect(bench, agent, machine())
        #expect(try await bench.node("node-1").state == "available")
        #expect(
            try await bench.timeline("node-1").contains {
                $0.hasPrefix("no rules were applied, since they have problems: rules/r0.yaml:1:1: ")
            }
        )
    }

    @Test func aReplaySaysWhatWouldChangeAndChangesNothing() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        let texts = [
            "a.yaml": "name: a\nwhen: [memory.total >= 2 * GiB]\nactions: {rack: r1, labels: {big: 'yes'}, refuse: no}"
        ]
        let report = try await bench.controller.replay(RulesQuestion(rules: texts))
        #expect(report.nodes.map(\.name) == ["node-1", "node-2", "node-3"])
        #expect(
            report.nodes[0].changes == [
                RulesReport.Change(what: "rack", after: "r1", rule: "a"),
                RulesReport.Change(what: "label big", after: "yes", rule: "a"),
                RulesReport.Change(what: "state", before: "available", after: "failed(inspecting)", rule: "a"),
            ]
        )
        #expect(report.nodes[1].changes.isEmpty && report.nodes[1].rules.first?.matches == false)
        #expect(report.nodes[1].rules.first?.failures.first?.observed == "memory.total is \(1 << 30) (1.0 GiB)")
        let after = try await bench.node("node-1")
        #expect(after.rack == nil && after.state == "available")
        let fleet = [
            WhatIf.Node(name: "new-1", inventory: machine()), WhatIf.Node(name: "new-2", inventory: machine()),
        ]
        let name = ["a.yaml": "name: a\nactions: {name: same}"]
        let supposed = try await bench.controller.replay(RulesQuestion(rules: name, fleet: fleet))
        #expect(supposed.nodes.map(\.changes.count) == [1, 0])
        #expect(supposed.nodes.map(\.remarks) == [[], ["rule 'a': the name 'same' is another node's"]])
    }

    @Test func aNodeInUseIsToldOfAndLeftAlone() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        set(bench, ["name: a\nactions: {refuse: old, labels: {x: 'y'}}"])
        let record = try await bench.controller.store.read { try $0.node(agents[0].id) }
        let instruction = Instruction(id: "inspect-\(record.lifecycle.serial)", action: .sendInventory())
        try await report(bench, agents[0], instruction, machine())
        let node = try await bench.node("node-1")
        #expect(node.state == "active" && node.labels == ["x": "y"])
        #expect(try await bench.timeline("node-1").contains("rule 'a': old: the node is in use and is left alone"))
    }
}
