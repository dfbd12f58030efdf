import AgentAPI
import Catalog
import Jinja
import OperatorAPI
import Planning
import Testing
import YAML

/// What a runbook has checked on a node when its tasks are done.
@Suite struct RunbookHealthTests {
    private static let head = "name: a\nroles: [worker]\n"
    private static let tasks = "tasks: [{command: ls}]\nrollback_tasks: [{command: ls}]\n"
    private static let health = "health: [{command: [test, -e, /a]}]\n"

    /// The demo's nodes, deployed, and a runbook.
    private func input(_ text: String) throws -> PlanningInput {
        let first = try demoInput()
        var input = first.after(try Planner.plan(first))
        let texts = ["roles/w.yaml": "name: worker\ncount: 1\nimage: i\n", "runbooks/a.yaml": Self.head + text]
        let files = try texts.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        input.catalog.runbooks.merge(try Catalog(files: files, templates: [:]).runbooks) { $1 }
        return input
    }

    private func bundle(_ input: PlanningInput, isCheck: Bool = false) throws -> Bundle {
        try #require(try Planner.plan(RunbookOrder(runbook: "a", isCheck: isCheck), input).nodes.first?.bundle)
    }

    /// `5 web: 2 checks` for each step.
    private func words(_ bundle: Bundle) -> [String] {
        bundle.steps.map { step in
            switch step.work {
            case .tasks(let tasks): "\(step.number) \(step.service): \(tasks.count) tasks"
            case .health(let checks): "\(step.number) \(step.service): \(checks.count) checks"
            default: "\(step.number) \(step.service)"
            }
        }
    }

    @Test func itsOwnChecksComeAfterItsTasks() throws {
        let bundle = try bundle(input(Self.tasks + Self.health))
        #expect(words(bundle) == ["1 a: 1 tasks", "5 a: 1 checks"])
        #expect(bundle.rollbackService == nil, "a step that fails is the runbook's own")
    }

    @Test func thoseOfTheNodesServicesAreAskedWhereItSaysSo() throws {
        let bundle = try bundle(input(Self.tasks + Self.health + "check_services: true\n"))
        #expect(words(bundle) == ["1 a: 1 tasks", "5 a: 1 checks", "5 web: 2 checks"])
        #expect(bundle.rollbackService == "a", "its rollback tasks see its own parameters, whatever failed")
        #expect(bundle.variables["services"]?["web"]?["port"] == 8080, "which the checks see by their plain names")
        #expect(try words(self.bundle(input(Self.tasks))) == ["1 a: 1 tasks"], "and not where it does not")
    }

    @Test func aContainersOwnCheckIsOneOfThem() throws {
        var input = try input(Self.tasks + "check_services: true\n")
        let check = HealthCheck(probe: .tcp(host: "127.0.0.1", port: 80))
        for index in input.nodes.indices {
            let services = input.nodes[index].installed?.content.services ?? []
            guard let web = services.firstIndex(where: { $0.name == "web" }) else { continue }
            input.nodes[index].installed?.content.services[web].containers[0].healthcheck = check
        }
        let bundle = try bundle(input)
        guard case .health(let checks)? = bundle.steps.last?.work else { throw CancellationError() }
        #expect(checks.count == 3 && checks.first == check)
    }

    @Test func inCheckModeNothingThatTasksWouldHaveChangedIsAskedFor() throws {
        #expect(try words(bundle(input(Self.tasks + Self.health), isCheck: true)) == ["1 a: 1 tasks"])
        let alone = try words(bundle(input(Self.health), isCheck: true))
        #expect(alone == ["5 a: 1 checks"], "without tasks the checks are all there is")
    }

    @Test func aCheckThatNeedsASecretOfItsServiceIsRefused() throws {
        var input = try input(Self.tasks + "check_services: true\n")
        let secret = HealthCheck(probe: .http(url: "http://x:{{ key }}@127.0.0.1/", contains: nil))
        input.catalog.services["web"]?.health.append(secret)
        #expect(try words(bundle(input)).count == 2, "while nothing is told of a secret of that name")
        for index in input.nodes.indices {
            let services = input.nodes[index].installed?.content.services ?? []
            guard let web = services.firstIndex(where: { $0.name == "web" }) else { continue }
            input.nodes[index].installed?.content.services[web].secrets = ["key": "v1", "other": "v2"]
        }
        let error = #expect(throws: PlanningProblems.self) {
            try Planner.plan(RunbookOrder(runbook: "a"), input)
        }
        #expect(
            error?.problems == [
                "a health check of service 'web' uses its secret 'key', which runbook 'a' is not told: write a check "
                    + "without it, or leave out check_services"
            ]
        )
    }

    @Test func theShippedRunbookAsksTheWorkersServices() throws {
        let input = try input(Self.tasks)
        let plan = try Planner.plan(RunbookOrder(runbook: "check-workers"), input)
        #expect(plan.nodes.map(\.name) == ["node-2", "node-3"])
        #expect(words(try #require(plan.nodes.first?.bundle)) == ["1 check-workers: 4 tasks", "5 web: 2 checks"])
    }

    @Test func aReportSaysWhatIsChecked() throws {
        let runbook = try #require(try input(Self.health + "check_services: true\n").catalog.runbooks["a"])
        #expect(RunbookReport(runbook).health == ["test -e /a", "the health checks of the node's services"])
    }
}
