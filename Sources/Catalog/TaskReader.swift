import AgentAPI
import Jinja
import OrderedCollections

/// Reads Ansible task lists; a keyword or module that the agent lacks is an error here, not on the node.
struct TaskReader {
    /// Template files by name, for the `template` module.
    var templates: [String: String]

    private static let keywords = [
        "name", "when", "register", "loop", "with_items", "loop_control", "until", "retries", "delay", "block",
        "rescue",
        "always", "notify", "listen", "environment", "changed_when", "failed_when", "ignore_errors", "tags", "vars",
        "no_log", "retry_safe", "args", "become",
    ]

    func tasks(_ tree: SourceTree?, _ what: String, _ problems: inout CatalogProblems) -> [TaskItem] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.content else {
            problems.add("\(what) must be a list of tasks, found \(tree.kind)", at: tree.location)
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
        tasks(tree, what, &problems).compactMap { task in
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
    }

    /// The number in `step|int == 3` and `step == 3`.
    static func stepNumber(_ condition: String) -> Int? {
        let compact = condition.filter { !$0.isWhitespace }
        for prefix in ["step|int==", "step==", "(step|int)=="] where compact.hasPrefix(prefix) {
            return Int(compact.dropFirst(prefix.count))
        }
        return nil
    }

    private static func location(_ task: TaskItem) -> SourceLocation {
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
        guard let body = body(&fields, what, &problems) else { return nil }
        var task = TaskItem(name: name, source: tree.location.description, body: body)
        task.when = conditions(fields.optional("when"), &problems) ?? []
        task.register = fields.text("register", &problems)
        task.loop = fields.optional("loop")?.value ?? fields.optional("with_items")?.value
        _ = fields.optional("with_items")
        if let control = fields.optional("loop_control"),
            var inner = Fields(control, "loop_control of \(fields.what)", &problems)
        {
            task.loopVariable = inner.text("loop_var", &problems) ?? "item"
            _ = inner.optional("label")
            inner.finish(&problems)
        }
        task.until = conditions(fields.optional("until"), &problems) ?? []
        task.retries = fields.integer("retries", in: 0...100_000, &problems) ?? task.retries
        if let delay = fields.optional("delay") {
            task.delay = delay.requireSeconds("'delay' of \(fields.what)", &problems) ?? task.delay
        }
        task.changedWhen = conditions(fields.optional("changed_when"), &problems)
        task.failedWhen = conditions(fields.optional("failed_when"), &problems)
        task.ignoreErrors = fields.bool("ignore_errors", &problems) ?? false
        task.noLog = fields.bool("no_log", &problems) ?? false
        task.retrySafe = fields.bool("retry_safe", &problems) ?? false
        task.notify = fields.texts("notify", &problems)
        task.listen = fields.texts("listen", &problems)
        task.tags = fields.texts("tags", &problems)
        task.environment = dictionary(fields.optional("environment"), "environment", fields.what, &problems)
        task.vars = dictionary(fields.optional("vars"), "vars", fields.what, &problems)
        if let become = fields.optional("become"), case .bool = become.value {
        } else if let become = fields.optional("become") {
            problems.add("'become' of \(fields.what) must be true or false; the agent is root", at: become.location)
        }
        fields.finish(&problems)
        for entry in fields.allEntries where !["block", "rescue", "always"].contains(entry.key) {
            entry.value.checkTemplates("'\(entry.key)' of \(fields.what)", &problems)
        }
        return task
    }

    private func dictionary(
        _ tree: SourceTree?,
        _ key: String,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> Value {
        guard let tree else { return .dict([:]) }
        guard case .map = tree.content else {
            problems.add("'\(key)' of \(what) must be a map, found \(tree.kind)", at: tree.location)
            return .dict([:])
        }
        return tree.value
    }

    /// Conditions: one or a list; each must read as an expression.
    private func conditions(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> [String]? {
        guard let tree else { return nil }
        let items: [SourceTree]
        if case .list(let list) = tree.content { items = list } else { items = [tree] }
        var texts: [String] = []
        for item in items {
            guard let text = item.requireText("a condition", &problems) else { continue }
            do {
                _ = try Expression(text, name: item.location.description)
                texts.append(text)
            } catch {
                problems.add("the condition '\(text)' is not an expression: \(error.message)", at: item.location)
            }
        }
        return texts
    }

    private func body(
        _ fields: inout Fields,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> TaskItem.Body? {
        if let block = fields.optional("block") {
            let rescue = fields.optional("rescue")
            let always = fields.optional("always")
            return .block(
                TaskItem.BlockBody(
                    block: tasks(block, "a block in \(what)", &problems),
                    rescue: tasks(rescue, "a rescue in \(what)", &problems),
                    always: tasks(always, "an always in \(what)", &problems)
                )
            )
        }
        let modules = fields.allEntries.filter { !Self.keywords.contains($0.key) }
        guard let module = modules.first else {
            problems.add("\(fields.what) in \(what) names no module", at: fields.tree.location)
            return nil
        }
        if modules.count > 1 {
            let known = modules.firstIndex { Self.isNative($0.key) } ?? 0
            let wrong = modules.indices.first { $0 != known } ?? known
            let names = modules.map(\.key).joined(separator: "', '")
            problems.add(
                "\(fields.what) in \(what) names several modules or has unknown keywords: '\(names)'",
                at: modules[wrong].location,
                suggestion: Spelling.nearest(to: modules[wrong].key, among: Self.keywords)
            )
            return nil
        }
        _ = fields.optional(module.key)
        let name = Self.shortName(module.key)
        guard Self.isNative(module.key) else {
            problems.add(
                "the agent has no module '\(module.key)' (\(fields.what) in \(what))",
                at: module.location,
                suggestion: Spelling.nearest(to: name, among: NativeModule.allCases.map(\.rawValue) + Self.keywords)
            )
            return nil
        }
        return arguments(of: name, module.value, fields.optional("args"), &problems)
            .map { .module(name, arguments: $0) }
    }

    /// `copy` of `ansible.builtin.copy`.
    private static func shortName(_ module: String) -> String {
        module.split(separator: ".").last.map(String.init) ?? module
    }

    private static func isNative(_ module: String) -> Bool {
        NativeModule(rawValue: shortName(module)) != nil
    }

    private func arguments(
        of module: String,
        _ tree: SourceTree,
        _ more: SourceTree?,
        _ problems: inout CatalogProblems
    ) -> Value? {
        var arguments: OrderedDictionary<String, Value> = [:]
        switch tree.value {
        case .dict(let dictionary): arguments = dictionary
        case .none: break
        case .string(let text): arguments = FreeForm.arguments(of: module, text)
        default:
            problems.add("the arguments of '\(module)' must be a map or a text, found \(tree.kind)", at: tree.location)
            return nil
        }
        if case .dict(let dictionary)? = more?.value {
            arguments.merge(dictionary) { _, new in new }
        }
        if module == "template", case .string(let file)? = arguments["src"] {
            guard let text = templates[file] else {
                problems.add(
                    "the template '\(file)' is not in templates/",
                    at: tree.location,
                    suggestion: Spelling.nearest(to: file, among: templates.keys)
                )
                return nil
            }
            arguments["_template"] = .string(text)
            arguments["_template_name"] = .string("templates/" + file)
        }
        return .dict(arguments)
    }
}
