import AgentAPI
import Catalog
import Planning
import TestSupport
import Testing
import YAML

/// In which order a node takes up what its services do.
@Suite struct StepOrderTests {
    /// A demo whose roles have made services.
    private func input(_ services: [String: String], control: [String], worker: [String]) throws -> PlanningInput {
        var input = try demoInput()
        let files = try services.map { name, text in
            let path = "services/\(name).yaml"
            return Catalog.File(path: path, tree: try YAMLReader.read(Array("name: \(name)\n\(text)".utf8), file: path))
        }
        input.catalog.services = try Catalog(files: files, templates: [:]).services
        input.catalog.parameters = [:]
        for index in input.catalog.roles.indices {
            input.catalog.roles[index].parameters = [:]
            input.catalog.roles[index].services = input.catalog.roles[index].name == "control" ? control : worker
        }
        return input
    }

    private func tasks(_ steps: Int...) -> String {
        "deploy_tasks:\n" + steps.map { "  - {name: work, command: work, tags: step\($0)}\n" }.joined()
    }

    private func course(_ node: NodePlan) -> [String] {
        node.bundle.steps.map { step in
            switch step.work {
            case .gate(let services): "\(step.service) waits for \(services.joined(separator: " "))"
            case .serviceDone: "\(step.service) is up"
            default: "\(step.number) \(step.service)"
            }
        }
    }

    @Test func aStepOfAllServicesComesBeforeTheNextOfAny() throws {
        let services = [
            "a": tasks(1, 4), "b": tasks(2, 3, 4), "c": "after: [a]\n" + tasks(1, 5), "d": "after: [a]\n" + tasks(1),
        ]
        let plan = try Planner.plan(input(services, control: ["d", "b", "a", "c"], worker: []))
        let node = try #require(plan[node: "id-node-1"])
        #expect(
            course(node) == [
                "1 a", "2 b", "3 b", "4 b", "4 a", "b is up", "a is up",
                "1 d", "d is up", "1 c", "5 c", "c is up",
            ]
        )
    }

    @Test func whatWaitsForOthersComesAfterWhatTheyWaitFor() throws {
        let services = ["proxy": "after: [app]\n", "app": "after: [database]\n", "database": ""]
        let plan = try Planner.plan(input(services, control: ["proxy", "database"], worker: ["app"]))
        let control = try #require(plan[node: "id-node-1"])
        #expect(course(control) == ["database is up", "proxy waits for app", "proxy is up"])
    }

    /// Nodes of two roles that take their steps one by one all come to their ends.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noOrderOfServicesLetsNodesWaitForEachOther(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<8).map { "s\($0)" }
        var services: [String: String] = [:]
        for (index, name) in names.enumerated() {
            let after = names[..<index].filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            services[name] = after.isEmpty ? "" : "after: [\(after.joined(separator: ", "))]\n"
        }
        let parts = Dictionary(grouping: names) { _ in Bool.random(using: &generator) }
        let plan = try Planner.plan(
            input(
                services,
                control: (parts[true] ?? []).shuffled(using: &generator),
                worker: (parts[false] ?? []).shuffled(using: &generator)
            )
        )
        var left = plan.nodes.map(\.bundle.steps)
        var isUp: Set<String> = []
        var moved = true
        while moved {
            moved = false
            for index in left.indices {
                while let step = left[index].first {
                    if case .gate(let awaited) = step.work, !isUp.isSuperset(of: awaited) { break }
                    if case .serviceDone = step.work { isUp.insert(step.service) }
                    left[index].removeFirst()
                    moved = true
                }
            }
        }
        let isDone = left.allSatisfy(\.isEmpty)
        #expect(isDone, "\(plan.nodes.map(course))")
    }
}
