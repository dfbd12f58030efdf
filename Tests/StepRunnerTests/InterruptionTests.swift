import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct InterruptionTests {
    private func work(rollsBack: Bool = false, fails: Bool = false) -> Bundle {
        var items = [
            task("fact", "set_fact", ["colour": "red"]),
            task("once", "command", ["argv": ["sh", "-c", "echo done"]]) {
                $0.register = "once"
            },
            task("line", "lineinfile", ["path": "/etc/list", "line": "{{ colour }} {{ once.stdout }}", "create": true])
            {
                $0.notify = ["reload"]
            },
            task("loop", "copy", ["dest": "/etc/{{ item }}", "content": "{{ item }}\n"]) { $0.loop = ["a", "b"] },
            task("reload", "copy", ["dest": "/etc/reloaded", "content": "yes\n"]) { $0.listen = ["reload"] },
        ]
        if fails { items.append(task("broken", "fail", ["msg": "no"])) }
        let config = ConfigFile(path: "/etc/web.conf", template: "port = {{ port }}\n", templateName: "web.conf.j2")
        return bundle(
            "b1",
            [
                BundleStep(number: 1, service: "web", work: .files([config])),
                BundleStep(number: 2, service: "web", work: .tasks(items)),
                BundleStep(number: 3, service: "web", work: .serviceDone),
            ],
            variables: ["services": ["web": ["port": 8080]]],
            rollback: [task("told", "copy", ["dest": "/etc/rolled", "content": "back\n"])],
            rollsBack: rollsBack
        )
    }

    private func bench() throws -> Bench {
        let bench = try Bench()
        try bench.put("old\n", at: "/etc/web.conf")
        return bench
    }

    /// The power goes at every line of the journal, before, within and after it.
    @Test(arguments: [JournalMoment.before, .torn, .after], [false, true])
    func aPowerCutAnywhereEndsInTheSameTree(moment: JournalMoment, fails: Bool) async throws {
        let bundle = work(rollsBack: fails, fails: fails)
        let whole = try bench()
        let wholeOutcome = await whole.run(bundle)
        #expect((wholeOutcome.failure == nil) == !fails, "\(wholeOutcome)")
        let tree = try whole.tree()
        #expect(tree["/etc/web.conf"] == (fails ? "0644 old\n" : "0644 port = 8080\n"))
        #expect(tree["/etc/reloaded"] == (fails ? nil : "0644 yes\n"))
        #expect(tree["/etc/rolled"] == (fails ? "0644 back\n" : nil))

        var line = 1
        while true {
            let cut = line
            let bench = try bench()
            let first = await bench.runner { $0 == cut ? moment : .none }.attempt(bundle)
            if case .success = first { break }
            let outcome = await bench.run(bundle)
            let runs = bench.commands.lines.count { $0 == "sh -c echo done" }
            #expect(runs <= 1, "line \(cut): what may not be repeated ran \(runs) times")
            if let reason = outcome.failure?.reason, reason.contains("interrupted") {
                #expect(reason.contains("set retry_safe"))
                #expect(reason.contains("once (services/web.yaml:3:5)"))
            } else {
                #expect(try bench.tree() == tree, "line \(cut)")
                #expect(runs == 1, "line \(cut)")
                #expect((outcome.failure?.rolledBack ?? false) == fails)
            }
            #expect(await bench.run(bundle) == outcome, "a finished bundle keeps its outcome")
            line += 1
        }
        #expect(line > 10)
    }

    @Test func aFinishedBundleDoesNothingWhenRunAgain() async throws {
        let bench = try bench()
        let outcome = await bench.run(work())
        try bench.put("changed by hand\n", at: "/etc/web.conf")
        let heard = bench.events.count
        #expect(await bench.run(work()) == outcome)
        #expect(bench.events.count == heard)
        #expect(bench.text("/etc/web.conf") == "changed by hand\n")
    }

    @Test func otherContentsUnderTheSameIdAreRefused() async throws {
        let bench = try bench()
        _ = await bench.run(work())
        let reason = await bench.run(work(fails: true)).failure?.reason
        #expect(reason?.contains("other contents under the same id") == true)
    }

    @Test func whatIsMarkedAsSafeIsRunAgain() async throws {
        let bench = try Bench()
        let item = task("again", "shell", ["_raw_params": "echo x >> \(bench.root)/tmp/count"]) { $0.retrySafe = true }
        let bundle = bundle("b2", [BundleStep(number: 1, service: "web", work: .tasks([item]))])
        // Line 3 is the task's end.
        _ = await bench.runner { $0 == 3 ? .before : .none }.attempt(bundle)
        #expect(bench.text("/tmp/count") == "x\n")
        #expect(await bench.run(bundle).failure == nil)
        #expect(bench.text("/tmp/count") == "x\nx\n")
    }

    @Test func aDamagedJournalIsRefusedAndATornEndIsNot() throws {
        let bench = try Bench()
        let path = bench.folder + "/state/j.jsonl"
        let state = FileChanges(files: NodeFiles(root: "")) { _ in }
        let journal = try Journal(path: path)
        try journal.append(.opened(digest: "d"))
        try journal.append(.began(unit: "0"))
        let octets = try NodeFiles(root: "").read(path)
        for count in 0...octets.count {
            _ = try state.write(Array(octets.prefix(count)), to: path)
            let lines = octets.prefix(count).count { $0 == 0x0A }
            #expect(try Journal(path: path).entries.count == lines)
        }
        _ = try state.write([0x7B, 0x0A] + octets, to: path)
        #expect(throws: JournalError.self) { try Journal(path: path) }
    }
}
