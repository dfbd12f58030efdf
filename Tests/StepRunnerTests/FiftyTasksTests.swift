import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

/// A run of fifty tasks, cut off at every line of its journal.
@Suite struct FiftyTasksTests {
    /// Tasks of many kinds; what counts how often it was done appends a line to a file outside the tree.
    private func work(_ root: String, counting count: String) -> Bundle {
        var items: [TaskItem] = []
        for number in 0..<6 {
            let path: Value = .string("/etc/app/\(number).conf")
            items += [
                task("folder \(number)", "file", ["path": "/etc/app", "state": "directory", "mode": "0750"]),
                task("copy \(number)", "copy", ["dest": path, "content": "a=1\nb={{ base }}\n", "mode": "0640"]) {
                    $0.notify = ["reload"]
                },
                task("line \(number)", "lineinfile", ["path": path, "regexp": "^a=", "line": "a=\(number)"]),
                task("block \(number)", "blockinfile", ["path": path, "block": "x\ny"]) { $0.register = "block" },
                task(
                    "ini \(number)",
                    "ini_file",
                    [
                        "path": .string("/etc/app/\(number).ini"), "section": "s", "option": "o",
                        "value": .string("\(number)"),
                    ]
                ),
                task("replace \(number)", "replace", ["path": path, "regexp": "b=(.*)", "replace": "b=<\\1>"]) {
                    // What it makes is matched, too: done twice, it would be seen.
                    $0.when = ["block.changed"]
                },
                task("fact \(number)", "set_fact", ["base": .string("\(number)-{{ base }}")]),
            ]
        }
        items += [
            task("each", "copy", ["dest": "/etc/app/each-{{ item }}", "content": "{{ item }}"]) {
                $0.loop = ["a", "b", "c"]
            },
            task("stat", "stat", ["path": "/etc/app/1.conf"]) { $0.register = "seen" },
            task("told", "copy", ["dest": "/etc/app/size", "content": "{{ seen.stat.size }} {{ base }}"]),
            task("once", "shell", ["_raw_params": .string("echo once >> \(count)")]),
            task("link", "file", ["src": "0.conf", "dest": "/etc/app/link", "state": "link"]),
            task("gone", "file", ["path": "/etc/old", "state": "absent"]),
            task(
                "guarded",
                "shell",
                [
                    "_raw_params": .string("echo guarded >> \(count); touch \(root)/tmp/guarded"),
                    "creates": "/tmp/guarded",
                ]
            ),
            task("reload", "shell", ["_raw_params": .string("echo reload >> \(count)")]) { $0.listen = ["reload"] },
        ]
        return bundle(
            "fifty",
            [BundleStep(number: 1, service: "web", work: .tasks(items))],
            variables: ["base": "first"]
        )
    }

    private func bench() throws -> Bench {
        let bench = try Bench()
        try bench.put("old\n", at: "/etc/old")
        return bench
    }

    @Test func fiftyTasksAreFifty() throws {
        guard case .tasks(let items) = work("", counting: "/x").steps[0].work else { return }
        #expect(items.count == 50)
    }

    /// Wherever it is cut off, a new runner ends in the same state; what may not be done twice is not.
    @Test(arguments: [JournalMoment.before, .torn, .after])
    func everyCutEndsInTheSameState(moment: JournalMoment) async throws {
        let whole = try bench()
        let counted = whole.folder + "/count"
        let wholeOutcome = await whole.run(work(whole.root, counting: counted))
        try #require(wholeOutcome.failure == nil, "\(wholeOutcome)")
        let tree = try whole.tree()
        #expect(tree["/etc/old"] == nil)
        #expect(try NodeFiles(root: "").readText(counted) == "once\nguarded\nreload\n")

        var line = 1
        var interrupted: Set<String> = []
        while true {
            let cut = line
            let bench = try bench()
            let count = bench.folder + "/count"
            let work = work(bench.root, counting: count)
            let first = await bench.runner { $0 == cut ? moment : .none }.attempt(work)
            if case .success = first { break }
            let outcome = await bench.run(work)
            let done = ((try? NodeFiles(root: "").readText(count)) ?? "").split(separator: "\n").map(String.init)
            for word in ["once", "reload"] {
                #expect(done.count { $0 == word } <= 1, "line \(cut): \(word) was done twice")
            }
            if let reason = outcome.failure?.reason {
                // What began and may not be done again stops the run, and says so.
                #expect(reason.contains("is not known to be safe to repeat; set retry_safe"), "line \(cut): \(reason)")
                for name in ["once", "reload"] where reason.contains("\(name) (services") { interrupted.insert(name) }
            } else {
                #expect(try bench.tree() == tree, "line \(cut)")
                #expect(done == ["once", "guarded", "reload"], "line \(cut)")
            }
            #expect(await bench.run(work) == outcome, "a finished bundle keeps its outcome")
            line += 1
        }
        #expect(line > 120, "there were \(line) lines")
        #expect(interrupted == ["once", "reload"])
    }
}
