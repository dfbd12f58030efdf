import AgentAPI
import Catalog
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing
import YAML

@Suite struct RunbookTests {
    private static let whole = """
        name: rotate-logs
        description: keeps logs short
        roles: [worker]
        parameters:
          keep: {type: int, default: 7, constraints: [{range: {min: 1, max: 30}}]}
          token: {type: secret}
        rollout: {canary: 1, batch: 50%, max_failed: 2, approve: after-canary, on_failure: stop}
        tasks:
          - name: rotate
            command: rotate --keep {{ keep }} --token {{ token }} {{ node.name }} {{ services.web.port }}
            tags: step2
          - name: look
            command: ls
        rollback_tasks:
          - name: forget
            file: {path: /var/lib/rotated, state: absent}
        """

    private static let service = "name: web\nparameters: {port: {type: int, default: 80}, key: {type: secret}}\n"

    private func found(_ runbook: String, _ more: [String: String] = [:]) throws -> [String] {
        try problems(
            ["services/web.yaml": Self.service, "roles/worker.yaml": plainRole, "runbooks/a.yaml": runbook]
                .merging(more) { $1 }
        )
    }

    @Test func aRunbookSaysWhatItIsForAndWhatItDoes() throws {
        let catalog = try catalog([
            "services/web.yaml": Self.service, "roles/worker.yaml": plainRole, "runbooks/rotate-logs.yaml": Self.whole,
        ])
        let runbook = try #require(catalog.runbooks["rotate-logs"])
        #expect(runbook.description == "keeps logs short")
        #expect(runbook.roles == ["worker"])
        #expect(runbook.parameters.map(\.name) == ["keep", "token"])
        #expect(runbook.tasks.map { "\($0.step) \($0.task.name ?? "")" } == ["2 rotate", "1 look"])
        #expect(runbook.rollbackTasks.map(\.name) == ["forget"])
        #expect(
            runbook.rollout.words == "canary 1, batch 50%, at most 2 failed, approval after-canary, on failure stop"
        )
    }

    @Test func theShippedRunbookLoads() throws {
        let catalog = try CatalogFolder(path: checkout + "/controller-config").load()
        let runbook = try #require(catalog.runbooks["check-workers"])
        #expect(runbook.roles == ["worker"])
        #expect(runbook.tasks.count == 4 && runbook.checksServices)
    }

    @Test(arguments: [
        (
            "name: a\nroles: [wroker]\ntasks: [{command: ls}]",
            "2:9: runbook 'a' is for the unknown role 'wroker'; did you mean 'worker'?"
        ),
        (
            "name: a\nserial: 2\ntasks: [{command: ls}]",
            "2:1: unknown key 'serial' in runbook 'a'; known are check_services, description, handlers, health, name, parameters, roles, rollback_tasks, rollout, runner, tasks"
        ),
        (
            "name: a\nroels: [worker]\ntasks: [{command: ls}]",
            "2:1: unknown key 'roels' in runbook 'a'; did you mean 'roles'?"
        ),
        ("name: a\ntasks: []", "2:8: runbook 'a' has no tasks"),
        ("name: a\nroles: [worker]", "1:1: runbook 'a' needs 'tasks'"),
        (
            "name: a\ntasks:\n  - name: look\n    command: ls\n    wen: x",
            "5:5: task 'look' in tasks of runbook 'a' names several modules or has unknown keywords: 'command', 'wen'; did you mean 'when'?"
        ),
        (
            "name: a\nparameters: {keep: {type: int}}\ntasks:\n  - command: ls {{ kep }}",
            "4:20: runbook 'a' uses 'kep' here: it has no such parameter and nothing else gives it; did you mean 'keep'?"
        ),
        (
            "name: a\ntasks:\n  - command: ls {{ services.web.key }}",
            "3:33: 'key' of service 'web' is a secret, which no other service is told: give runbook 'a' one of its own with the same value"
        ),
        (
            "name: a\nrollout: {batch: 0}\ntasks: [{command: ls}]",
            "2:18: 'batch' of runbook 'a' must be a number or 1% to 100%, found '0'"
        ),
        (
            "name: a\ntasks: [{command: ls, tags: step6}]",
            "2:9: the task 'unnamed' in tasks of runbook 'a' is for step 6, which never runs (steps 0 to 5)"
        ),
        (
            "name: a\ntasks: [{command: ls}]\nhealth: [{htp: \"http://a\", tcp: \"a:1\"}]",
            "3:11: unknown key 'htp' in a health check of runbook 'a'; did you mean 'http'?"
        ),
        (
            "name: a\ntasks: [{command: ls}]\nhealth: [{command: \"ls {{ kep }}\"}]",
            "3:27: runbook 'a' uses 'kep' here: it has no such parameter and nothing else gives it"
        ),
        (
            "name: a\ntasks: [{command: ls}]\ncheck_services: often",
            "3:17: 'check_services' of runbook 'a' must be true or false, found 'often'"
        ),
        (
            "name: web\ntasks: [{command: ls}]",
            "1:1: runbook 'web' has the name of the service at services/web.yaml:1:1: their parameters and secrets go by it"
        ),
    ])
    func whatIsWrongIsSaidWhereItStands(text: String, said: String) throws {
        #expect(try found(text) == ["runbooks/a.yaml:" + said])
    }

    @Test func aModuleThatIsNotThereIsRefused() throws {
        let found = try found("name: a\ntasks:\n  - comand: ls")
        #expect(found.count == 1 && found[0].hasPrefix("runbooks/a.yaml:3:5:"), "\(found)")
        #expect(found[0].contains("comand"))
    }

    @Test func twoOfOneNameAndARoleThatHasNoNodesAreRefused() throws {
        let more = [
            "roles/base.yaml": "name: base\nabstract: true\nimage: i\n",
            "runbooks/b.yaml": "name: a\nroles: [base]\ntasks: [{command: ls}]",
        ]
        let found = try found("name: a\ntasks: [{command: ls}]", more)
        #expect(
            found == [
                "runbooks/b.yaml:1:1: runbook 'a' is also at runbooks/a.yaml:1:1",
                "runbooks/b.yaml:2:9: runbook 'a' is for role 'base', which is there to be extended and has no nodes",
            ]
        )
    }

    @Test(arguments: [
        (Service.Parameter.Kind.int, "7", Value.int(7)), (.int, "x", .string("x")), (.string, "7", .string("7")),
        (.bool, "yes", .bool(true)), (.float, "1.5", .double(1.5)),
        (.list, "[1, \"a\"]", .list([.int(1), .string("a")])),
        (.map, "{\"a\": 1}", .dict(["a": .int(1)])), (.list, "a,b", .string("a,b")), (.string, "", .string("")),
    ])
    func aTypedValueIsReadByTheParametersType(type: Service.Parameter.Kind, text: String, value: Value) throws {
        let runbook = "name: a\nparameters: {p: {type: \(type.rawValue)}}\ntasks: [{command: ls}]"
        let parameter = try #require(try catalog(["runbooks/a.yaml": runbook]).runbooks["a"]?.parameters.first)
        #expect(parameter.value(of: text) == value)
        #expect(parameter.accepts(parameter.value(of: text)) == !(type != .string && value.asString != nil))
    }

    @Test func aFileWithAnotherEndingIsNotPassedOver() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/runbooks-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/runbooks", withIntermediateDirectories: true)
        try Data("name: a\n".utf8).write(to: URL(filePath: folder + "/runbooks/a.yml"))
        let error = #expect(throws: CatalogProblems.self) { try CatalogFolder(path: folder).load() }
        #expect(
            error?.problems.map(\.description).first?.hasPrefix("runbooks/a.yml:1:1: this file is not read") == true
        )
    }

    @Test func itMayHaveChecksAsServicesHaveThemWithTasksOrWithout() throws {
        let text = """
            name: a
            parameters: {port: {type: int, default: 80}}
            check_services: true
            health:
              - {http: "http://127.0.0.1:{{ port }}/", contains: ok, interval: 1s, deadline: 1m}
              - {command: [test, -e, /a]}
            """
        let runbook = try #require(try catalog(["runbooks/a.yaml": text]).runbooks["a"])
        #expect(
            runbook.health == [
                HealthCheck(
                    probe: .http(url: "http://127.0.0.1:{{ port }}/", contains: "ok"),
                    interval: 1,
                    deadline: 60
                ),
                HealthCheck(probe: .command(["test", "-e", "/a"])),
            ]
        )
        #expect(runbook.checksServices && runbook.tasks.isEmpty)
        let plain = try #require(try catalog(["runbooks/a.yaml": "name: a\ntasks: [{command: ls}]"]).runbooks["a"])
        #expect(plain.health.isEmpty && !plain.checksServices)
    }

    private static let tagged = """
        name: a
        tasks:
          - {name: plain, command: ls}
          - {name: deep, command: ls, tags: [deep, step2]}
          - {name: rare, command: ls, tags: "never, rare"}
          - block: [{name: inner, command: ls, tags: inner}]
            tags: outer
          - import_tasks: {file: more.yaml}
            tags: brought
          - {name: told, command: ls, listen: told, tags: of-a-handler}
        rollback_tasks:
          - {name: undo, command: ls, tags: deep}
          - {name: not undone, command: ls, tags: never}
        """

    private func runbook(_ text: String = Self.tagged) throws -> Runbook {
        let more = "- {name: brought, command: ls, tags: always}\n"
        return try #require(try catalog(["runbooks/a.yaml": text, "tasks/more.yaml": more]).runbooks["a"])
    }

    @Test(arguments: [
        (TagChoice(), "plain deep block block told"), (TagChoice(only: ["step2"]), "deep block told"),
        (TagChoice(only: ["rare"]), "rare block told"), (TagChoice(only: ["outer"], skipped: ["always"]), "block told"),
        (TagChoice(skipped: ["tagged"]), "plain told"),
    ])
    func itsTasksAreChosenByTheirTagsAndHandlersStay(choice: TagChoice, names: String) throws {
        let chosen = try runbook().choosing(choice)
        #expect(chosen.tasks.map { $0.task.name ?? "block" }.joined(separator: " ") == names)
        #expect(chosen.rollbackTasks.map(\.name) == ["undo"], "what puts things back is not chosen among")
    }

    @Test func aChoiceThatCannotBeFollowedIsRefusedWithTheTagsThereAre() throws {
        let runbook = try runbook()
        #expect(runbook.tags == ["brought", "deep", "inner", "outer", "rare", "step2"])
        let all = "there are: brought, deep, inner, outer, rare, step2"
        #expect(runbook.problems(with: TagChoice(only: ["rare", "all"], skipped: ["never"])) == [])
        #expect(
            runbook.problems(with: TagChoice(only: ["deep", "dep"], skipped: ["of-a-handler"])) == [
                "no task of runbook 'a' has the tag 'dep'; \(all)",
                "no task of runbook 'a' has the tag 'of-a-handler'; \(all)",
            ]
        )
        #expect(
            runbook.problems(with: TagChoice(only: ["deep"], skipped: ["deep", "always"])) == [
                "no task of runbook 'a' is left to carry out; of tags \(all)"
            ]
        )
        let plain = try self.runbook("name: a\ntasks: [{command: ls}]")
        #expect(
            plain.problems(with: TagChoice(only: ["x"])) == [
                "no task of runbook 'a' has the tag 'x'; its tasks have none"
            ]
        )
        let foreign = try self.runbook("name: a\nrunner: ansible\ntasks: [{command: ls, tags: x}]")
        #expect(foreign.problems(with: TagChoice()) == [])
        #expect(foreign.problems(with: TagChoice(only: ["x"])).first?.contains("runner: ansible") == true)
    }
}
