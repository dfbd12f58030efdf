import AgentAPI
import Jinja
import OrderedCollections

/// One task, carried out once or for each item of its loop.
struct TaskWork {
    let item: TaskItem
    let native: NativeModule
    let arguments: ModuleArguments
    let scope: TaskScope
    let run: RunContext

    func named(_ result: UnitResult) -> UnitResult {
        var result = result
        result.register = item.register
        return result
    }

    // MARK: Loops

    func loop(_ loop: Value, _ path: String) throws -> UnitResult {
        let items: [Value]
        do {
            items = try loopItems(loop)
        } catch {
            // A condition that keeps the task from running also keeps its loop from being needed.
            if let unmet = try? Rendering.firstUnmet(scope.when, try variables(extra: [:])) {
                return Self.skipped(unmet)
            }
            throw error
        }
        var results: [Value] = []
        var states: [UnitResult.State] = []
        var facts: Fields = [:]
        var message: String?
        for (index, element) in items.enumerated() {
            try run.checkpoint()
            let unit = "\(path)@\(index)"
            let result: UnitResult
            if let ended = run.journal.ended[unit] {
                result = ended
            } else {
                var one = try single(unit, extra: [item.loopVariable: element])
                var fields = one.value.asDict ?? [:]
                fields[item.loopVariable] = element
                fields["ansible_loop_var"] = .string(item.loopVariable)
                one.value = .dict(fields)
                result = one
                try run.journal.append(.ended(unit: unit, result), durably: native.definition.actsOutsideFiles)
            }
            run.facts.merge(result.facts.asDict ?? [:]) { $1 }
            facts.merge(result.facts.asDict ?? [:]) { $1 }
            results.append(result.value)
            states.append(result.state)
            if result.state == .failed || result.state == .ignored { message = message ?? result.message }
        }
        let changed = states.contains(.changed) || results.contains { $0["changed"] == true }
        var fields: Fields = ["results": .list(results), "changed": .bool(changed)]
        let state: UnitResult.State
        if states.contains(.failed) || states.contains(.ignored) {
            state = scope.ignoresErrors ? .ignored : .failed
            fields["failed"] = true
            fields["msg"] = "One or more items failed"
        } else if items.isEmpty {
            state = .skipped
            fields["skipped"] = true
            fields["skipped_reason"] = "No items in the list"
        } else if states.allSatisfy({ $0 == .skipped }) {
            state = .skipped
            fields["skipped"] = true
            fields["msg"] = "All items skipped"
        } else {
            state = changed ? .changed : .unchanged
            fields["msg"] = "All items completed"
        }
        return UnitResult(state: state, value: .dict(fields), facts: .dict(facts), message: message)
    }

    private func loopItems(_ loop: Value) throws -> [Value] {
        let variables = try variables(extra: [:])
        let value: Value
        if let expression = loop.asString {
            value = try Rendering.evaluate(expression, variables)
        } else {
            value = try Rendering.native(loop, variables)
        }
        guard let items = value.asList else {
            throw ModuleFailure("the loop is not a list, but \(value.json())")
        }
        return items
    }

    // MARK: Once

    /// Does the task for one item: condition, start in the journal, tries until it is as wanted.
    func single(_ unit: String, extra: Fields) throws -> UnitResult {
        var attempt = 0
        do {
            let variables = try variables(extra: extra)
            if let unmet = try Rendering.firstUnmet(scope.when, variables) { return Self.skipped(unmet) }
            let definition = native.definition
            let rendered = try arguments.rendered(variables, except: definition.unrendered)
            let interrupted = run.journal.wasInterrupted(unit)
            if interrupted {
                guard definition.isRepeatable(rendered) || scope.isRetrySafe else {
                    throw InterruptedTask(subject: item.name ?? native.rawValue, source: item.source)
                }
            } else {
                try run.journal.append(.began(unit: unit), durably: definition.actsOutsideFiles)
            }
            let context = try moduleContext(unit, variables)
            let tries = item.until.isEmpty ? 1 : max(1, item.retries + 1)
            while true {
                attempt += 1
                var fields = try attemptOnce(definition, rendered, context, interrupted: interrupted)
                if item.until.isEmpty { return unitResult(fields) }
                fields["attempts"] = .int(attempt)
                let seen = seeing(fields, variables)
                if try Rendering.firstUnmet(item.until, seen) == nil { return unitResult(fields) }
                guard attempt < tries else {
                    fields["attempts"] = .int(max(1, tries - 1))
                    if fields["failed"] != true {
                        fields["failed"] = true
                        fields["msg"] = .string(
                            "it was not as wanted after \(tries) tries: \(item.until.joined(separator: " and "))"
                        )
                    }
                    return unitResult(fields)
                }
                try context.sleep(seconds: max(0, item.delay))
            }
        } catch let error where !(error is any EndsRun) {
            let failure = error as? ModuleFailure
            var fields = failure?.fields ?? [:]
            fields["failed"] = true
            fields["changed"] = false
            fields["msg"] = .string(failure?.message ?? "\(error)")
            return unitResult(fields)
        }
    }

    private func attemptOnce(
        _ definition: ModuleDefinition,
        _ arguments: ModuleArguments,
        _ context: ModuleContext,
        interrupted: Bool
    ) throws -> Fields {
        var fields: Fields
        do {
            fields = try definition.run(arguments, context)
            fields["failed"] = false
            // What the interrupted try did must still be told to handlers.
            if interrupted, native.changesTheNode { fields["changed"] = true }
        } catch let error where !(error is any EndsRun) {
            let failure = error as? ModuleFailure
            fields = failure?.fields ?? [:]
            fields["changed"] = fields["changed"] ?? false
            fields["failed"] = true
            fields["msg"] = .string(failure?.message ?? "\(error)")
        }
        if let conditions = item.changedWhen {
            fields["changed"] = .bool(try Rendering.firstUnmet(conditions, seeing(fields, context.variables)) == nil)
        }
        if let conditions = item.failedWhen {
            let failed =
                try !conditions.isEmpty && Rendering.firstUnmet(conditions, seeing(fields, context.variables)) == nil
            fields["failed"] = .bool(failed)
            fields["failed_when_result"] = .bool(failed)
        }
        return fields
    }

    private func unitResult(_ fields: Fields) -> UnitResult {
        if fields["failed"] == true {
            let state: UnitResult.State = scope.ignoresErrors ? .ignored : .failed
            return UnitResult(state: state, value: .dict(fields), message: fields["msg"]?.description ?? "failed")
        }
        var state: UnitResult.State = fields["changed"]?.isTruthy == true ? .changed : .unchanged
        if native == .meta, fields["msg"] == .string(MetaWord.endPlay.rawValue) { state = .endedPlay }
        return UnitResult(state: state, value: .dict(fields), facts: fields["ansible_facts"] ?? .dict([:]))
    }

    private static func skipped(_ condition: String) -> UnitResult {
        UnitResult(
            state: .skipped,
            value: [
                "changed": false, "skipped": true, "skip_reason": "Conditional result was False",
                "false_condition": .string(condition),
            ],
            message: condition
        )
    }

    // MARK: Variables

    /// What the task's templates see: the bundle's variables, then `vars`, then facts and registered results, then
    /// the loop's item, the later before the earlier, as Ansible has it.
    private func variables(extra: Fields) throws -> Fields {
        var seen = run.variables
        seen.merge(extra) { $1 }
        guard !scope.vars.isEmpty else { return seen }
        let vars = try Rendering.resolve(.dict(scope.vars), in: seen)
        var all = run.bundleVariables
        all.merge(vars) { $1 }
        all.merge(run.facts) { $1 }
        all.merge(extra) { $1 }
        return all
    }

    /// With the result under its registered name, for `until`, `changed_when` and `failed_when`.
    private func seeing(_ fields: Fields, _ variables: Fields) -> Fields {
        var seen = variables
        if let register = item.register { seen[register] = .dict(fields) }
        return seen
    }

    private func moduleContext(_ unit: String, _ variables: Fields) throws -> ModuleContext {
        var environment: [String: String] = [:]
        for value in scope.environment {
            let rendered = try Rendering.native(value, variables)
            for part in rendered.asList ?? [rendered] {
                for (name, value) in part.asDict ?? [:] { environment[name] = value.description }
            }
        }
        return ModuleContext(
            changes: run.changes(for: unit),
            executor: run.executor,
            clock: run.clock,
            environment: environment,
            variables: variables,
            checkpoint: run.checkpoint
        )
    }
}

extension NativeModule {
    /// Whether the module's work can leave something changed.
    fileprivate var changesTheNode: Bool {
        switch self {
        case .command, .copy, .file, .lineinfile, .modprobe, .service, .shell, .sysctl, .systemd, .template,
            .blockInFile:
            true
        case .assert, .debug, .fail, .meta, .pause, .slurp, .stat, .uri, .setFact, .waitFor: false
        }
    }
}
