import AgentAPI
import Inventory
import Lifecycle
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct RulesAppliedTests {
    private func set(_ bench: Bench, _ rules: String...) {
        let named = rules.enumerated().map { ("r\($0.offset).yaml", $0.element) }
        bench.rules.withLock { $0 = Dictionary(uniqueKeysWithValues: named) }
    }

    @Test func changedRulesActOnTheInventoriesThatAreKept() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        set(bench, "name: big\nwhen: [memory.total >= 2 * GiB]\nactions: {rack: r1, labels: {size: big}, name: head}")
        let trial = try await bench.controller.applyRules(ApplyRules(dryRun: true))
        #expect(try await bench.node("node-1").rack == nil, "a dry run touches nothing")
        let report = try await bench.controller.applyRules(ApplyRules())
        #expect(report == trial, "and says what will be")
        #expect(report.nodes.map(\.name) == ["node-1", "node-2", "node-3"])
        #expect(
            report.nodes[0].changes == [
                RulesReport.Change(what: "rack", after: "r1", rule: "big"),
                RulesReport.Change(what: "label size", after: "big", rule: "big"),
            ],
            "the name is an operator's"
        )
        #expect(report.nodes[1].changes.isEmpty && report.nodes[1].rules.map(\.matches) == [false])
        let node = try await bench.node("node-1")
        #expect(node.rack == "r1" && node.labels == ["size": "big"] && node.state == "available")
        #expect(try await bench.timeline("node-1").contains("rack r1 (rule 'big')"))
        #expect(try await bench.controller.applyRules(ApplyRules()).nodes.allSatisfy(\.changes.isEmpty))

        // What the rules do not say any more is taken back, but for where a machine is.
        set(bench, "name: big\nactions: {rack: r2}")
        let later = try await bench.controller.applyRules(ApplyRules(nodes: ["node-1"]))
        #expect(later.nodes.map { $0.changes.map(\.what) } == [["rack", "label size"]])
        #expect(try await bench.node("node-2").rack == nil, "nodes that were not named are left")
    }

    @Test func aNodeInUseIsNotHeldAndOthersAreAtOnce() async throws {
        let bench = try Bench()
        _ = try await Fleet.deployed(bench)
        set(bench, "name: old\nactions: {quarantine: too old}")
        _ = try await bench.controller.applyRules(ApplyRules())
        #expect(try await bench.node("node-1").quarantined == nil)
        let other = try Bench()
        _ = try await Fleet.inspected(other)
        set(other, "name: old\nwhen: [memory.total < 2 * GiB]\nactions: {quarantine: too old}")
        let report = try await other.controller.applyRules(ApplyRules())
        #expect(report.nodes.map { $0.changes.map(\.what) } == [[], ["quarantine"], ["quarantine"]])
        #expect(try await other.node("node-2").quarantined == "rule 'old': too old")
        set(other)
        let released = try await other.controller.applyRules(ApplyRules())
        #expect(released.nodes.count { !$0.changes.isEmpty } == 2)
        #expect(try await other.node("node-2").quarantined == nil)
    }

    @Test func aRefusalByARuleFailsTheInspection() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        set(bench, "name: small\nwhen: [memory.total < 2 * GiB]\nactions: {refuse: too small}")
        let report = try await bench.controller.applyRules(ApplyRules())
        #expect(report.nodes[1].changes.last?.after == "failed(inspecting)")
        #expect(try await bench.timeline("node-2").contains { $0.hasPrefix("available -> failed(inspecting): ") })
    }

    @Test func eachNodeIsATransactionOfItsOwn() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        set(bench, "name: all\nactions: {rack: r1}")
        let before = bench.writes.withLock { $0 }
        bench.die(afterWrites: 2)
        await #expect(throws: Bench.Life.Over.self) { try await bench.controller.applyRules(ApplyRules()) }
        #expect(bench.writes.withLock { $0 } - before == 3)
        try bench.restart()
        #expect(try await bench.controller.nodes().map(\.rack) == ["r1", "r1", nil])
        let rest = try await bench.controller.applyRules(ApplyRules())
        #expect(rest.nodes.count { !$0.changes.isEmpty } == 1)
    }

    @Test func rulesThatCannotBeReadChangeNothing() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        set(bench, "name: a\nactons: {}")
        let refused = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.applyRules(ApplyRules())
        }
        #expect(refused?.reasons.first?.hasPrefix("rules/r0.yaml:") == true)
    }

    @Test func aNodeThatIsNotInspectedYetIsSaidToBe() async throws {
        let bench = try await Bench.enrolled()
        set(bench, "name: all\nactions: {rack: r1}")
        let report = try await bench.controller.applyRules(ApplyRules(nodes: ["node-1"]))
        #expect(report.nodes[0].changes.isEmpty && report.nodes[0].remarks.count == 1)
        #expect(try await bench.node("node-1").rack == nil)
    }
}
