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
        let pause = try item.template(of: .pause)?.value(variables(extra: [:])) ?? item.loopControl?.pause ?? 0
        for index in items.indices {
            try run.checkpoint()
            let unit = "\(path)@\(index)"
            let result: UnitResult
            if let ended = run.journal.ended[unit] {
                result = ended
            } else {
                if index > 0, pause > 0 {
                    try run.clock.sleep(seconds: pause, checkpoint: run.checkpoint)
                }
                let extra = LoopTurns.variables(of: index, in: items, item)
                var one = try single(unit, extra: extra)
                var fields = one.value.asDict ?? [:]
                fields.merge(extra) { $1 }
                one.value = .dict(fields)
                result = one
                try run.journal.append(.ended(unit: unit, result), durably: native.definition.actsOutsideFiles)
            }
            run.keep(result, of: native.rawValue)
            facts.merge(result.facts.asDict ?? [:]) { $1 }
            results.append(result.value)
            states.append(result.state)
            if result.state == .failed || result.state == .ignored { message = message ?? result.message }
            if let conditions = item.loopControl?.breakWhen, !conditions.isEmpty {
                let seen = seeing(
                    result.value.asDict ?? [:],
                    try variables(extra: LoopTurns.variables(of: index, in: items, item))
                )
                if try Rendering.firstUnmet(conditions, seen) == nil { break }
            }
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
            let limits = try TaskLimits(item, scope, variables)
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
            let context = try moduleContext(unit, variables, timeout: limits.timeout)
            if scope.isCheck, definition.effect == .unforeseen, !rendered.isGuarded { return passedOver(rendered) }
            let tries = limits.tries
            while true {
                attempt += 1
                var fields = try attemptOnce(definition, rendered, context, interrupted: interrupted)
                if tries == 1 { return unitResult(fields) }
                fields["attempts"] = .int(attempt)
                // Without a condition of its own a task is tried until it succeeds.
                let isWanted =
                    try item.until.isEmpty
                    ? fields["failed"] != true : Rendering.firstUnmet(item.until, seeing(fields, variables)) == nil
                if isWanted { return unitResult(fields) }
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
                try context.sleep(seconds: limits.delay)
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
        var context = context
        if let limit = context.timeout {
            let ends = run.clock.now() + limit
            context.checkpoint = { [run] in
                try run.checkpoint()
                if run.clock.now() > ends { throw TimedOut(seconds: limit) }
            }
        }
        do {
            fields = try definition.run(arguments, context)
            if fields["skipped"] != true { fields["failed"] = false }
            fields["changed"] = fields["changed"] ?? false
            // What the interrupted try did must still be told to handlers.
            if interrupted, !scope.isCheck, definition.effect != .none, definition.actsOutsideFiles {
                fields["changed"] = true
            }
        } catch let error as TimedOut {
            return [
                "changed": false, "failed": true, "msg": .string("\(error)"),
                "timedout": ["period": .int(error.period)],
            ]
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
        func holds(_ conditions: [String], toldAs name: String) throws -> Bool {
            do {
                return try Rendering.firstUnmet(conditions, seeing(fields, context.variables)) == nil
            } catch let error where !(error is any EndsRun) {
                fields[name] = .string("\(error)")
                throw error
            }
        }
        if let conditions = item.changedWhen, !conditions.isEmpty {
            fields["changed"] = .bool(try holds(conditions, toldAs: "changed_when_result"))
        }
        if let conditions = item.failedWhen, !conditions.isEmpty {
            let failed = try holds(conditions, toldAs: "failed_when_result")
            fields["failed"] = .bool(failed)
            fields["failed_when_result"] = .bool(failed)
            if failed { fields["msg"] = fields["msg"] ?? "it failed, as failed_when says" }
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
        var fields: Fields = ["changed": false, "skipped": true]
        let message: String
        switch native {
        case .script: message = "Check mode is not supported for this task."
        case .command, .shell, .raw:
            message = "Command would have run if not in check mode"
            fields["failed"] = false
            if native == .raw { break }
            let shown = (try? ModuleDefinition.shownCommand(arguments, native)) ?? .none
            fields.merge(ModuleDefinition.commandFields(shown, CommandResult(status: 0), strips: true)) { $1 }
            fields.merge(CommandTimes.none) { $1 }
        case .tempfile, .waitFor:
            fields["failed"] = false
            message = "remote module (\(native.rawValue)) does not support check mode"
        default: message = "remote module (ansible.legacy.\(native.rawValue)) does not support check mode"
        }
        if native != .raw { fields["msg"] = .string(message) }
        return UnitResult(state: .skipped, value: .dict(fields), message: message)
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

    /// Whom the task becomes; nil for the agent's own root.
    private func becomeAccount(_ variables: Fields) throws -> Account? {
        guard scope.becomes, let name = try scope.becomeUser.map({ try Rendering.text($0, variables) }), name != "root"
        else { return nil }
        guard let account = Account(name, run.files) else {
            throw ModuleFailure("become_user: there is no user '\(name)' on this node")
        }
        return account
    }

    private func moduleContext(_ unit: String, _ variables: Fields, timeout: Double?) throws -> ModuleContext {
        var environment: [String: String] = [:]
        for value in scope.environment {
            let rendered = try Rendering.native(value, variables)
            for part in rendered.asList ?? [rendered] {
                for (name, value) in part.asDict ?? [:] { environment[name] = value.description }
            }
        }
        let become = try becomeAccount(variables)
        // As a login or `su` would have it; what the task says goes before.
        if let become {
            let own = ["HOME": become.home, "USER": become.name, "LOGNAME": become.name]
            environment.merge(own) { said, _ in said }
        }
        var changes = run.changes(for: unit, isDry: scope.isCheck)
        changes.newOwner = become.flatMap { account in
            guard let user = UInt32(exactly: account.number), let group = UInt32(exactly: account.group) else {
                return nil
            }
            return FileChanges.Owner(user: user, group: group)
        }
        return ModuleContext(
            module: native,
            changes: changes,
            executor: run.executor,
            clock: run.clock,
            environment: environment,
            variables: variables,
            isCheck: scope.isCheck,
            wantsDiff: scope.wantsDiff,
            hidesDiff: scope.hidesOutput,
            timeout: timeout,
            becomeUser: become?.name,
            restart: ModuleContext.Restart(ending: run.journal.restarting[unit]) { boot in
                try run.journal.append(.restarting(unit: unit, boot: boot))
            },
            checkpoint: run.checkpoint
        )
    }
}

/// The task's `timeout` ran out.
struct TimedOut: Error, CustomStringConvertible {
    var seconds: Double
    var period: Int { Int(seconds) }
    var description: String { "Task failed: Timed out after \(period) second(s)." }
}
