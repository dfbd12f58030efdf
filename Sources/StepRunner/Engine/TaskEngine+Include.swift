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
    /// What a task's templates see: the bundle's variables, then `vars`, then facts and registered results, then the
    /// loop's item, the later before the earlier, as Ansible has it.
    func variables(_ scope: TaskScope, _ extra: Fields) throws -> Fields {
        var extra = scope.given.merging(extra) { $1 }
        extra["ansible_check_mode"] = .bool(scope.isCheck)
        extra["ansible_diff_mode"] = .bool(scope.wantsDiff)
        extra["omit"] = ModuleArguments.omitted
        var seen = variables
        seen.merge(extra) { $1 }
        // What facts hide, variables that name it do not see either.
        let own = scope.vars.filter { facts[$0.key] == nil && extra[$0.key] == nil }
        guard !own.isEmpty else { return seen }
        let vars = try Rendering.resolve(.dict(own), in: seen)
        var all = bundleVariables
        all.merge(vars) { $1 }
        all.merge(facts) { $1 }
        all.merge(extra) { $1 }
        return all
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
