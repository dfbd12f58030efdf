import AgentAPI
import Catalog
import Jinja
import Planning
import Testing

@Suite struct UpgradeTests {
    @Test func aFleetThatIsAsItShouldBeHasNothingToDo() throws {
        let input = try demoInput()
        let plan = try Planner.plan(input.after(try Planner.plan(input)))
        #expect(plan.isEmpty)
        #expect(plan.waves == [])
        #expect(plan.parent == 1)
        #expect(plan.unchanged == ["node-1", "node-2", "node-3"])
    }

    @Test func onlyNodesWhoseContentChangedAreUpgradedCanaryFirst() throws {
        let first = try demoInput()
        var input = first.after(try Planner.plan(first))
        input.set("web", "version", "2")
        let plan = try Planner.plan(input)
        #expect(plan.nodes.map { "\($0.name) \($0.operation)" } == ["node-2 upgrade", "node-3 upgrade"])
        #expect(plan.unchanged == ["node-1"])
        #expect(plan.waves == [["id-node-2"], ["id-node-3"]])
        let node = try #require(plan[node: "id-node-2"])
        #expect(
            node.changes == [
                "~ web.version: \"1\" -> \"2\"",
                "~ web: container web image 10.77.0.1:8443/web@sha256:w1 -> 10.77.0.1:8443/web@sha256:aaaaaaaaaaaa",
            ]
        )
        #expect(node.rootDisk == nil, "nothing is written")
        #expect(node.bundle.rollsBackOnFailure)
        #expect(!node.bundle.steps.contains { if case .gate = $0.work { true } else { false } })
        #expect(node.bundle.generation == 2)
    }

    @Test func aNodeInMaintenanceIsLeftAsItIs() throws {
        let first = try demoInput()
        var input = first.after(try Planner.plan(first))
        input.set("web", "version", "2")
        input.nodes[1].excluded = "in maintenance (fan)"
        let plan = try Planner.plan(input)
        #expect(plan.nodes.map(\.name) == ["node-3"])
        #expect(plan.unchanged == ["node-1", "node-2"])
    }

    @Test func aNewNodeIsDeployedBesideThoseThatAreThere() throws {
        let first = try demoInput()
        var alone = first
        alone.nodes.removeLast()
        var input = alone.after(try Planner.plan(alone))
        input.nodes.append(first.nodes[2])
        let plan = try Planner.plan(input)
        #expect(plan.nodes.map { "\($0.name) \($0.operation)" } == ["node-1 upgrade", "node-3 deploy"])
        #expect(plan[node: "id-node-1"]?.changes == ["~ directory: is told of worker's nodes +node-3"])
        #expect(plan.unchanged == ["node-2"])
    }

    @Test func wavesFollowCanaryAndBatch() throws {
        let first = try demoInput()
        var alone = first
        alone.catalog.roles[1].count.maximum = nil
        for number in 4...12 {
            alone.nodes.append(made("node-\(number)", memory: 1024, address: "10.77.0.\(100 + number)"))
        }
        alone.catalog.roles[1].rollout.canary = 2
        alone.catalog.roles[1].rollout.batch = .percent(40)
        var input = alone.after(try Planner.plan(alone))
        input.set("web", "version", "2")
        let plan = try Planner.plan(input)
        #expect(plan.nodes.count == 11)
        #expect(plan.waves.map(\.count) == [2, 4, 4, 1])
        #expect(Set(plan.waves.joined()).count == 11, "each node once")
    }
}
