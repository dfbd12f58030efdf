import AgentAPI
import Catalog
import Planning
import Testing
import YAML

/// What one node of a role does for all of them.
@Suite struct BootstrapTests {
    /// The demo, with a container of `web` that prepares what its nodes share.
    private func input() throws -> PlanningInput {
        var input = try demoInput()
        let text = """
            name: web
            docker_config:
              step_3:
                sync: {image: "directory:1", detach: false, start_order: 1, environment: [KOLLA_BOOTSTRAP=1]}
                app: {image: "web:1", restart: always, start_order: 2}
                grant: {action: exec, command: [app, grant], start_order: 3}
            """
        let tree = try YAMLReader.read(Array(text.utf8), file: "services/web.yaml")
        let catalog = try Catalog(files: [Catalog.File(path: "services/web.yaml", tree: tree)], templates: [:])
        input.catalog.services["web"] = catalog.services["web"]
        for index in input.catalog.roles.indices { input.catalog.roles[index].parameters["web"] = nil }
        input.catalog.parameters["web"] = nil
        return input
    }

    /// The third step of `web` on a node, a word for each thing.
    private func steps(_ plan: Plan, _ node: String) throws -> [String] {
        try #require(plan[node: node]).bundle.steps.filter { $0.number == 3 && $0.service.hasPrefix("web") }.map {
            step in
            switch step.work {
            case .containers(let found): found.map(\.name).joined(separator: " ")
            case .gate(let services): "wait for " + services.joined()
            case .serviceDone: step.service + " is done"
            default: "something else"
            }
        }
    }

    @Test func itRunsOnTheFirstAndTheOthersWait() throws {
        let plan = try Planner.plan(input())
        #expect(try steps(plan, "id-node-2") == ["sync", "web/sync is done", "app grant"])
        #expect(try steps(plan, "id-node-3") == ["wait for web/sync", "app grant"])
        let content = try #require(plan[node: "id-node-2"]?.content.services.first { $0.name == "web" })
        let command = try #require(content.containers.first { $0.name == "grant" })
        #expect(command.image.isEmpty && command.target == "app", "there is no image to look up")
    }

    @Test func itStaysWhereItRan() throws {
        let first = try input()
        var next = first.after(try Planner.plan(first))
        next.nodes.append(made("node-1b", memory: 1024, address: "10.77.0.104"))
        for index in next.catalog.roles.indices where next.catalog.roles[index].services.contains("web") {
            next.catalog.roles[index].count = Role.Count(minimum: 1, maximum: 5)
        }
        let plan = try Planner.plan(next)
        #expect(try steps(plan, "id-node-1b") == ["app grant"], "it neither runs it again nor waits for it")
        #expect(plan[node: "id-node-2"] == nil, "\(plan.nodes.map(\.name))")
    }
}
