import AgentAPI
import Foundation
import Jinja
import Synchronization
import Testing

@testable import StepRunner

/// Whole lists by a real ansible-core, and what is kept of them.
@Suite(.enabled(if: AnsibleOracle.shared != nil, "there is no ansible-core, and the package index was not reached"))
struct AnsiblePlaybookTests {
    /// A bench on whose node `ansible-playbook` is the oracle's, and which looks at what lies beside it.
    private func bench(_ look: @escaping @Sendable ([String]) -> Void = { _ in }) throws -> Bench {
        try Bench { words in
            if words[0] == "ansible-playbook" { look(words) }
            return nil
        }
    }

    private func unit(
        _ tasks: Value,
        handlers: Value = [],
        files: Value = [:],
        _ change: (inout TaskItem) -> Void = { _ in }
    )
        throws -> TaskItem
    {
        let program = try #require(AnsibleOracle.shared?.program)
        let folder = URL(filePath: program).deletingLastPathComponent().path
        let arguments: Value = ["_tasks": tasks, "_handlers": handlers, "_files": files, "_step": 2]
        return task("list", "ansible_playbook", arguments) {
            $0.environment = ["PATH": .string(folder + ":/usr/bin:/bin")]
            $0.register = "r"
            change(&$0)
        }
    }

    @Test func eachTasksEndIsKept() async throws {
        let bench = try bench()
        let target = bench.folder + "/made"
        let tasks: Value = [
            [
                "name": "made",
                "copy": ["content": "{{ port }} {{ rackwright.groups.all[0] }}\n", "dest": .string(target)],
                "notify": "told",
            ],
            [
                "name": "from a file", "template": ["src": "a.j2", "dest": .string(target + ".t")],
                "when": "step | int == 2",
            ],
            ["name": "not now", "command": "false", "when": "step | int == 3"],
            ["name": "may fail", "command": "false", "ignore_errors": true],
            ["name": "quiet", "debug": ["msg": "{{ password }}"], "no_log": true],
            ["name": "said", "command": "echo hello"],
            ["name": "own", "debug": ["msg": "{{ port }}"], "vars": ["port": 81]],
        ]
        let handlers: Value = [["name": "handler", "debug": ["msg": "told"], "listen": "told"]]
        let list = try unit(tasks, handlers: handlers, files: ["templates/a.j2": ["text": "{{ password }}"]])
        let variables: Value = [
            "groups": ["all": ["n1"]], "gather_subset": ["all"], "module_setup": true,
            "services": ["web": ["port": 8080, "password": "a '{{ 1 + 1 }}' b"]],
        ]
        let step = BundleStep(
            number: 2,
            service: "web",
            work: .tasks([list, task("shown", "debug", ["msg": "{{ r | to_json }}"])])
        )
        let outcome = await bench.run(bundle("b", [step], variables: variables, secrets: ["a '{{ 1 + 1 }}' b"]))
        try #require(outcome.failure == nil, "\(outcome)")
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "8080 n1\n")
        #expect(
            try String(contentsOfFile: target + ".t", encoding: .utf8) == "a '{{ 1 + 1 }}' b",
            "a value is no template"
        )
        #expect(bench.endings().first == "list: changed")
        let result = try Value(json: try #require(bench.output(of: "shown")))
        for name in ["gather_subset", "module_setup", "omit"] {
            #expect(result["stderr"]?.description.contains("name '\(name)'") == false, "\(result["stderr"] ?? "")")
        }
        let ends = (result["tasks"]?.asList ?? []).map { "\($0["name"] ?? ""): \($0["state"] ?? "")" }
        #expect(
            ends == [
                "Gathering Facts: unchanged", "made: changed", "from a file: changed", "not now: skipped",
                "may fail: ignored", "quiet: unchanged", "said: changed", "own: unchanged",
                "handler: unchanged",
            ]
        )
        #expect(result["tasks"]?.asList?.last { $0["name"] == "said" }?["stdout"] == "hello")
        #expect(result["tasks"]?.asList?.last { $0["name"] == "own" }?["msg"] == 81, "the list's own value goes first")
        #expect(!result.json().contains("1 + 1"), "no_log holds")
    }

    @Test func secretsLieWhereRootAloneReadsThemAndAreGoneAfterwards() async throws {
        let seen = Mutex<[String: Int]>([:])
        let command = Mutex("")
        let bench = try bench { words in
            let folder = URL(filePath: words.last ?? "").deletingLastPathComponent().path
            command.withLock { $0 = words.joined(separator: " ") }
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            for name in [""] + names {
                let found = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
                seen.withLock { $0[name] = found?[.posixPermissions] as? Int }
            }
        }
        let list = try unit([["debug": ["msg": "x"]]])
        let step = BundleStep(number: 2, service: "web", work: .tasks([list]))
        let variables: Value = ["services": ["web": ["password": "s3cret-word"]]]
        #expect(await bench.run(bundle("b", [step], variables: variables, secrets: ["s3cret-word"])).failure == nil)
        let modes = seen.withLock { $0 }
        #expect(modes[""] == 0o700 && modes["rackwright.yaml"] == 0o600, "\(modes)")
        #expect(!command.withLock { $0 }.contains("s3cret"))
        #expect(try bench.tree().keys.filter { $0.contains("rackwright-") } == [])
    }

    @Test func aFailureNamesTheTaskAndASecondRunChangesNothing() async throws {
        let bench = try bench()
        let target = Value.string(bench.folder + "/made")
        let tasks: Value = [["name": "made", "copy": ["content": "x", "dest": target]]]
        for wanted in ["list: changed", "list: unchanged"] {
            #expect(await bench.tasks([try unit(tasks)]).failure == nil)
            #expect(bench.endings().last == wanted)
        }
        let failing: Value = [["name": "it breaks", "fail": ["msg": "no disk"]]]
        let reason = await bench.tasks([try unit(failing)]).failure?.reason ?? ""
        #expect(reason.contains("task 'it breaks': no disk"), "\(reason)")
        let broken: Value = [["name": "unknown", "no.such.module": ["a": 1]]]
        let words = await bench.tasks([try unit(broken)]).failure?.reason ?? ""
        #expect(words.contains("no.such.module"), "\(words)")
    }
}

@Suite struct AnsibleRunnerTests {
    @Test func aNodeWithoutAnsibleSaysSo() async throws {
        let bench = try Bench()
        let item = task("list", "ansible_playbook", ["_tasks": [], "_step": 1]) {
            $0.environment = ["PATH": "/nowhere"]
        }
        let reason = await bench.tasks([item]).failure?.reason ?? ""
        #expect(reason.contains("this node has no ansible-playbook"), "\(reason)")
    }

    @Test(arguments: [false, true])
    func aListThatWasInterruptedIsRepeatedOnlyWhereItIsSafe(isSafe: Bool) async throws {
        let bench = try Bench { $0[0] == "ansible-playbook" ? .done : nil }
        let item = task("list", "ansible_playbook", ["_tasks": [], "_step": 1]) { $0.retrySafe = isSafe }
        let work = bundle("b", [BundleStep(number: 1, service: "web", work: .tasks([item]))])
        // The line after the list's beginning is its end, which the power cut keeps from the disk.
        _ = await bench.runner { $0 == 3 ? .before : .none }.attempt(work)
        let outcome = await bench.run(work)
        #expect((outcome.failure == nil) == isSafe, "\(outcome)")
        #expect(isSafe || outcome.failure?.reason.contains("retry_safe") == true)
        #expect(bench.commands.lines.count == (isSafe ? 2 : 1))
    }
}
