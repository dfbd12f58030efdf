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
            items = try LoopTurns.items(loop, item.loopKind, try variables(extra: [:]))
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
        for index in items.indices {
            try run.checkpoint()
            let unit = "\(path)@\(index)"
            let result: UnitResult
            if let ended = run.journal.ended[unit] {
                result = ended
            } else {
                if index > 0, let pause = item.loopControl?.pause {
                    try run.clock.sleep(seconds: pause, checkpoint: run.checkpoint)
                }
                let extra = LoopTurns.variables(of: index, in: items, item)
                var one = try single(unit, extra: extra)
                var fields = one.value.asDict ?? [:]
                fields.merge(extra) { $1 }
                fields["ansible_loop_var"] = .string(item.loopVariable)
                fields["ansible_index_var"] = item.loopControl?.indexVariable.map { .string($0) }
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
        fields["skipped"] = false
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
                try putBack(unit)
            } else {
                try run.journal.append(.began(unit: unit), durably: definition.actsOutsideFiles)
            }
            let context = try moduleContext(unit, variables)
            if scope.isCheck, definition.effect == .unforeseen, !rendered.isGuarded { return passedOver(rendered) }
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

    /// What the interrupted try did to files is undone, so that the next one finds what that one found.
    private func putBack(_ unit: String) throws {
        for saved in run.journal.saved.reversed() where saved.unit == unit { _ = try run.saved.restore(saved) }
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
            fields["changed"] = fields["changed"] ?? false
            // What the interrupted try did must still be told to handlers.
            if interrupted, !scope.isCheck, definition.effect != .none, definition.actsOutsideFiles {
                fields["changed"] = true
            }
        } catch let error where !(error is any EndsRun) {
            let failure = error as? ModuleFailure
            fields = failure?.fields ?? [:]
            fields["changed"] = fields["changed"] ?? false
            fields["failed"] = true
            fields["msg"] = .string(failure?.message ?? "\(error)")
        }
        do {
            try judge(&fields, context)
        } catch let error where !(error is any EndsRun) {
            // What it did is told, whatever was to be made of it.
            fields["failed"] = true
            fields["msg"] = .string((error as? ModuleFailure)?.message ?? "\(error)")
        }
        return fields
    }

    /// What `changed_when` and `failed_when` make of a result.
    private func judge(_ fields: inout Fields, _ context: ModuleContext) throws {
        if let conditions = item.changedWhen {
            fields["changed"] = .bool(try Rendering.firstUnmet(conditions, seeing(fields, context.variables)) == nil)
        }
        if let conditions = item.failedWhen {
            let failed =
                try !conditions.isEmpty && Rendering.firstUnmet(conditions, seeing(fields, context.variables)) == nil
            fields["failed"] = .bool(failed)
            fields["failed_when_result"] = .bool(failed)
        }
    }

    private func unitResult(_ fields: Fields) -> UnitResult {
        if fields["failed"] == true {
            let state: UnitResult.State = scope.ignoresErrors ? .ignored : .failed
            return UnitResult(state: state, value: .dict(fields), message: fields["msg"]?.description ?? "failed")
        }
        var state: UnitResult.State = fields["changed"]?.isTruthy == true ? .changed : .unchanged
        if native == .meta, fields["msg"] == .string(MetaWord.endPlay.rawValue) { state = .endedPlay }
        var facts = fields["ansible_facts"]?.asDict ?? [:]
        if native == .setup { facts["ansible_facts"] = .dict(Self.withoutPrefix(facts)) }
        return UnitResult(state: state, value: .dict(fields), facts: .dict(facts))
    }

    /// Facts as `ansible_facts` has them: `hostname` for `ansible_hostname`.
    private static func withoutPrefix(_ facts: Fields) -> Fields {
        var short: Fields = [:]
        for (name, value) in facts { short[name.hasPrefix("ansible_") ? String(name.dropFirst(8)) : name] = value }
        return short
    }

    /// In check mode, what cannot say what it would do.
    private func passedOver(_ arguments: ModuleArguments) -> UnitResult {
        let isCommand = [.command, .shell, .raw, .script].contains(native)
        let message =
            native == .script
            ? "Check mode is not supported for this task."
            : isCommand
                ? "Command would have run if not in check mode"
                : "remote module (ansible.legacy.\(native.rawValue)) does not support check mode"
        return UnitResult(
            state: .skipped,
            value: ["changed": false, "skipped": true, "msg": .string(message)],
            message: message
        )
    }

    private static func skipped(_ condition: String) -> UnitResult {
        UnitResult(
            state: .skipped,
            value: [
                "changed": false, "skipped": true, "skip_reason": "Conditional result was False",
                "false_condition": ["false", "False"].contains(condition) ? false : .string(condition),
            ],
            message: condition
        )
    }

    // MARK: Variables

    /// What the task's templates see: the bundle's variables, then `vars`, then facts and registered results, then
    /// the loop's item, the later before the earlier, as Ansible has it.
    private func variables(extra: Fields) throws -> Fields {
        try run.variables(scope, extra)
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
            module: native,
            changes: run.changes(for: unit, isDry: scope.isCheck),
            executor: run.executor,
            clock: run.clock,
            environment: environment,
            variables: variables,
            isCheck: scope.isCheck,
            wantsDiff: scope.wantsDiff,
            timeout: scope.timeout,
            becomeUser: try scope.becomeUser.map { try Rendering.text($0, variables) },
            restart: ModuleContext.Restart(ending: run.journal.restarting[unit]) { boot in
                try run.journal.append(.restarting(unit: unit, boot: boot))
            },
            checkpoint: run.checkpoint
        )
    }
}
