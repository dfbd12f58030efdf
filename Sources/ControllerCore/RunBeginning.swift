import AgentAPI
import Lifecycle
import OperatorAPI
import Planning
import Store

extension StoreReading {
    /// One run at a time: what two do to a node at once nobody can foresee.
    func refuseSecondRun() throws {
        guard let other = try runsUnderWay().first(where: { $0.state == .running }) else { return }
        throw ControllerProblem("\(other.words) is still under way; wait for it or stop it", .conflict)
    }

    /// Refuses a plan that was made from what is no more.
    fileprivate func check(_ plan: Plan) throws {
        let generation = plan.generation
        let what = plan.runbook.map { "runbook '\($0.name)'" } ?? "plan \(generation)"
        let remedy = plan.runbook == nil ? "make a new plan" : "start it again"
        func refusal(_ text: String) -> ControllerProblem { ControllerProblem(text, .conflict) }
        let runs = try all(RunRecord.self, .run)
        if let same = runs.first(where: { $0.generation == generation }) {
            throw refusal("plan \(generation) was already applied: run \(same.id) \(same.state.rawValue)")
        }
        try refuseSecondRun()
        if let newer = runs.max(by: { $0.generation < $1.generation }), newer.generation > generation {
            let other = newer.runbook.map { "runbook '\($0.name)' (generation \(newer.generation)) was run" }
            throw refusal(
                "\(other ?? "plan \(newer.generation) was applied") after \(what) was made; \(remedy)"
            )
        }
        if let renaming = try renaming(since: plan) {
            throw refusal("\(renaming.words) after \(what) was made; \(remedy)")
        }
        if let other = try otherOwner(in: plan) { throw refusal("\(other) after \(what) was made; \(remedy)") }
        let secrets = try secretVersions()
        for (name, version) in plan.secretVersions where secrets[name] != version {
            throw refusal("the secret '\(name)' was changed after \(what) was made; \(remedy)")
        }
        for node in plan.nodes {
            guard let record = try get(NodeRecord.self, .node, node.node) else {
                throw refusal(
                    "node '\(node.name)' of \(what) was deleted; \(remedy)"
                        + (plan.runbook == nil ? ": rackwright plan" : "")
                )
            }
            if let reason = record.lifecycle.quarantined.map({ "quarantined (\($0))" })
                ?? record.lifecycle.maintenance.map({ "in maintenance (\($0))" })
            {
                throw refusal("\(record.name) is \(reason) and part of \(what)")
            }
            let fits: Bool
            switch (node.operation, record.lifecycle.state) {
            case (.deploy, .available): fits = record.installed == nil || record.lifecycle.generation == plan.parent
            case (.deploy, _): fits = false
            case (_, .active): fits = true
            default: fits = false
            }
            guard fits, (record.installed?.generation ?? 0) <= plan.parent else {
                throw refusal("\(record.name) is \(record.lifecycle.name) now and does not fit \(what); \(remedy)")
            }
        }
    }
}

extension StoreTransaction {
    /// Keeps the run of a plan that still fits, and nothing is started yet.
    ///
    /// - Parameter operator: who starts a runbook
    func begin(_ plan: Plan, by operator: String = "", at instant: Double) throws -> RunRecord {
        try check(plan)
        var run = RunRecord(plan, at: instant)
        run.runbook?.by = `operator`
        try put(run)
        return run
    }

    /// Keeps a plan that was just made.
    ///
    /// - Parameter named: the renamings that were known when it was begun to be made
    func keep(fresh plan: Plan, named: [RenamingRecord]) throws {
        let known = Set(named)
        if let renaming = try renamings().first(where: { !known.contains($0) && $0.concerns(plan) }) {
            throw ControllerProblem("\(renaming.words) just now; make the plan again", .conflict)
        }
        guard try document(.plan, Plan.id(plan.generation)) == nil else {
            throw ControllerProblem("another plan \(plan.generation) was made just now; make a new one", .conflict)
        }
        try put(.plan, Plan.id(plan.generation), encoding: plan)
    }
}

extension RunRecord {
    /// `run run-3`, `run run-4 of runbook 'rotate-logs'`
    var words: String { "run \(id)" + (runbook.map { " of runbook '\($0.name)'" } ?? "") }
}

extension Plan {
    /// Names of the secrets that it is carried out with to the ids of their values.
    var secretVersions: [String: String] {
        if let runbook {
            return Dictionary(runbook.secrets.map { ("\(runbook.name).\($0.key)", $0.value) }) { first, _ in first }
        }
        return nodes.reduce(into: [:]) { found, node in
            found.merge(node.content.secretVersions) { first, _ in first }
        }
    }
}
