import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct IncludeAndCheckTests {
    private func included(_ tasks: [TaskItem], _ change: (inout TaskItem) -> Void = { _ in }) -> TaskItem {
        var item = TaskItem(
            name: "include",
            source: "services/web.yaml:9:5",
            body: .block(TaskItem.BlockBody(block: tasks, included: "tasks/x.yaml"))
        )
        change(&item)
        return item
    }

    @Test func anIncludedListSeesItsTurnAndItsHandlersAreFound() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks(
            [
                included([
                    task("a", "copy", ["dest": "/etc/{{ stage.name }}", "content": "{{ number }}"]) {
                        $0.notify = ["told"]
                    },
                    task("h", "debug", [:]) { $0.listen = ["told"] },
                ]) {
                    $0.loop = "stages"
                    $0.loopVariable = "stage"
                    $0.loopControl = TaskItem.LoopControl(indexVariable: "number")
                    $0.when = ["stage.name != 'no'"]
                }
            ],
            variables: ["stages": [["name": "one"], ["name": "no"], ["name": "two {{ literal }}"]]]
        )
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.text("/etc/one") == "0")
        #expect(bench.text("/etc/two {{ literal }}") == "2", "what a loop gives is not rendered again")
        #expect(bench.endings() == ["a: changed", "a: changed", "h: unchanged"])
    }

    @Test func theConditionsOfAnIncludeAreAskedOnce() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks([
            task("set", "set_fact", ["go": true]),
            included([
                task("off", "set_fact", ["go": false]),
                task("still", "copy", ["dest": "/etc/still", "content": "x"]),
            ]) { $0.when = ["go"] },
            included([task("never", "fail", [:])]) { $0.when = ["go"] },
        ])
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.text("/etc/still") == "x")
    }

    @Test func inCheckModeNothingChanges() async throws {
        let bench = try Bench { words in
            words[0] == "systemctl" && words[1] == "show" ? .said("ActiveState=inactive\n") : nil
        }
        try bench.put("a=1\n", at: "/etc/conf")
        try bench.put("old", at: "/etc/gone")
        let before = try bench.tree()
        let arguments: [(String, Value)] = [
            ("copy", ["dest": "/etc/new", "content": "x"]), ("file", ["path": "/srv/deep/er", "state": "directory"]),
            ("file", ["path": "/etc/gone", "state": "absent"]), ("file", ["path": "/etc/gone", "mode": "0600"]),
            ("lineinfile", ["path": "/etc/conf", "line": "b=2"]), ("blockinfile", ["path": "/etc/conf", "block": "c"]),
            ("replace", ["path": "/etc/conf", "regexp": "a", "replace": "z"]),
            ("ini_file", ["path": "/etc/ini", "section": "s", "option": "o", "value": "v"]),
            ("service", ["name": "web", "state": "started"]),
            ("command", ["_raw_params": "touch x", "creates": "/etc/none"]),
        ]
        for (module, arguments) in arguments {
            let item = task("t", module, arguments) { $0.checkMode = true }
            let outcome = await bench.tasks([item])
            #expect(outcome.failure == nil, "\(module): \(outcome)")
            #expect(bench.endings().last == "t: changed", "\(module)")
        }
        let unforeseen: [String: Value] = ["uri": ["url": "http://x/"], "tempfile": [:], "wait_for": ["timeout": 1]]
        for module in ["command", "shell", "raw", "uri", "tempfile", "wait_for"] {
            let item = task("t", module, unforeseen[module] ?? ["_raw_params": "touch x"]) {
                $0.checkMode = true
            }
            await bench.tasks([item])
            #expect(bench.endings().last == "t: skipped", "\(module)")
        }
        #expect(try bench.tree() == before)
        #expect(bench.commands.lines.allSatisfy { $0.hasPrefix("systemctl show") })
    }

    @Test func aDiffSaysWhatWasAndWhatIs() async throws {
        let bench = try Bench()
        try bench.put("a=1\n", at: "/etc/conf")
        let copy = await bench.result("copy", ["dest": "/etc/conf", "content": "a=2\n"]) { $0.diff = true }
        #expect(copy["diff"]?.asList?.first?["before"] == "a=1\n" && copy["diff"]?.asList?.first?["after"] == "a=2\n")
        let line = await bench.result("lineinfile", ["path": "/etc/conf", "line": "b=1"]) { $0.diff = true }
        #expect(line["diff"]?.asList?.first?["after"] == "a=2\nb=1\n")
        let none = await bench.result("lineinfile", ["path": "/etc/conf", "line": "c=1"])
        #expect(none["diff"]?.asList?.first?["before"] == "" && none["diff"]?.asList?.first?["after"] == "")
    }

    @Test func aTaskMayRunAsAnotherUserAndForALimitedTime() async throws {
        let bench = try Bench { words in words[0] == "runuser" ? .said("ok") : nil }
        try bench.put("nova:x:162:163:nova:/var/lib/nova:/bin/sh\n", at: "/etc/passwd")
        await bench.tasks(
            [
                task("as", "command", ["_raw_params": "id -u"]) {
                    $0.becomeUser = "{{ who }}"
                    $0.timeout = 7
                }
            ],
            variables: ["who": "nova"]
        )
        #expect(bench.commands.commands.first?.arguments == ["runuser", "-u", "nova", "--", "id", "-u"])
        #expect(bench.commands.commands.first?.timeout == 7)
        #expect(bench.commands.commands.first?.environment["HOME"] == "/var/lib/nova")
    }

    @Test func aScriptOfTheCataloguesRunsAndGoes() async throws {
        let bench = try Bench()
        let script: Value = ["_raw_params": "say.sh one", "_file": ["text": "echo said $1\n"]]
        #expect(await bench.result("script", script)["stdout"] == "said one\n")
        #expect(try !bench.tree().keys.contains { $0.hasPrefix("/tmp/rackwright") })
        let guarded: Value = ["_raw_params": "say.sh creates=/tmp", "_file": ["text": "exit 1\n"]]
        #expect(await bench.result("script", guarded)["changed"] == false)
    }
}
