import AgentAPI
import Catalog
import Jinja
import OperatorAPI
import Planning
import Testing
import YAML

@Suite struct RunbookTests {
    private static let text = """
        name: rotate
        description: keeps logs short
        roles: [worker]
        parameters:
          keep: {type: int, default: 7, constraints: [{range: {min: 1, max: 30}}]}
          force: {type: bool}
        rollout: {canary: 1, batch: 2}
        tasks:
          - {name: last, command: "echo {{ keep }}", tags: step3}
          - {name: first, command: ls}
          - {name: really, command: ls, check_mode: false}
        rollback_tasks: [{name: undo, command: ls}]
        """

    /// Five workers and a control node that were deployed, and the runbook.
    private func input(_ text: String = Self.text) throws -> PlanningInput {
        var first = try demoInput()
        first.catalog.roles[1].count.maximum = nil
        for number in 4...6 {
            first.nodes.append(made("node-\(number)", memory: 1024, address: "10.77.0.\(100 + number)"))
        }
        var input = first.after(try Planner.plan(first))
        try add(text, to: &input)
        return input
    }

    private func add(_ text: String, to input: inout PlanningInput) throws {
        let role = "name: worker\ncount: 1\nimage: i\n"
        let made = try Catalog(
            files: [
                Catalog.File(path: "roles/w.yaml", tree: try YAMLReader.read(Array(role.utf8), file: "roles/w.yaml")),
                Catalog.File(
                    path: "runbooks/r.yaml",
                    tree: try YAMLReader.read(Array(text.utf8), file: "runbooks/r.yaml")
                ),
            ],
            templates: [:]
        )
        input.catalog.runbooks.merge(made.runbooks) { $1 }
    }

    private func problems(_ order: RunbookOrder, _ input: PlanningInput) -> [String] {
        do throws(PlanningProblems) {
            _ = try Planner.plan(order, input)
            return []
        } catch {
            return error.problems
        }
    }

    private let order = RunbookOrder(runbook: "rotate", parameters: ["force": "yes"])

    @Test func theNodesOfItsRolesGetItsTasksInWavesAndStayWhatTheyAre() throws {
        let input = try input()
        let plan = try Planner.plan(order, input)
        #expect(plan.generation == 2 && plan.parent == 1)
        #expect(plan.runbook?.words == "rotate with force=true")
        #expect(plan.nodes.map(\.name) == ["node-2", "node-3", "node-4", "node-5", "node-6"])
        #expect(plan.waves == [["id-node-2"], ["id-node-3", "id-node-4"], ["id-node-5", "id-node-6"]])
        let node = try #require(plan[node: "id-node-3"])
        #expect(node.content == input.nodes[2].installed?.content)
        #expect(node.rootDisk == nil && node.imageName == "debian-12")
        #expect(node.bundle.operation == .update, "a word that every agent knows")
        #expect(node.bundle.generation == 2)
        #expect(node.bundle.rollsBackOnFailure && node.bundle.rollbackTasks.map(\.name) == ["undo"])
        #expect(node.bundle.steps.map { "\($0.number) \($0.service)" } == ["1 rotate", "3 rotate"])
        guard case .tasks(let tasks)? = node.bundle.steps.first?.work else { throw CancellationError() }
        #expect(tasks.map(\.name) == ["first", "really"] && tasks.map(\.checkMode) == [nil, false])
        let services = node.bundle.variables["services"]
        #expect(services?["rotate"] == ["force": true, "keep": 7])
        #expect(node.bundle.variables["node"]?["name"] == "node-3")
        #expect(node.bundle.variables["groups"]?["worker"]?.asList?.count == 5)
    }

    @Test func afterItTheNextPlanHasNothingToDo() throws {
        let input = try input()
        var after = input
        let plan = try Planner.plan(order, input)
        after = after.after(plan)
        let next = try Planner.plan(after)
        #expect(next.isEmpty)
        #expect(next.parent == 2, "generations rise")
    }

    @Test func inCheckModeTasksOnlySayWhatTheyWouldDo() throws {
        var order = order
        order.isCheck = true
        let plan = try Planner.plan(order, try input(Self.text + "\n").stopping())
        let bundle = try #require(plan.nodes.first?.bundle)
        guard case .tasks(let tasks)? = bundle.steps.first?.work else { throw CancellationError() }
        #expect(tasks.map(\.checkMode) == [true, false], "what says that it is not for check mode is carried out")
        #expect(bundle.rollbackTasks.isEmpty && bundle.rollsBackOnFailure, "nothing was changed")
        #expect(plan.runbook?.words == "rotate with force=true, in check mode")
    }

    @Test func aChoiceOfTagsLeavesTheTasksThatItNamesAndIsKept() throws {
        var order = order
        order.tags = TagChoice(only: ["step3"])
        let plan = try Planner.plan(order, try input())
        #expect(plan.nodes.first?.bundle.steps.map(\.number) == [3])
        #expect(plan.runbook?.tags == order.tags)
        #expect(plan.runbook?.words == "rotate with force=true, tags step3")
        order.tags = TagChoice(only: ["stp3"])
        #expect(
            problems(order, try input()) == ["no task of runbook 'rotate' has the tag 'stp3'; there are: step3"]
        )
        order.tags = TagChoice(skipped: ["step3"])
        order.isCheck = true
        let other = try Planner.plan(order, try input())
        #expect(other.nodes.first?.bundle.steps.map(\.number) == [1])
        #expect(other.runbook?.words == "rotate with force=true, without tags step3, in check mode")
        #expect(try Planner.plan(self.order, input()).runbook?.tags == nil, "of a start that says nothing")
    }

    @Test func whatFailsMayBeLeftAsItIs() throws {
        let plan = try Planner.plan(order, try input().stopping())
        #expect(plan.nodes.first?.bundle.rollsBackOnFailure == false)
    }

    @Test func ofItsNodesServicesItSeesWhatRunsAndNotWhatTheCatalogueWants() throws {
        var input = try input()
        input.set("web", "port", 9999)
        let plan = try Planner.plan(order, input)
        #expect(plan.nodes.first?.bundle.variables["services"]?["web"]?["port"] == 8080)
    }

    @Test func namedNodesAreTakenAloneAndMustBeOfItsRoles() throws {
        let input = try input()
        var order = order
        order.nodes = ["node-4", "node-2"]
        #expect(try Planner.plan(order, input).nodes.map(\.name) == ["node-2", "node-4"])
        order.nodes = ["node-1", "nod-3"]
        #expect(
            problems(order, input) == [
                "there is no node 'nod-3'; did you mean 'node-3'?",
                "node-1 is of role 'control': runbook 'rotate' is for nodes of worker",
            ]
        )
    }

    @Test func whoDoesNotDoItsWorkIsLeftOutOrRefusedWhenItIsNamed() throws {
        var input = try input()
        input.nodes[1].state = .other("failed(servicing)")
        input.nodes[2].excluded = "in maintenance (fan)"
        let plan = try Planner.plan(order, input)
        #expect(plan.nodes.map(\.name) == ["node-4", "node-5", "node-6"])
        #expect(
            plan.notes == [
                "node-2 is left out: it is failed(servicing)", "node-3 is left out: it is in maintenance (fan)",
            ]
        )
        var order = order
        order.nodes = ["node-2"]
        #expect(
            problems(order, input) == [
                "node-2: it is failed(servicing), and a runbook is for nodes that do their work"
            ]
        )
        for index in input.nodes.indices { input.nodes[index].state = .other("deploying") }
        order.nodes = []
        #expect(
            problems(order, input).first
                == "no node of worker does its work now: runbook 'rotate' has nothing to run on"
        )
    }

    @Test func aRunbookForNoRoleWantsNamedNodes() throws {
        var input = try input()
        try add("name: any\ntasks: [{command: ls}]", to: &input)
        #expect(
            problems(RunbookOrder(runbook: "any"), input) == [
                "runbook 'any' is for no role: name the nodes, --node NODE"
            ]
        )
        let plan = try Planner.plan(RunbookOrder(runbook: "any", nodes: ["node-2", "node-1"]), input)
        #expect(plan.nodes.map(\.name) == ["node-1", "node-2"])
        input.nodes[3].installed = nil
        input.nodes[3].state = .available
        #expect(
            problems(RunbookOrder(runbook: "any", nodes: ["node-4"]), input) == [
                "node-4 is not deployed: runbook 'any' is for nodes that are"
            ]
        )
    }

    @Test(arguments: [
        (["force": "yes", "kep": "3"], "runbook 'rotate' has no parameter 'kep'; did you mean 'keep'?"),
        (["force": "yes", "keep": "x"], "'keep' of runbook 'rotate' cannot be \"x\": is not of type int"),
        (["force": "yes", "keep": "31"], "'keep' of runbook 'rotate' cannot be 31: must be 1 to 30"),
        ([:], "runbooks/r.yaml:6:3: parameter 'force' of runbook 'rotate' has no value: --set force=…"),
    ])
    func aValueThatCannotBeIsRefused(parameters: [String: String], said: String) throws {
        #expect(problems(RunbookOrder(runbook: "rotate", parameters: parameters), try input()) == [said])
    }

    @Test func aSecretIsNeverGivenOnACommandLine() throws {
        var input = try input()
        try add("name: any\nroles: [worker]\nparameters: {token: {type: secret}}\ntasks: [{command: ls}]", to: &input)
        #expect(
            problems(RunbookOrder(runbook: "any"), input) == [
                "runbooks/r.yaml:3:14: the secret 'any.token' is not set; set it: rackwright secret set any.token"
            ]
        )
        #expect(
            problems(RunbookOrder(runbook: "any", parameters: ["token": "hush"]), input) == [
                "'token' is a secret, which does not belong on a command line; set it: rackwright secret set any.token"
            ]
        )
        input.secrets["any.token"] = "v1"
        let plan = try Planner.plan(RunbookOrder(runbook: "any"), input)
        #expect(plan.runbook?.secrets == ["token": "v1"])
        #expect(plan.runbook?.words == "any")
    }

    @Test func aRunbookThatIsNotThereIsNamedWithThoseThatAre() throws {
        let input = try input()
        #expect(
            problems(RunbookOrder(runbook: "rotat"), input) == [
                "the catalogue has no runbook 'rotat'; did you mean 'rotate'?"
            ]
        )
        #expect(
            problems(RunbookOrder(runbook: "x-y-z-q"), input) == [
                "the catalogue has no runbook 'x-y-z-q'; it has: check-workers, rotate"
            ]
        )
    }

    @Test func aReportSaysWhatItsTasksAre() throws {
        let report = RunbookReport(try #require(try input().catalog.runbooks["rotate"]))
        #expect(
            report.tasks == [
                "step 1: first [command] (runbooks/r.yaml:10:5)", "step 1: really [command] (runbooks/r.yaml:11:5)",
                "step 3: last [command] (runbooks/r.yaml:9:5)",
            ]
        )
        #expect(report.tags == ["step3"])
        let tagged = "name: a\ntasks: [{name: rare, command: ls, tags: [never, deep, step1]}]"
        var more = try input()
        try add(tagged, to: &more)
        let other = RunbookReport(try #require(more.catalog.runbooks["a"]))
        #expect(other.tasks == ["step 1: rare [command] (runbooks/r.yaml:2:9), tags: never, deep"])
        #expect(report.parameters.map(\.fallback) == ["7", nil])
    }
}

extension PlanningInput {
    /// With a runbook that leaves what failed as it is.
    fileprivate func stopping() -> PlanningInput {
        var input = self
        input.catalog.runbooks["rotate"]?.rollout.onFailure = .stop
        return input
    }
}
