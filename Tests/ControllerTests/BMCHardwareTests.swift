import AgentAPI
import BMC
import Inventory
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// Nodes that are known from outside, before they ever booted.
struct BMCHardwareTests {
    private static let told = Inventory(
        system: .init(vendor: "Rackwright", product: "Model 1"),
        secureBoot: true,
        cpu: .init(sockets: 2, cores: 32, threads: 64),
        memory: .init(total: 2048 << 20, installed: 2048 << 20),
        disks: [.init(name: "Bay 1", serial: "D1", size: 40_000_000_000)],
        nics: [.init(name: "NIC.1", mac: "52:54:00:aa:00:01")],
        source: .bmc
    )

    private func enrolled(_ hardware: [String: Inventory] = ["10.0.0.1": told]) async throws -> Bench {
        let bench = try Bench()
        bench.settings.withLock { $0.hardware = hardware }
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        for name in ["node-1", "node-2", "node-3"] {
            #expect(try await bench.until { try await bench.node(name).state == "manageable" })
        }
        return bench
    }

    private func record(_ bench: Bench, _ name: String) async throws -> NodeRecord {
        try await bench.controller.store.read { try $0.node(named: name) }
    }

    /// Whether the BMC was asked and nothing of that is under way.
    private func hasLearnt(_ bench: Bench, _ name: String) async throws -> Bool {
        let record = try await record(bench, name)
        let isAsked = bench.logins.withLock { $0 } > 0
        return try isAsked && !bench.controller.effects.isRunning(Controller.learning(record.id))
            && !bench.controller.effects.isUnderWay(forNode: record.id)
    }

    private func isTold(_ bench: Bench, _ name: String = "node-1") async throws -> Bool {
        try await bench.until { try await bench.controller.explain(name).inventory != nil }
    }

    @Test func aVerifiedNodeIsKnownByItsBMCAndSaysSo() async throws {
        let bench = try await enrolled()
        #expect(try await isTold(bench))
        let inventory = try await bench.controller.inventory("node-1")
        #expect(inventory.source == .bmc)
        #expect(inventory.memory.total == 2048 << 20)
        #expect(inventory.collectedAt == bench.now)
        #expect(try await bench.controller.explain("node-1").inventory == "told by its BMC, until it is inspected")
        #expect(try await bench.controller.explain("node-2").inventory == nil, "its BMC does not tell")
        let record = try await record(bench, "node-1")
        #expect(record.macs.contains("52:54:00:aa:00:01"), "it is recognised by it when it boots")
        #expect(record.secureBoot == true, "its first loader is a signed one")
        #expect(try await bench.timeline("node-1").contains { $0.hasPrefix("the BMC tells of the machine") })
    }

    @Test func itIsMatchedBeforeItEverBootedAndNotPlanned() async throws {
        let bench = try await enrolled()
        #expect(try await isTold(bench))
        let report = try await bench.controller.match()
        let node = try #require(report.nodes.first { $0.name == "node-1" })
        #expect(node.role == "control", "the role that asks for the memory that it has")
        #expect(node.remark?.contains("known from its BMC alone") == true)
        let other = try #require(report.nodes.first { $0.name == "node-2" })
        #expect(other.role == nil && other.remark == nil)
        let problem = await #expect(throws: ControllerProblem.self) { _ = try await bench.controller.makePlan() }
        #expect(problem?.reasons.contains { $0.contains("lacks") } == true)
    }

    /// The two tell of the same machine in different words: that is no change of its hardware.
    @Test func theMachinesOwnWordTakesItsPlaceWithoutDrift() async throws {
        let bench = try await enrolled()
        #expect(try await isTold(bench))
        _ = try await bench.controller.act(.inspect, on: "node-1", reason: "")
        #expect(try await bench.until { bench.resets.withLock { $0.contains("10.0.0.1") } })
        let agent = try await TestAgent(bench, "node-1", mac: "52:54:00:00:00:01")
        let instruction = try await agent.call(.ramdisk)
        try await agent.inventory(instruction, memory: 1024)
        #expect(try await bench.node("node-1").state == "available")
        #expect(try await bench.node("node-1").quarantined == nil)
        let explanation = try await bench.controller.explain("node-1")
        #expect(explanation.inventory == "told by the machine itself")
        #expect(explanation.drift == nil)
        _ = try await bench.controller.act(.verify, on: "node-1", reason: "")
        #expect(try await bench.until { try await hasLearnt(bench, "node-1") })
        #expect(try await bench.controller.inventory("node-1").source == nil, "the BMC's word never comes back")
    }

    @Test func anAddressThatIsAnotherNodesIsNotTaken() async throws {
        let bench = try await enrolled(["10.0.0.1": Self.told, "10.0.0.2": Self.told])
        #expect(try await isTold(bench))
        #expect(try await isTold(bench, "node-2"))
        let owners = try await [record(bench, "node-1"), record(bench, "node-2")].filter {
            $0.macs.contains("52:54:00:aa:00:01")
        }
        #expect(owners.count == 1)
    }

    @Test func aBMCThatKnowsANameAloneLeavesTheNodeUninspected() async throws {
        let bench = try await enrolled(["10.0.0.1": Inventory(system: .init(vendor: "R"), source: .bmc)])
        #expect(try await bench.until { try await hasLearnt(bench, "node-1") })
        #expect(try await bench.controller.explain("node-1").inventory == nil)
    }
}
