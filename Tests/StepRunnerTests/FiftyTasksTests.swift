import AgentAPI
import Foundation
import Glibc
import Jinja
import OrderedCollections
import TestSupport
import Testing

@testable import StepRunner

/// A run of fifty tasks, cut off at every line of its journal.
@Suite struct FiftyTasksTests {
    /// Tasks of many kinds; what counts how often it was done appends a line to a file outside the tree.
    private static func work(_ root: String, counting count: String) -> AgentAPI.Bundle {
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

    private static func bench() throws -> Bench {
        let bench = try Bench()
        try bench.put("old\n", at: "/etc/old")
        return bench
    }

    private static func fifty(on bench: Bench) -> AgentAPI.Bundle {
        work(bench.root, counting: bench.folder + "/count")
    }

    /// What is left where nothing interrupts.
    private static func undisturbed() async throws -> [String: String] {
        let whole = try bench()
        let outcome = await whole.run(fifty(on: whole))
        try #require(outcome.failure == nil, "\(outcome)")
        let tree = try whole.tree()
        #expect(tree["/etc/old"] == nil)
        #expect(try NodeFiles(root: "").readText(whole.folder + "/count") == "once\nguarded\nreload\n")
        return tree
    }

    /// Goes on with what was cut off at a line. Answers the tasks that may not be done again and were in the middle.
    private static func resume(_ bench: Bench, after line: Int, to tree: [String: String]) async throws -> Set<String> {
        let work = fifty(on: bench)
        var interrupted: Set<String> = []
        let outcome = await bench.run(work)
        let text = (try? NodeFiles(root: "").readText(bench.folder + "/count")) ?? ""
        let done = text.split(separator: "\n").map(String.init)
        for word in ["once", "reload"] {
            #expect(done.count { $0 == word } <= 1, "line \(line): \(word) was done twice")
        }
        if let reason = outcome.failure?.reason {
            // What began and may not be done again stops the run, and says so.
            #expect(reason.contains("is not known to be safe to repeat; set retry_safe"), "line \(line): \(reason)")
            for name in ["once", "reload"] where reason.contains("\(name) (services") { interrupted.insert(name) }
        } else {
            #expect(try bench.tree() == tree, "line \(line)")
            #expect(done == ["once", "guarded", "reload"], "line \(line)")
        }
        #expect(await bench.run(work) == outcome, "a finished bundle keeps its outcome")
        return interrupted
    }

    @Test func fiftyTasksAreFifty() throws {
        guard case .tasks(let items) = Self.work("", counting: "/x").steps[0].work else { return }
        #expect(items.count == 50)
    }

    /// Wherever it is cut off, a new runner ends in the same state; what may not be done twice is not.
    @Test(arguments: [JournalMoment.before, .torn, .after])
    func everyCutEndsInTheSameState(moment: JournalMoment) async throws {
        let tree = try await Self.undisturbed()
        var line = 1
        var interrupted: Set<String> = []
        while true {
            let cut = line
            let bench = try Self.bench()
            let first = await bench.runner { $0 == cut ? moment : .none }.attempt(Self.fifty(on: bench))
            if case .success = first { break }
            interrupted.formUnion(try await Self.resume(bench, after: line, to: tree))
            line += 1
        }
        #expect(line > 120, "there were \(line) lines")
        #expect(interrupted == ["once", "reload"])
    }

    /// The same with a process of its own that the kernel kills at each record: nothing in it can tidy up.
    @Test func aProcessThatIsKilledAtAnyRecordEndsInTheSameState() async throws {
        let program = Fixture.checkout + "/.build/debug/step-crash"
        let tree = try await Self.undisturbed()
        let whole = try Self.bench()
        _ = await whole.run(Self.fifty(on: whole))
        let count = try NodeFiles(root: "").readText(whole.folder + "/state/journal/fifty.jsonl").split(separator: "\n")
            .count
        #expect(count > 120, "there were \(count) lines")
        var interrupted: Set<String> = []
        for line in 1...count {
            let bench = try Self.bench()
            let definition = bench.folder + "/bundle.json"
            try JSONEncoder().encode(Self.fifty(on: bench)).write(to: URL(filePath: definition))
            let words = [program, definition, bench.folder + "/state", bench.root, "\(line)"]
            let ended = try ProcessExecutor().run(Command(arguments: words), until: nil)
            #expect(ended.status == -Int(SIGKILL), "line \(line): \(ended.lastWords)")
            interrupted.formUnion(try await Self.resume(bench, after: line, to: tree))
        }
        #expect(interrupted == ["once", "reload"])
    }
}
