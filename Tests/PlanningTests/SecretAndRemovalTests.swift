import AgentAPI
import Catalog
import Jinja
import Planning
import Testing

@Suite struct SecretAndRemovalTests {
    private func inputWithSecret() throws -> PlanningInput {
        var input = try demoInput()
        var parameter = try #require(input.catalog.services["web"]?.parameters[0])
        parameter.name = "password"
        parameter.type = .secret
        parameter.fallback = nil
        input.catalog.services["web"]?.parameters.append(parameter)
        return input
    }

    @Test func aSecretThatIsNotSetIsNamedOnceWithItsPlaceAndTheCommand() throws {
        let input = try inputWithSecret()
        let error = #expect(throws: PlanningProblems.self) { try Planner.plan(input) }
        #expect(
            error?.problems == [
                "services/web.yaml:4:3: the secret 'web.password' is not set; set it: rackwright secret set web.password"
            ]
        )
    }

    @Test func aSecretIsComparedByTheIdOfItsValue() throws {
        var first = try inputWithSecret()
        first.secrets = ["web.password": "id1"]
        let plan = try Planner.plan(first)
        #expect(plan[node: "id-node-2"]?.content.services.first?.secrets == ["password": "id1"])
        #expect(plan[node: "id-node-2"]?.bundle.variables["services"]?["web"]?["password"] == nil)
        #expect(plan[node: "id-node-1"]?.content.services.first?.secrets == nil)
        var input = first.after(plan)
        #expect(try Planner.plan(input).isEmpty)
        input.secrets["web.password"] = "id2"
        let changed = try Planner.plan(input)
        #expect(changed.nodes.map(\.name) == ["node-2", "node-3"])
        #expect(changed.nodes.first?.changes == ["~ web.password: secret changed"])
    }

    /// The removals of a node's bundle: `number service: names kept`, and where they stand.
    private func removals(_ plan: Plan, _ node: String) throws -> [String] {
        try #require(plan[node: node]).bundle.steps.enumerated().compactMap { index, step in
            guard case .removeContainers(let kept) = step.work else { return nil }
            return "\(index): \(step.number) \(step.service): \(kept.joined(separator: " "))"
        }
    }

    @Test func aServiceThatLeftTheRoleLosesItsContainersFirst() throws {
        var first = try demoInput()
        first.catalog.roles[1].services.append("directory")
        var input = first.after(try Planner.plan(first))
        let unchanged = try Planner.plan(input)
        #expect(unchanged.isEmpty)
        input.catalog.roles[1].services.removeAll { $0 == "directory" }
        let plan = try Planner.plan(input)
        #expect(plan.nodes.map(\.name) == ["node-2", "node-3"])
        #expect(plan.nodes.first?.changes == ["- service directory"])
        #expect(try removals(plan, "id-node-2") == ["0: 0 directory: "])
    }

    @Test func aContainerThatLeftItsServiceIsRemovedAndTheOthersAreKept() throws {
        var first = try demoInput()
        var extra = try #require(first.catalog.services["web"]?.containers.first)
        extra.definition.name = "web-log"
        first.catalog.services["web"]?.containers.append(extra)
        let deployment = try Planner.plan(first)
        #expect(try removals(deployment, "id-node-2") == [], "a fresh disk has none")
        var input = first.after(deployment)
        input.catalog.services["web"]?.containers.removeLast()
        let plan = try Planner.plan(input)
        #expect(plan.nodes.first?.changes == ["- web: container web-log"])
        #expect(try removals(plan, "id-node-2") == ["1: 0 web: web"], "after the validations")
        #expect(plan[node: "id-node-1"] == nil)
    }
}
