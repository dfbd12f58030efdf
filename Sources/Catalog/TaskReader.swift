import AgentAPI
import Jinja
import OrderedCollections

/// Reads Ansible task lists; a keyword, module or argument that the agent lacks is an error here, not on the node.
struct TaskReader {
    var material: TaskMaterial
    /// Lists that are being read, each included by the one before it.
    var including: [String] = []
    /// What tasks may notify, beside what listens in their own list.
    var handlers: [TaskItem] = []
    /// Which tasks are kept, by their tags; nil for all of them, where each start says which.
    var choice: TagChoice? = TagChoice()

    func kept(_ tasks: [TaskItem]) -> [TaskItem] { choice?.chosen(from: tasks) ?? tasks }

    func tasks(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [TaskItem] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.content else {
            if let heat = HeatFunction.first(in: tree) {
                problems.add("\(what) is made by Heat's function '\(heat.name)': write the list", at: heat.location)
            } else {
                problems.add("\(what) must be a list of tasks, found \(tree.kind)", at: tree.location)
            }
            return []
        }
        return items.compactMap { task($0, what, &problems) }
    }

    /// Tasks with their step: from `tags: step3`, or from `when: step | int == 3`; the first step where neither is.
    func stepped(
        _ tree: SourceTree?,
        _ what: String,
        _ steps: ClosedRange<Int>,
        _ problems: inout CatalogProblems
    ) -> [Service.SteppedTask] {
        let tasks = kept(tasks(tree, what, &problems)).compactMap { task -> Service.SteppedTask? in
            var task = task
            var step: Int?
            for tag in task.tags where tag.hasPrefix("step") {
                step = Int(tag.dropFirst(4)) ?? step
            }
            task.when = task.when.filter { condition in
                guard let number = Self.stepNumber(condition) else { return true }
                step = number
                return false
            }
            for condition in task.when where (try? Expression(condition))?.names.contains("step") ?? false {
                problems.add(
                    "the condition '\(condition)' in \(what) is on the step: write 'step | int == N' as an item of its own",
                    at: Self.location(task)
                )
            }
            let number = step ?? max(1, steps.lowerBound)
            guard steps.contains(number) else {
                problems.add(
                    "the task '\(task.name ?? "unnamed")' in \(what) is for step \(number), which never runs "
                        + "(steps \(steps.lowerBound) to \(steps.upperBound))",
                    at: Self.location(task)
                )
                return nil
            }
            return Service.SteppedTask(step: number, task: task)
        }
        guard let first = tasks.map(\.step).min() else { return [] }
        return tasks + handlers.map { Service.SteppedTask(step: first, task: $0) }
    }

    /// The number in `step|int == 3` and `step == 3`.
    static func stepNumber(_ condition: String) -> Int? {
        let compact = condition.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        for prefix in ["step|int==", "step==", "(step|int)=="] where compact.hasPrefix(prefix) {
            return Int(compact.dropFirst(prefix.count))
        }
        return nil
    }

    static func location(_ task: TaskItem) -> SourceLocation {
        let parts = task.source.split(separator: ":")
        guard parts.count >= 3, let line = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]) else {
            return SourceLocation(file: task.source, line: 1, column: 1)
        }
        return SourceLocation(file: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
    }

    private func task(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> TaskItem? {
        guard var fields = Fields(tree, "a task in \(what)", &problems) else { return nil }
        let name = fields.text("name", &problems)
        if let name { fields.what = "task '\(name)'" }
        for entry in fields.allEntries where !["block", "rescue", "always"].contains(entry.key) {
            guard let heat = HeatFunction.first(in: entry.value) else { continue }
            problems.add(
                "'\(entry.key)' of \(fields.what) holds Heat's function '\(heat.name)': write a parameter of the service, "
                    + "as in '{{ port }}'",
                at: heat.location
            )
            return nil
        }
        guard let body = body(&fields, what, &problems) else { return nil }
        var task = TaskItem(name: name, source: tree.location.description, body: body)
        task.when = conditions(fields.optional("when"), &problems) ?? []
        task.register = fields.text("register", &problems)
        readLoop(&fields, &task, &problems)
        task.until = conditions(fields.optional("until"), &problems) ?? []
        if !keepsTemplate(.retries, &fields, &task), let retries = fields.integer("retries", in: 0...100_000, &problems)
        {
            task.retries = retries
            if task.until.isEmpty {
                // Without a condition of its own a task is tried until it succeeds.
                let register = task.register ?? "tried_result"
                task.register = register
                task.until = ["\(register) is not failed"]
            }
        }
        if !keepsTemplate(.delay, &fields, &task), let delay = fields.optional("delay") {
            task.delay = delay.requireSeconds("'delay' of \(fields.what)", &problems) ?? task.delay
        }
        task.changedWhen = conditions(fields.optional("changed_when"), &problems)
        if tree["kolla_set_configs"] != nil, task.changedWhen == nil {
            // Its script says whether it changed something.
            let register = task.register ?? "kolla_set_configs"
            task.register = register
            task.changedWhen = ["\(register).stdout | default('') == 'changed'"]
        }
        task.failedWhen = conditions(fields.optional("failed_when"), &problems)
        (task.ignoreErrors, task.ignoreErrorsWhen) = flag("ignore_errors", &fields, &problems)
        (task.noLog, task.noLogWhen) = flag("no_log", &fields, &problems)
        task.retrySafe = fields.bool("retry_safe", &problems) ?? false
        task.checkMode = fields.bool("check_mode", &problems)
        task.diff = fields.bool("diff", &problems)
        task.notify = fields.texts("notify", &problems)
        task.listen = fields.texts("listen", &problems)
        task.tags = fields.texts("tags", &problems).flatMap { tag in
            tag.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
        }
        task.environment = dictionary(fields.optional("environment"), "environment", fields.what, &problems)
        task.vars = dictionary(fields.optional("vars"), "vars", fields.what, &problems)
        readExecution(&fields, &task, &problems)
        refuseWhatTasksAloneHave(fields, task, &problems)
        fields.finish(&problems)
        for entry in fields.allEntries where !["block", "rescue", "always"].contains(entry.key) {
            entry.value.checkTemplates("'\(entry.key)' of \(fields.what)", &problems)
        }
        return task
    }

    /// A flag, or a template that gives one on the node.
    private func flag(_ key: String, _ fields: inout Fields, _ problems: inout CatalogProblems) -> (Bool, String?) {
        if let text = fields.allEntries.first(where: { $0.key == key })?.value.text, text.hasBraces {
            return (false, conditions(fields.optional(key), &problems)?.first)
        }
        return (fields.bool(key, &problems) ?? false, nil)
    }

    func dictionary(
        _ tree: SourceTree?,
        _ key: String,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> Value {
        guard let tree else { return .dict([:]) }
        if key == "environment", case .list(let items) = tree.content {
            return .list(items.map { dictionary($0, "an item of environment", what, &problems) })
        }
        if key == "environment", let text = tree.text, text.hasBraces { return tree.value }
        guard case .map = tree.content else {
            problems.add("'\(key)' of \(what) must be a map, found \(tree.kind)", at: tree.location)
            return .dict([:])
        }
        return tree.value
    }

    /// Conditions: one or a list; each must read as an expression, or as a template that gives one.
    func conditions(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> [String]? {
        guard let tree else { return nil }
        let items: [SourceTree]
        if case .list(let list) = tree.content { items = list } else { items = [tree] }
        var texts: [String] = []
        for item in items {
            guard let text = item.requireText("a condition", &problems) else { continue }
            do {
                if text.hasBraces {
                    _ = try Template(text, name: item.location.description)
                } else {
                    _ = try Expression(text, name: item.location.description)
                }
                texts.append(text)
            } catch {
                problems.add("the condition '\(text)' is not an expression: \(error.message)", at: item.location)
            }
        }
        return texts
    }
}

extension String {
    /// Whether it holds the beginning of a Jinja expression or statement.
    package var hasBraces: Bool { zip(self, dropFirst()).contains { $0 == "{" && ($1 == "{" || $1 == "%") } }
}
