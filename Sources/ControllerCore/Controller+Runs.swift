import AgentAPI
import Catalog
import FoundationEssentials
import Lifecycle
import Logging
public import OperatorAPI
import Planning
import Store

extension Controller {
    /// Starts executing exactly that plan.
    public func apply(_ generation: Int) async throws -> RunReport {
        let instant = now()
        let run: RunRecord = try await store.write { transaction in
            let plan = try transaction.plan(generation)
            let run = try transaction.begin(plan, at: instant)
            for node in plan.nodes {
                try transaction.note(
                    node.node,
                    at: instant,
                    "operator",
                    "plan \(generation) applied: \(node.operation.rawValue)"
                )
            }
            return run
        }
        try await advanceRuns()
        return try await self.run(run.id)
    }

    /// Looks at every run under way and starts what comes next.
    func advanceRuns() async throws {
        let instant = now()
        let due: [(RunRecord, [RunRecord.Start])] = try await store.write { transaction in
            var due: [(RunRecord, [RunRecord.Start])] = []
            for var run in try transaction.runsUnderWay() {
                var nodes: [String: RunObservation] = [:]
                for member in run.members {
                    nodes[member.node] = try transaction.get(NodeRecord.self, .node, member.node)
                        .map { RunObservation(lifecycle: $0.lifecycle) }
                }
                let before = run
                let starts = run.advance(nodes, at: instant)
                if run != before { try transaction.put(run) }
                due.append((run, starts))
            }
            return due
        }
        for (run, starts) in due {
            for start in starts {
                do {
                    try await beginIfNeeded(start, run)
                } catch {
                    log.warning("run \(run.id): \(error)", metadata: ["node": "\(start.node)"])
                }
            }
            if run.state != .running { log.info("run \(run.id) \(run.state.rawValue) \(RunReport(run).remark ?? "")") }
        }
    }

    /// Begins a member's part, unless the run was stopped, the node was touched, or it has begun already.
    private func beginIfNeeded(_ start: RunRecord.Start, _ run: RunRecord) async throws {
        let (id, role) = (run.id, run.members.first { $0.node == start.node }?.role)
        let subject = Subject { reader, record in
            guard let run = try reader.get(RunRecord.self, .run, id), run.state == .running,
                let member = run.members.first(where: { $0.node == record.id }), member.state == .started,
                member.serial == record.lifecycle.serial
            else { return false }
            switch (start.event, record.lifecycle.state) {
            case (.deployRequested, .available), (.serviceRequested, .active): return true
            default: return false  // Under way already; the run is told when it ends.
            }
        }
        try await take(start.event, for: start.node, note: "run \(id) begins", about: subject) { record in
            if case .deployRequested = start.event {
                record.servicesUp = []
                record.installed = nil
                record.assignedRole = role
            }
        }
    }

    /// The newest runs, the oldest of them first.
    public func runs(last count: Int = .max) async throws -> [RunReport] {
        try await store.read { reader in
            try reader.runIDs().suffix(count).compactMap { try reader.get(RunRecord.self, .run, $0) }
        }.map { RunReport($0) }
    }

    /// The run of a plan that was applied.
    public func run(ofPlan generation: Int) async throws -> RunReport? {
        try await store.read { try $0.get(RunRecord.self, .run, RunRecord.id(ofPlan: generation)) }.map {
            RunReport($0)
        }
    }

    public func run(_ id: String) async throws -> RunReport {
        let run = try await store.read { reader in
            try reader.get(RunRecord.self, .run, id == "latest" ? reader.runIDs().last ?? id : id)
        }
        guard let run else { throw ControllerProblem("there is no run '\(id)'", .notFound) }
        return RunReport(run)
    }

    /// Lets the wave that waits go on.
    public func approve(run id: String) async throws -> RunReport {
        try await store.write { transaction in
            guard var run = try transaction.get(RunRecord.self, .run, id) else {
                throw ControllerProblem("there is no run '\(id)'", .notFound)
            }
            guard run.waitsForApproval else {
                throw ControllerProblem("run \(id) does not wait for approval", .conflict)
            }
            run.approvedWaves = run.wave
            try transaction.put(run)
        }
        try await advanceRuns()
        return try await run(id)
    }

    /// Starts nothing further; what is under way on nodes comes to its end there.
    public func stop(run id: String, reason: String) async throws -> RunReport {
        let instant = now()
        try await store.write { transaction in
            guard var run = try transaction.get(RunRecord.self, .run, id) else {
                throw ControllerProblem("there is no run '\(id)'", .notFound)
            }
            guard run.state == .running else {
                throw ControllerProblem("run \(id) is not under way: it \(run.state.rawValue)", .conflict)
            }
            run.stop(reason.isEmpty ? "stopped by an operator" : reason, at: instant)
            try transaction.put(run)
        }
        return try await run(id)
    }
}

extension StoreReading {
    /// The oldest first.
    fileprivate func runIDs() throws -> [String] {
        try ids(.run).sorted { (RunRecord.generation(ofRun: $0) ?? 0) < (RunRecord.generation(ofRun: $1) ?? 0) }
    }

    /// The runs that have not ended. Those that have are not read: they are many and large, and this is asked each second.
    func runsUnderWay() throws -> [RunRecord] {
        try documents(.runUnderWay).compactMap { try get(RunRecord.self, .run, $0.id) }
    }
}

extension StoreTransaction {
    /// Keeps a run, and whether it is under way.
    func put(_ run: RunRecord) throws {
        try put(.run, run.id, encoding: run)
        if run.state == .running {
            try put(.runUnderWay, run.id, Data())
        } else {
            try remove(.runUnderWay, run.id)
        }
    }
}

extension RunRecord {
    /// A plan is applied once, and its run is called by its number.
    static func id(ofPlan generation: Int) -> String { "run-\(generation)" }

    /// The plan's number in a run's id.
    fileprivate static func generation(ofRun id: String) -> Int? { id.split(separator: "-").last.flatMap { Int($0) } }

    init(_ plan: Plan, at now: Double) {
        let waves = plan.waves
        self.init(
            id: Self.id(ofPlan: plan.generation),
            generation: plan.generation,
            state: .running,
            startedAt: now,
            wave: 0,
            approvedWaves: 0,
            members: plan.nodes.map { node in
                let rollout = plan.rollouts[node.role] ?? Role.Rollout()
                let wave = waves.firstIndex { $0.contains(node.node) } ?? 0
                let later = plan.nodes.filter { $0.role == node.role && $0.operation != .deploy }.dropFirst(
                    rollout.canary
                )
                let isLater = later.contains { $0.node == node.node }
                let firstLater = waves.firstIndex { wave in later.contains { wave.contains($0.node) } }
                return Member(
                    node: node.node,
                    name: node.name,
                    role: node.role,
                    wave: wave,
                    operation: plan.runbook.map { "runbook \($0.name)" } ?? node.operation.rawValue,
                    state: .pending,
                    detail: "",
                    needsApproval: isLater && wave > 0
                        && (rollout.approve == .everyWave || (rollout.approve == .afterCanary && wave == firstLater)),
                    maxFailed: rollout.maxFailed
                )
            },
            runbook: plan.runbook.map { RunReport.Runbook($0, leftOut: plan.notes ?? []) }
        )
    }
}

extension RunReport {
    init(_ run: RunRecord) {
        self.init(
            id: run.id,
            generation: run.generation,
            state: run.state.rawValue,
            reason: run.reason,
            startedAt: run.startedAt,
            endedAt: run.endedAt,
            wave: run.wave,
            waves: (run.members.map(\.wave).max() ?? -1) + 1,
            waitsForApproval: run.state == .running && run.waitsForApproval,
            nodes: run.members.map(NodeReport.init),
            runbook: run.runbook
        )
    }
}
