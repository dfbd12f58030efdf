import OperatorAPI
import OperatorCLI
import Testing

struct PlanTextTests {
    @Test func aPlanSaysWhatEveryNodeBecomesAndHowToGoOn() {
        let plan = PlanReport(
            generation: 4,
            parent: 3,
            nodes: [
                .init(
                    name: "n1",
                    role: "web",
                    operation: "deploy",
                    image: "debian-13",
                    disk: "sda, 1.0 TiB",
                    changes: ["new node", "role web"],
                    steps: ["step 1 base: files /etc/hosts", "step 2 web: containers web"]
                )
            ],
            unchanged: ["n2"],
            waves: [["n1"]]
        )
        #expect(
            PlanText.plan(plan, isFresh: true, Samples.look) == """
                plan generation 4, after generation 3

                deploy n1 as web
                  image    debian-13
                  disk     sda, 1.0 TiB
                  changes  new node
                           role web
                  steps    step 1 base: files /etc/hosts
                           step 2 web: containers web

                unchanged: n2
                wave 1: n1
                apply it with: rackwright apply 4
                """
        )
        #expect(!PlanText.plan(plan, isFresh: false, Samples.look).contains("apply it"))
    }

    @Test func aPlanWithoutChangesIsNothingToDo() {
        let plan = PlanReport(generation: 5, parent: 4, nodes: [], unchanged: ["n1", "n2"], waves: [])
        #expect(PlanText.plan(plan, isFresh: true, Samples.look) == "unchanged: n1, n2\nnothing to do")
    }

    @Test func whatAPlanDoesNotChangeIsSaidBeforeHowToGoOn() {
        let note = "n2: keeps image debian-12 (sha256:aaaaaaaaaaaa), the role has debian-13: redeploy to change it"
        var plan = PlanReport(generation: 5, parent: 4, nodes: [], unchanged: ["n2"], waves: [], notes: [note])
        #expect(
            PlanText.plan(plan, isFresh: true, Samples.look) == "unchanged: n2\nnote: \(note)\nnothing to do"
        )
        plan.nodes = [
            .init(name: "n1", role: "web", operation: "deploy", image: "debian-13", disk: nil, changes: [], steps: [])
        ]
        plan.waves = [["n1"]]
        #expect(
            PlanText.plan(plan, isFresh: true, Samples.look)
                .hasSuffix("unchanged: n2\nnote: \(note)\nwave 1: n1\napply it with: rackwright apply 5")
        )
    }

    @Test func plansAreListedWithWhatTheyDoToHowManyNodes() {
        let plans = [
            PlanSummary(generation: 1, createdAt: Samples.noon, operations: ["upgrade": 1, "deploy": 2], unchanged: 0),
            PlanSummary(
                generation: 12,
                createdAt: Samples.noon,
                operations: ["runbook": 3],
                unchanged: 4,
                runbook: "greet"
            ),
        ]
        #expect(
            PlanText.list(plans, Samples.look) == """
                PLAN  MADE      FOR                     NODES                UNCHANGED
                1     12:00:00  what nodes are made of  2 deploy, 1 upgrade  0
                12    12:00:00  runbook greet           3 runbook            4
                """
        )
        #expect(PlanText.list([], Samples.look).contains("rackwright plan"))
    }

    @Test func runsAreShownWithWavesCountedFromOne() {
        let run = Samples.run("running", wave: 1, waits: true, [("n1", "done", "fine"), ("n2", "pending", "")])
        #expect(
            RunText.show(run, Samples.look) == """
                run run-1 of plan generation 1: running
                  started 11:58:30, for 1m
                  wave 2 of 2: waits for approval: rackwright run approve run-1

                NODE  WAVE  STATE    DETAIL
                n1    1     done     fine
                n2    1     pending
                """
        )
        #expect(RunText.list([run], Samples.look).contains("2 of 2"))
    }
}
