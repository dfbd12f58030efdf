import Catalog
import OperatorAPI
import OperatorCLI
import Testing
import YAML

@Suite struct RunbookTextTests {
    private let report = RunbookReport(
        name: "rotate",
        description: "keeps logs short",
        roles: ["worker"],
        parameters: [
            .init(name: "keep", type: "int", fallback: "7", description: "how many", constraints: ["1 to 30"]),
            .init(name: "path", type: "string", fallback: nil, description: nil, constraints: []),
            .init(name: "token", type: "secret", fallback: nil, description: nil, constraints: []),
        ],
        rollout: "canary 1, batch 2",
        tasks: ["step 1: look [command] (runbooks/r.yaml:3:5)", "step 2: rotate [shell] (runbooks/r.yaml:4:5)"],
        rollbackTasks: ["undo [command] (runbooks/r.yaml:9:5)"],
        tags: ["deep", "step2"],
        health: ["http://127.0.0.1/ contains 'ok'"]
    )

    @Test func aRunbookSaysWhatItDoesAndHowToStartIt() {
        #expect(
            RunbookText.show(report, Samples.look) == """
                runbook rotate
                  keeps logs short
                  nodes      of worker
                  rollout    canary 1, batch 2
                  parameters keep: int, 1 to 30; 7 without one: how many
                             path: string; must be given
                             token: secret; set it: rackwright secret set rotate.token
                  tasks      step 1: look [command] (runbooks/r.yaml:3:5)
                             step 2: rotate [shell] (runbooks/r.yaml:4:5)
                  tags       deep, step2
                  health     http://127.0.0.1/ contains 'ok'
                  rollback   undo [command] (runbooks/r.yaml:9:5)
                start it with: rackwright runbook run rotate --set path=…
                """
        )
    }

    @Test func runbooksAreListedWithWhatTheyAreFor() {
        var other = report
        (other.name, other.roles, other.parameters, other.description) = ("any", [], [], nil)
        #expect(
            RunbookText.list([other, report], Samples.look) == """
                RUNBOOK  ROLES   PARAMETERS         TASKS  FOR
                any      -       -                  2
                rotate   worker  keep, path, token  2      keeps logs short
                """
        )
        #expect(RunbookText.list([], Samples.look).contains("runbooks/"))
        #expect(RunbookText.show(other, Samples.look).hasSuffix("rackwright runbook run any --node NODE"))
    }

    @Test func aRunOfARunbookSaysWhoStartedItWithWhat() {
        var run = Samples.run("running", [("n1", "started", "at work")])
        run.runbook = RunReport.Runbook(
            name: "rotate",
            parameters: ["path": "\"/a\"", "keep": "3"],
            check: true,
            by: "ada",
            leftOut: ["n2 is left out: it is failed(servicing)"],
            tags: ["deep", "step2"],
            skipTags: ["slow"]
        )
        #expect(
            RunText.show(run, Samples.look) == """
                run run-1 of runbook rotate (check), generation 1: running
                  by ada with keep=3, path="/a", tags deep, step2, without tags slow
                  n2 is left out: it is failed(servicing)
                  started 11:58:30, for 1m
                  wave 1 of 2

                NODE  WAVE  STATE    DETAIL
                n1    1     started  at work
                """
        )
        let list = RunText.list([Samples.run("succeeded", []), run], Samples.look).split(separator: "\n")
        #expect(list[0].hasPrefix("RUN    GEN  OF              STATE"))
        #expect(list[1].hasPrefix("run-1  1    plan            succeeded"))
        #expect(list[2].hasPrefix("run-1  1    rotate (check)  running"))
    }

    @Test func valuesAreGivenByName() throws {
        #expect(try RunbookText.parameters(["a=1", "b=x=y", "c="]) == ["a": "1", "b": "x=y", "c": ""])
        for (words, said) in [
            (["a"], "--set takes NAME=VALUE, found 'a'"), (["=1"], "--set takes NAME=VALUE, found '=1'"),
            (["a=1", "a=2"], "--set gives 'a' twice"),
        ] {
            #expect(throws: ClientProblem(said)) { try RunbookText.parameters(words) }
        }
    }

    @Test func tagsAreGivenAsAnsibleTakesThem() {
        #expect(RunbookText.tags(["a,b", " c ,"]) == ["a", "b", "c"])
        #expect(RunbookText.tags([]) == nil && RunbookText.tags([","]) == nil)
    }

    @Test func theCatalogueShowsItsRunbooks() throws {
        let texts = [
            "roles/worker.yaml": "name: worker\ncount: 1\nimage: i\n",
            "runbooks/r.yaml": "name: rotate\nroles: [worker]\ntasks: [{name: look, command: ls}]\n",
        ]
        let files = try texts.map { path, text in
            Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
        }
        let catalog = try Catalog(files: files, templates: [:])
        #expect(CatalogText.overview(catalog, Samples.look).contains("rotate   worker"))
        let shown = try #require(CatalogText.show("rotate", in: catalog, Samples.look))
        #expect(shown.contains("step 1: look [command] (runbooks/r.yaml:3:9)"))
        #expect(CatalogText.nearest(to: "rotat", in: catalog) == "rotate")
    }
}
