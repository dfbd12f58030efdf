import OperatorAPI
import OperatorCLI
import Testing

struct WatchTests {
    @Test func nodesAreWaitedForUntilAllAreThere() {
        let watch = NodeWatch(names: [], state: "available", endsAtAnyFailure: false)
        let first = Samples.node("n1", "available")
        #expect(watch.verdict([first, Samples.node("n2", "inspecting")]) == .waiting)
        #expect(watch.verdict([first, Samples.node("n2", "available")]) == .reached)
        #expect(watch.verdict([]) == .failed(["there are no nodes to wait for"]))
    }

    @Test func onlyTheNamedNodesCount() {
        let watch = NodeWatch(names: ["n1"], state: "active", endsAtAnyFailure: true)
        #expect(watch.verdict([Samples.node("n1", "active"), Samples.node("n2", "failed(deploying)")]) == .reached)
        #expect(watch.verdict([Samples.node("n2", "active")]) == .failed(["there is no node 'n1'"]))
    }

    @Test func aFailureEndsTheWaitAtOnceOrWhenNothingElseCanCome() {
        let nodes = [
            Samples.node("n1", "failed(deploying)", evidence: "no\ndisk"), Samples.node("n2", "deploying"),
            Samples.node("n3", "active"),
        ]
        let reasons = ["n1: failed(deploying): no disk"]
        #expect(NodeWatch(names: [], state: "active", endsAtAnyFailure: true).verdict(nodes) == .failed(reasons))
        let patient = NodeWatch(names: [], state: "active", endsAtAnyFailure: false)
        #expect(patient.verdict(nodes) == .waiting)
        #expect(patient.verdict([nodes[0], nodes[2]]) == .failed(reasons))
    }

    @Test func aFailureCanBeWhatIsWaitedFor() {
        let watch = NodeWatch(names: [], state: "failed", endsAtAnyFailure: true)
        #expect(watch.verdict([Samples.node("n1", "failed(inspecting)")]) == .reached)
    }

    @Test func everyChangeOfANodeIsALineButNotEveryPercent() {
        var watch = NodeWatch(names: [], state: "active", endsAtAnyFailure: false)
        let first = Samples.node("n1", "deploying", progress: "image 1 %")
        #expect(watch.changes([first], Samples.look) == ["12:00:00  n1  deploying     image 1 %; as expected"])
        #expect(watch.changes([first], Samples.look).isEmpty)
        #expect(watch.changes([Samples.node("n1", "deploying", progress: "image 2 %")], Samples.look).isEmpty)
        #expect(
            watch.changes([Samples.node("n1", "active")], Samples.look) == ["12:00:00  n1  active        as expected"]
        )
        #expect(watch.late([first]).count == 1)
    }

    @Test func aRunIsFollowedMemberByMember() {
        var watch = RunWatch()
        let begun = Samples.run("running", [("n1", "started", "started"), ("node-2", "pending", "")])
        #expect(watch.verdict(begun) == .waiting)
        #expect(watch.changes(begun, Samples.look) == ["12:00:00  n1      started"])
        #expect(watch.changes(begun, Samples.look).isEmpty)
        let gone = Samples.run("succeeded", [("n1", "done", "health is good"), ("node-2", "done", "")])
        #expect(
            watch.changes(gone, Samples.look) == [
                "12:00:00  n1      done  health is good", "12:00:00  node-2  done",
                "12:00:00  run run-1 succeeded in 1m",
            ]
        )
        #expect(watch.verdict(gone) == .succeeded)
    }

    @Test func aSuccessOfSomeNodesSaysWhichItLost() throws {
        var watch = RunWatch()
        let run = Samples.run("succeeded", [("n1", "done", ""), ("n2", "rolled-back", "no\nspace")])
        #expect(
            watch.changes(run, Samples.look).last
                == "12:00:00  run run-1 succeeded in 1m; 1 of 2 rolled back: n2 (no space)"
        )
        #expect(watch.verdict(run) == .succeeded, "as the role's max_failed allows")
        #expect(
            RunText.show(run, Samples.look).contains("generation 1: succeeded; 1 of 2 rolled back: n2 (no space)\n")
        )
        #expect(RunText.list([run], Samples.look).hasSuffix("1 of 2 rolled back: n2 (no space)"))
        var look = Samples.look
        look.hasColors = true
        #expect(RunText.list([run], look).contains("\u{1B}[33msucceeded"), "it is not as green as another")
        let json = try JSONText.of(run)
        #expect(json.contains("\"rolled_back\" : 1") && json.contains("\"done\" : 1"))
    }

    @Test func aStoppedRunIsShownWithItsReasonAndItsLosses() {
        var run = Samples.run("stopped", [("n1", "failed", "no space"), ("n2", "pending", "")])
        run.reason = "lunch"
        #expect(RunText.show(run, Samples.look).contains(": stopped\n  lunch; 1 of 2 failed: n1 (no space)\n"))
    }

    @Test func aWaveThatWaitsIsSaidOnceWithTheCommandThatLetsItGoOn() {
        var watch = RunWatch()
        let run = Samples.run("running", wave: 1, waits: true, [("n1", "done", "")])
        #expect(
            watch.changes(run, Samples.look).last == "12:00:00  wave 2 waits for approval: rackwright run approve run-1"
        )
        #expect(watch.changes(run, Samples.look).isEmpty)
    }

    @Test func aFailedRunGivesItsReasonAndItsMembers() {
        let run = Samples.run("failed", [("n1", "done", ""), ("n2", "failed", "no disk")])
        #expect(
            RunWatch().verdict(run)
                == .failed(["run run-1 failed: n2 failed: no disk", "n2 failed: no disk; see rackwright explain n2"])
        )
        let stopped = Samples.run("stopped", [("n1", "pending", "")])
        #expect(RunWatch().verdict(stopped) == .failed(["run run-1 stopped"]))
    }
}
