import AgentAPI
import Jinja
import OrderedCollections

extension TaskEngine {
    /// Carries out the list of an `include_tasks`: its conditions are asked once, before it, and again for each turn of
    /// its loop.
    func include(_ item: TaskItem, _ body: TaskItem.BlockBody, _ path: String, _ scope: TaskScope) throws {
        let subject = run.redact(item.name ?? body.included ?? "include")
        let turns: [Fields?]? = try StepFailure.naming("\(subject) (\(item.source))") { try self.turns(item, scope) }
        guard let turns else {
            run.event(subject, .skipped)
            return
        }
        var inner = scope
        inner.when = []
        for (index, given) in turns.enumerated() {
            try run.checkpoint()
            guard let given else { continue }
            inner.given = scope.given.merging(given) { $1 }
            try perform(body, item.loop == nil ? path : "\(path)@\(index)", inner)
        }
    }

    /// What each turn sees, nil for one that is passed over; nil when there is none.
    private func turns(_ item: TaskItem, _ scope: TaskScope) throws -> [Fields?]? {
        guard let loop = item.loop else {
            let unmet = try Rendering.firstUnmet(scope.when, run.variables(scope, [:]))
            return unmet == nil ? [[:]] : nil
        }
        let items = try LoopTurns.items(loop, item.loopKind, run.variables(scope, [:]))
        return try items.indices.map { index in
            let given = LoopTurns.variables(of: index, in: items, item)
            return try Rendering.firstUnmet(scope.when, run.variables(scope, given)) == nil ? given : nil
        }
    }
}

extension RunContext {
    /// What a task's templates see: the bundle's variables, then `vars`, then files of variables, then facts and
    /// registered results, then the `vars` of includes around it, then the loop's item, the later before the earlier, as
    /// Ansible has it.
    func variables(_ scope: TaskScope, _ extra: Fields) throws -> Fields {
        var extra = scope.given.merging(extra) { $1 }
        // They are of the whole run, whatever a task says of itself.
        extra["ansible_check_mode"] = false
        extra["ansible_diff_mode"] = false
        extra["omit"] = ModuleArguments.omitted
        var seen = variables
        seen.merge(extra) { $1 }
        // What facts hide, variables that name it do not see either.
        var own = scope.vars.filter { included[$0.key] == nil && facts[$0.key] == nil }
        own.merge(scope.includeVars) { $1 }
        own = own.filter { extra[$0.key] == nil }
        guard !own.isEmpty else { return seen }
        seen.merge(try Rendering.resolve(.dict(own), in: seen)) { $1 }
        return seen
    }

    /// Keeps what a task made known: of files of variables, what facts go before.
    func keep(_ result: UnitResult, of module: String) {
        let made = result.facts.asDict ?? [:]
        if module == NativeModule.includeVars.rawValue {
            included.merge(made) { $1 }
        } else {
            facts.merge(made) { $1 }
        }
        if let register = result.register { facts[register] = result.value }
    }
}

extension [TaskItem] {
    /// The tasks that listen, those in included lists too.
    var handlers: [TaskItem] {
        flatMap { item -> [TaskItem] in
            if !item.listen.isEmpty { return [item] }
            guard case .block(let body) = item.body else { return [] }
            return (body.block + body.rescue + body.always).handlers
        }
    }
}
