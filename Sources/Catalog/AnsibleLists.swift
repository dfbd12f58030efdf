import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections

/// Reads a service's task lists for whoever carries them out.
protocol ListReading {
    /// Takes up what the tasks of all lists may notify.
    mutating func readHandlers(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems)
    /// Tasks with their step.
    func stepped(
        _ tree: SourceTree?,
        _ what: String,
        _ steps: ClosedRange<Int>,
        _ problems: inout CatalogProblems
    ) -> [Service.SteppedTask]
    /// Tasks of a list that has no steps.
    func whole(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [TaskItem]
}

/// Who carries out a service's task lists.
enum ListRunner: String, CaseIterable {
    /// The agent itself.
    case native
    /// The node's own ansible-core.
    case ansible

    /// Who reads lists for it.
    ///
    /// - Parameter choice: which tasks of the agent's own are kept, by their tags; nil for all.
    func reader(_ material: TaskMaterial, _ choice: TagChoice? = TagChoice()) -> any ListReading {
        switch self {
        case .native: TaskReader(material: material, choice: choice)
        case .ansible: AnsibleLists(material: material)
        }
    }
}

/// Lists that the node's own ansible-core carries out: each step's part goes there as it was written, as one unit.
///
/// They are read no further than for their steps; what is in them is Ansible's affair.
struct AnsibleLists: ListReading {
    var material: TaskMaterial
    private var handlers: [SourceTree] = []

    init(material: TaskMaterial) {
        self.material = material
    }

    mutating func readHandlers(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) {
        let (listening, others) = read(tree, what, &problems)
        handlers = listening + others
    }

    /// The list's parts by step, as ``TaskReader/stepped(_:_:_:_:)`` finds them.
    func stepped(
        _ tree: SourceTree?,
        _ what: String,
        _ steps: ClosedRange<Int>,
        _ problems: inout CatalogProblems
    ) -> [Service.SteppedTask] {
        let (tasks, handlers) = read(tree, what, &problems)
        var byStep: [Int: [SourceTree]] = [:]
        for task in tasks {
            let number = Self.step(of: task) ?? max(1, steps.lowerBound)
            if steps.contains(number) {
                byStep[number, default: []].append(task)
            } else {
                problems.add(
                    "the task '\(task["name"]?.text ?? "unnamed")' in \(what) is for step \(number), which never runs "
                        + "(steps \(steps.lowerBound) to \(steps.upperBound))",
                    at: task.location
                )
            }
        }
        return byStep.sorted { $0.key < $1.key }.map { number, part in
            Service.SteppedTask(step: number, task: unit(part, handlers, "\(what), step \(number)", step: number))
        }
    }

    /// The whole list as one unit; none for an empty list.
    func whole(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [TaskItem] {
        let (tasks, handlers) = read(tree, what, &problems)
        return tasks.isEmpty ? [] : [unit(tasks, handlers, what, step: 0)]
    }

    private func read(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> (
        tasks: [SourceTree], handlers: [SourceTree]
    ) {
        guard let tree else { return ([], []) }
        if let heat = HeatFunction.first(in: tree) {
            problems.add(
                "\(what) holds Heat's function '\(heat.name)', which Ansible has not either",
                at: heat.location
            )
            return ([], [])
        }
        guard case .list(let items) = tree.content else {
            problems.add("\(what) must be a list of tasks, found \(tree.kind)", at: tree.location)
            return ([], [])
        }
        for item in items {
            guard case .map = item.content else {
                problems.add("a task in \(what) must be a map of keys, found \(item.kind)", at: item.location)
                return ([], [])
            }
        }
        return (items.filter { $0["listen"] == nil }, handlers + items.filter { $0["listen"] != nil })
    }

    private static func step(of task: SourceTree) -> Int? {
        var step: Int?
        for tag in texts(task["tags"]).flatMap({ $0.split(separator: ",") }) {
            let tag = tag.filter { !$0.isWhitespace }
            if tag.hasPrefix("step") { step = Int(tag.dropFirst(4)) ?? step }
        }
        for condition in texts(task["when"]) { step = TaskReader.stepNumber(condition) ?? step }
        return step
    }

    private static func texts(_ tree: SourceTree?) -> [String] {
        guard case .list(let items)? = tree?.content else { return [tree?.text].compactMap(\.self) }
        return items.compactMap(\.text)
    }

    private func unit(_ tasks: [SourceTree], _ handlers: [SourceTree], _ what: String, step: Int) -> TaskItem {
        var files: OrderedDictionary<String, Value> = [:]
        for tree in tasks + handlers { carry(tree, &files) }
        let arguments: OrderedDictionary<String, Value> = [
            "_tasks": .list(tasks.map(Self.plain)), "_handlers": .list(handlers.map(Self.plain)),
            "_files": .dict(files), "_step": .int(step),
        ]
        return TaskItem(
            name: "\(what), by ansible-core",
            source: tasks.first?.location.description ?? what,
            body: .module(NativeModule.ansiblePlaybook.rawValue, arguments: .dict(arguments)),
            retrySafe: tasks.allSatisfy { $0["retry_safe"]?.value == true }
        )
    }

    /// A task without what Ansible does not know.
    private static func plain(_ task: SourceTree) -> Value {
        var entries = task.value.asDict ?? [:]
        entries["retry_safe"] = nil
        return .dict(entries)
    }

    /// What of the catalogue's files is named by a text in the list goes along, where Ansible looks for it.
    private func carry(_ tree: SourceTree, _ files: inout OrderedDictionary<String, Value>) {
        switch tree.content {
        case .list(let items): for item in items { carry(item, &files) }
        case .map(let entries): for entry in entries { carry(entry.value, &files) }
        case .scalar(let text, _):
            for name in FreeForm.words(text).map({ $0.split(separator: "=").last.map(String.init) ?? $0 }) {
                if let found = material.templates[name] { files["templates/" + name] = ["text": .string(found)] }
                if let found = material.files[name] {
                    files["files/" + name] = ["base64": .string(Data(found).base64EncodedString())]
                }
                if let found = material.variables[name] {
                    files["vars/" + name] = ["text": .string(found.value.json())]
                }
                guard let found = material.taskLists[name], files[name] == nil else { continue }
                guard case .list(let items) = found.content else { continue }
                files[name] = ["text": .string(Value.list(items.map(Self.plain)).json())]
                carry(found, &files)
            }
        }
    }
}
