import AgentAPI
import Catalog
import Foundation
import Jinja
import OrderedCollections
import TestSupport
import Testing
import YAML

@testable import StepRunner

/// Which tasks are carried out, by their tags: as ansible-core chooses among the same lists.
@Suite(.enabled(if: AnsibleOracle.shared != nil, "there is no ansible-core, and the package index was not reached"))
struct AnsibleTagTests {
    /// One list and what is asked of it.
    private struct Case {
        var tasks: Value
        var choice: TagChoice
    }

    private static let tags = ["a", "b", "c", "always", "never", "all", "tagged", "untagged"]

    @Test func ofAnyListTheTasksAreChosenThatAnsibleChooses() throws {
        let program = try #require(AnsibleOracle.shared?.python)
        var random = SeededGenerator(seed: 24)
        let cases = (0..<1500).map { _ in Self.made(&random) }
        let question = cases.map { item in
            let choice = item.choice
            return Value.dict([
                "tasks": item.tasks, "only": .list(choice.only.map { .string($0) }),
                "skipped": .list(choice.skipped.map { .string($0) }),
            ]).json()
        }
        let answers = try #require(
            Python.run(program, ["-c", Self.script], input: question.joined(separator: "\n") + "\n")
        ).split(separator: "\n")
        try #require(answers.count == cases.count)
        for (item, answer) in zip(cases, answers) {
            let ours = item.choice.chosen(from: try items(item.tasks)).flatMap(\.names)
            let theirs = try Value(json: String(answer)).asList?.map(\.description)
            #expect(ours == theirs, "\(item.tasks.json()) by \(item.choice)")
        }
    }

    /// Includes are followed while Ansible runs, so that it has to run.
    @Test(arguments: [
        TagChoice(), TagChoice(only: ["deep"]), TagChoice(only: ["outer"]), TagChoice(only: ["own"]),
        TagChoice(only: ["own", "applied"]), TagChoice(only: ["tagged"], skipped: ["applied"]),
        TagChoice(skipped: ["own"]), TagChoice(only: ["never"]), TagChoice(skipped: ["always"]),
    ])
    func ofIncludedListsToo(choice: TagChoice) async throws {
        let oracle = try #require(AnsibleOracle.shared)
        let top = FileManager.default.temporaryDirectory.path + "/tags-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: top) }
        try FileManager.default.createDirectory(atPath: top, withIntermediateDirectories: true)
        let play: Value = [
            [
                "hosts": "all", "gather_facts": false,
                "tasks": try YAMLReader.read(Array(Self.list.utf8), file: "a").value,
            ]
        ]
        try Data(play.json().utf8).write(to: URL(filePath: top + "/play.json"))
        try Data(Self.included.utf8).write(to: URL(filePath: top + "/included.yaml"))
        let words =
            (choice.only.isEmpty ? [] : ["--tags", choice.only.joined(separator: ",")])
            + (choice.skipped.isEmpty ? [] : ["--skip-tags", choice.skipped.joined(separator: ",")])
        let failure = try oracle.play(top + "/play.json", variables: "log=\(top)/theirs", words, in: top)
        try #require(failure == nil, "\(failure ?? "")")

        let catalog = try Catalog(
            files: [
                file("runbooks/a.yaml", "name: a\nparameters: {log: {type: string}}\ntasks:\n" + Self.list),
                file("tasks/included.yaml", Self.included),
            ],
            templates: [:]
        )
        let runbook = try #require(catalog.runbooks["a"])
        let bench = try Bench()
        let tasks = runbook.choosing(choice).tasks.map(\.task)
        let outcome = await bench.tasks(tasks, variables: ["log": .string(top + "/ours")])
        #expect(outcome.failure == nil, "\(outcome)")
        let (ours, theirs) = (
            try? String(contentsOfFile: top + "/ours", encoding: .utf8),
            try? String(contentsOfFile: top + "/theirs", encoding: .utf8)
        )
        #expect(ours == theirs)
    }

    private static let list = """
        - shell: echo plain >> {{ log }}
        - include_tasks: included.yaml
          tags: own
        - include_tasks: {file: included.yaml, apply: {tags: [applied], vars: {word: told}}}
          tags: [own, always]
        - import_tasks: included.yaml
          tags: [own]
        - block:
            - include_tasks: {file: included.yaml, apply: {when: "1 == 2"}}
            - include_tasks: included.yaml
              tags: never
            - shell: echo in the block >> {{ log }}
          tags: outer

        """
    private static let included = """
        - shell: echo included {{ word | default('') }} >> {{ log }}
        - shell: echo deep {{ word | default('') }} >> {{ log }}
          tags: deep
        - shell: echo never {{ word | default('') }} >> {{ log }}
          tags: never

        """

    private func file(_ path: String, _ text: String) throws -> Catalog.File {
        Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
    }

    /// A list as the catalogue reads it.
    private func items(_ tasks: Value) throws -> [TaskItem] {
        let text = Value.dict(["name": "a", "tasks": tasks]).json()
        return try Catalog(files: [file("runbooks/a.yaml", text)], templates: [:]).runbooks["a"]?.tasks.map(\.task)
            ?? []
    }

    // MARK: Made lists

    private static func made(_ random: inout SeededGenerator) -> Case {
        var number = 0
        let count = Int.random(in: 1...4, using: &random)
        let tasks = (0..<count).map { _ in task(&number, 2, &random) }
        return Case(
            tasks: .list(tasks),
            choice: TagChoice(only: some(2, &random), skipped: Bool.random(using: &random) ? [] : some(2, &random))
        )
    }

    private static func some(_ most: Int, _ random: inout SeededGenerator) -> [String] {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in tags.randomElement(using: &random) ?? "a" }
    }

    private static func task(_ number: inout Int, _ depth: Int, _ random: inout SeededGenerator) -> Value {
        var task: Fields = [:]
        let own = some(2, &random)
        if !own.isEmpty { task["tags"] = .list(own.map { .string($0) }) }
        if depth > 0, Int.random(in: 0..<3, using: &random) == 0 {
            for key in ["block", "rescue", "always"] where key == "block" || Bool.random(using: &random) {
                task[key] = .list(
                    (0..<Int.random(in: 1...2, using: &random)).map { _ in Self.task(&number, depth - 1, &random) }
                )
            }
            return .dict(task)
        }
        task["name"] = .string("t\(number)")
        task["debug"] = [:]
        number += 1
        return .dict(task)
    }

    private static let script = #"""
        import json, sys
        from ansible import context
        from ansible.utils.context_objects import CLIArgs
        context.CLIARGS = CLIArgs({"tags": ["all"], "skip_tags": []})
        from ansible.parsing.dataloader import DataLoader
        from ansible.playbook.play import Play
        from ansible.plugins.loader import init_plugin_loader
        from ansible.vars.manager import VariableManager

        init_plugin_loader()
        loader = DataLoader()
        for line in sys.stdin:
            case = json.loads(line)
            whole = {"name": "p", "hosts": "all", "gather_facts": False, "tasks": case["tasks"]}
            play = Play.load(whole, variable_manager=VariableManager(loader=loader), loader=loader)
            play.only_tags = set(case["only"]) or {"all"}
            play.skip_tags = set(case["skipped"])
            names = []
            for block in play.compile():
                names += [task.name for task in block.filter_tagged_tasks({}).get_tasks() if task.name]
            print(json.dumps(names))
        """#
}

extension TaskItem {
    /// Its name, and those of what is in it.
    fileprivate var names: [String] {
        guard case .block(let body) = self.body else { return [name ?? ""] }
        return (body.block + body.rescue + body.always).flatMap(\.names)
    }
}
