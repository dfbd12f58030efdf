import AgentAPI
import Foundation
import Jinja
import OrderedCollections
import Testing
import YAML

@testable import Catalog
@testable import StepRunner

/// Cases as plays, each list as often as its case says, and what each task registers written down at the end.
struct AnsiblePlay {
    private struct Part {
        var name: String
        var tasks: [Value]
        var handlers: [Value]
        /// Whether each of its tasks needs a Python of its own.
        var isForked: Bool
    }

    private var parts: [Part] = []
    private var registered: [String: [String]] = [:]
    private(set) var modules: [String: NativeModule] = [:]
    private var texts: [String: String] = [:]
    private let written: [String: [String: String]]
    private let material: TaskMaterial

    init(_ cases: [AnsibleTaskCases.Case], _ written: [String: [String: String]]) throws {
        self.written = written
        material = try Self.material(written)
        for item in cases {
            let tasks = item.tasks.filter(isRead)
            let handlers = item.handlers.filter(isRead)
            for pass in 1...item.passes {
                let name = "\(item.name)_\(pass)"
                var part = Part(name: name, tasks: [], handlers: [], isForked: item.isForked)
                for (index, tree) in tasks.enumerated() {
                    part.tasks.append(
                        named(tree.value, "r_\(name)_\(index)", of: item, "\(tree.location)", isTop: true)
                    )
                }
                for (index, tree) in handlers.enumerated() {
                    part.handlers.append(named(tree.value, "h_\(name)_\(index)", of: item, "\(tree.location)"))
                }
                let block: Value = ["block": .list(part.tasks), "vars": ["d": .string("{{ tree }}/\(item.name)")]]
                part.tasks = [block]
                parts.append(part)
            }
        }
        let names = registered.values.flatMap { $0 }.sorted()
        let dictionary = names.map { "'\($0)': \($0) | default('unreached')" }.joined(separator: ", ")
        let results: Value = [
            "copy": ["dest": "{{ tree }}/../results.json", "content": .string("{{ {\(dictionary)} | to_json }}")],
            "name": "results",
        ]
        parts.append(Part(name: "results", tasks: [results], handlers: [], isForked: false))
    }

    func names(of item: AnsibleTaskCases.Case) -> [String] { Array(Set(registered[item.name] ?? [])).sorted() }

    func text(of name: String) -> String { texts[name] ?? "" }

    /// A task that registers its result, and those in its block likewise; one that may fail where others follow it.
    private mutating func named(
        _ value: Value,
        _ name: String,
        of item: AnsibleTaskCases.Case,
        _ location: String,
        isTop: Bool = false
    ) -> Value {
        var task = value.asDict ?? [:]
        guard Set(task.keys).isDisjoint(with: ["include_tasks", "import_tasks", "meta"]) else { return value }
        if task["block"] != nil {
            for key in ["block", "rescue", "always"] {
                guard let inner = task[key]?.asList else { continue }
                task[key] = .list(
                    inner.enumerated().map { named($1, "\(name)_\(key)_\($0)", of: item, location) }
                )
            }
            return .dict(task)
        }
        if isTop, task["ignore_errors"] == nil { task["ignore_errors"] = true }
        let register = task["register"]?.asString ?? name
        texts[register] = "\(location): \(Value.dict(task).json())"
        task["register"] = .string(register)
        registered[item.name, default: []].append(register)
        modules[register] = task.keys.lazy.compactMap(NativeModule.init(key:)).first
        return .dict(task)
    }

    /// Whether the catalogue takes a task; one that it does not is as good as one that ends differently.
    private func isRead(_ task: SourceTree) -> Bool {
        var problems = CatalogProblems()
        _ = TaskReader(material: material).tasks(SourceTree(.list([task]), at: task.location), "a case", &problems)
        for problem in problems.problems { Issue.record("\(problem)") }
        return problems.problems.isEmpty
    }

    private static func material(_ written: [String: [String: String]]) throws -> TaskMaterial {
        var material = TaskMaterial()
        material.templates = written["templates"] ?? [:]
        material.files = (written["files"] ?? [:]).mapValues { Array($0.utf8) }
        for (name, text) in written["tasks"] ?? [:] {
            material.taskLists[name] = try YAMLReader.read(Array(text.utf8), file: "tasks/\(name)")
        }
        for (name, text) in written["vars"] ?? [:] {
            material.variables[name] = try YAMLReader.read(Array(text.utf8), file: "vars/\(name)")
        }
        return material
    }

    /// The playbook, and what it refers to, as Ansible finds it.
    func write(to folder: String, isQuick: Bool) throws {
        let plays = parts.map { part -> Value in
            var variables = AnsibleTaskCases.variables.asDict ?? [:]
            // The one that whoever a task becomes may run, too.
            if part.isForked { variables["ansible_python_interpreter"] = "/usr/bin/python3" }
            return [
                "hosts": "all", "gather_facts": false, "vars": .dict(variables), "tasks": .list(part.tasks),
                "handlers": .list(part.handlers),
                "strategy": .string(part.isForked || !isQuick ? "linear" : "mitogen_linear"),
            ]
        }
        try Data(Value.list(plays).json().utf8).write(to: URL(filePath: folder + "/play.json"))
        for (kind, texts) in written {
            let place = kind == "tasks" ? folder : "\(folder)/\(kind)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for (name, text) in texts { try Data(text.utf8).write(to: URL(filePath: "\(place)/\(name)")) }
        }
    }

    func run(on side: AnsibleSide, state: String) async -> InstructionReport.Outcome {
        do {
            let steps = try parts.enumerated().map { index, part in
                let list = Value.list(part.tasks + part.handlers).json()
                var problems = CatalogProblems()
                let items = TaskReader(material: material).tasks(
                    try YAMLReader.read(Array(list.utf8), file: part.name),
                    "the cases",
                    &problems
                )
                guard problems.problems.isEmpty else { throw problems }
                // Each with handlers of its own.
                let tasks = TagChoice().chosen(from: items)
                return BundleStep(number: index + 1, service: part.name, work: .tasks(tasks))
            }
            var variables = AnsibleTaskCases.variables.asDict ?? [:]
            variables["tree"] = .string(side.tree)
            variables["inventory_hostname"] = "localhost"
            let unheard: @Sendable (StepEvent) -> Void = { _ in }
            let runner = BundleRunner(stateFolder: state, root: "/", events: unheard) { _ in GateAnswer(open: true) }
            return await runner.run(bundle("cases", steps, variables: .dict(variables)))
        } catch {
            return .failed(InstructionReport.Failure(reason: "\(error)"))
        }
    }
}
