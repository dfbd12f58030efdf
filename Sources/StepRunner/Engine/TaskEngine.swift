import AgentAPI
import Jinja
import OrderedCollections

/// Carries out a list of tasks: order, blocks, handlers. One task is done by ``TaskWork``.
final class TaskEngine {
    let run: RunContext
    /// The journal's path of the list.
    private let path: String
    private let handlers: [TaskItem]
    private var notified: Set<Int> = []
    private var handlersRun = 0

    init(_ run: RunContext, path: String, handlers: [TaskItem]) {
        self.run = run
        self.path = path
        self.handlers = handlers
    }

    /// All tasks in order, then the handlers they notified. Items that listen are handlers, run when notified.
    func perform(_ items: [TaskItem]) throws {
        do {
            try perform(items, path, TaskScope())
            try flushHandlers()
        } catch is EndPlay {}
    }

    private func perform(_ items: [TaskItem], _ path: String, _ scope: TaskScope) throws {
        for (index, item) in items.enumerated() where item.listen.isEmpty {
            try run.checkpoint()
            try perform(item, "\(path)/\(index)", scope.entering(item))
        }
    }

    private func perform(_ item: TaskItem, _ path: String, _ scope: TaskScope) throws {
        switch item.body {
        case .block(let body) where body.included != nil: try include(item, body, path, scope)
        case .block(let body): try perform(body, path, scope)
        case .module(let module, let arguments): try perform(item, module, arguments, path, scope)
        }
    }

    func perform(_ body: TaskItem.BlockBody, _ path: String, _ scope: TaskScope) throws {
        var failure: StepFailure?
        do {
            try perform(body.block, path + "/block", scope)
        } catch let error as StepFailure {
            failure = error
        }
        if let failed = failure, !body.rescue.isEmpty {
            failure = nil
            run.facts["ansible_failed_task"] = [
                "name": .string(failed.task), "action": .string(failed.module), "args": failed.arguments,
            ]
            run.facts["ansible_failed_result"] = failed.result
            do {
                try perform(body.rescue, path + "/rescue", scope)
            } catch let error as StepFailure {
                failure = error
            }
        }
        do {
            try perform(body.always, path + "/always", scope)
        } catch let error as StepFailure {
            failure = error
        }
        if let failure { throw failure }
    }

    private func perform(
        _ item: TaskItem,
        _ module: String,
        _ arguments: Value,
        _ path: String,
        _ scope: TaskScope
    ) throws {
        var scope = scope
        let name = try settle(item, &scope)
        let subject = run.redact(name ?? module)
        let result: UnitResult
        if let ended = run.journal.ended[path] {
            result = ended
        } else {
            run.event(subject, .started)
            let savedBefore = run.journal.saved.count
            result = try outcome(item, module, arguments, path, scope)
            if module == "meta", result.state != .failed, Self.asksForHandlers(result.value) { try flushHandlers() }
            run.event(subject, result.state.event, scope.hidesOutput ? nil : report(result, module))
            let acted = NativeModule(rawValue: module)?.definition.actsOutsideFiles ?? false
            let lasting = acted || run.journal.saved.count > savedBefore || result.state == .failed
            try run.journal.append(.ended(unit: path, result), durably: lasting)
        }
        run.keep(result, of: module)
        if result.state == .changed { try notify(scope.notify, item) }
        if result.state == .failed {
            let hidden = "the output has been hidden because no_log is set"
            throw StepFailure(
                subject: "\(subject) (\(item.source))",
                message: scope.hidesOutput ? hidden : result.message ?? "failed",
                output: scope.hidesOutput ? nil : run.output(of: result.value),
                result: result.value,
                module: module,
                task: run.redact(name ?? ""),
                arguments: arguments
            )
        }
        if result.state == .endedPlay { throw EndPlay() }
    }

    /// Works out what can be told of a task before it begins: its name, and which of its flags are set.
    private func settle(_ item: TaskItem, _ scope: inout TaskScope) throws -> String? {
        let hasTemplate = item.name?.contains("{{") ?? false
        guard hasTemplate || !scope.ignoresErrorsWhen.isEmpty || !scope.hidesOutputWhen.isEmpty else {
            return item.name
        }
        let variables = try StepFailure.naming("\(item.name ?? "a task") (\(item.source))") {
            try run.variables(scope, [:])
        }
        // What cannot be told is taken for what does less harm.
        func holds(_ expression: String, or standard: Bool) -> Bool {
            do { return try Rendering.firstUnmet([expression], variables) == nil } catch { return standard }
        }
        if scope.ignoresErrorsWhen.contains(where: { holds($0, or: false) }) { scope.ignoresErrors = true }
        if scope.hidesOutputWhen.contains(where: { holds($0, or: true) }) { scope.hidesOutput = true }
        return item.name.map { (try? Rendering.text($0, variables)) ?? $0 }
    }

    /// What the controller hears of a task that ended.
    private func report(_ result: UnitResult, _ module: String) -> String? {
        switch result.state {
        case .failed: return [result.message, run.output(of: result.value)].compactMap(\.self).joined(separator: "\n")
        case .ignored: return "failed, ignored: \(result.message ?? "")"
        case .skipped, .endedPlay: return result.message
        case .changed, .unchanged:
            if module == "debug" {
                return (result.value["msg"] ?? result.value).description
            }
            return run.output(of: result.value)
        }
    }

    // MARK: Handlers

    private func notify(_ names: [String], _ item: TaskItem) throws {
        let subject = "\(item.name ?? "a task") (\(item.source))"
        for name in names {
            let name = try StepFailure.naming("\(subject), notify") { try Rendering.text(name, run.variables) }
            let found = handlers.indices.filter { handlers[$0].listen.contains(name) || handlers[$0].name == name }
            guard !found.isEmpty else {
                throw StepFailure(
                    subject: subject,
                    message: "the handler '\(name)' that it notifies was not found"
                )
            }
            notified.formUnion(found)
        }
    }

    /// By what a `meta` task, or one of its loop's items, has answered.
    private static func asksForHandlers(_ value: Value) -> Bool {
        ([value] + (value["results"]?.asList ?? [])).contains {
            $0["msg"] == .string(MetaWord.flushHandlers.rawValue)
        }
    }

    /// Runs what was notified, in the order of definition, until nothing is.
    private func flushHandlers() throws {
        while let index = notified.min() {
            notified.remove(index)
            handlersRun += 1
            // Handlers that notify one another in a circle would never end.
            guard handlersRun <= 1000 else {
                throw StepFailure(subject: "handlers", message: "they notify one another without end")
            }
            try run.checkpoint()
            let item = handlers[index]
            try perform(item, "\(path)/handler\(handlersRun)", TaskScope().entering(item))
        }
    }
}
