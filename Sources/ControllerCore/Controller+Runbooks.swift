import Catalog
import Lifecycle
import Logging
public import OperatorAPI
import Planning
import Store

extension Controller {
    /// Characters of what is given to a runbook that a timeline shows; the run has all of it.
    private static let longestNote = 1000

    /// The catalogue's runbooks, by name.
    public func runbooks() async throws -> [RunbookReport] {
        try readCatalog().runbooks.values.sorted { $0.name < $1.name }.map { RunbookReport($0) }
    }

    public func runbook(_ name: String) async throws -> RunbookReport {
        let catalog = try readCatalog()
        guard let runbook = catalog.runbooks[name] else {
            throw ControllerProblem(catalog.unknown(runbook: name), .notFound)
        }
        return RunbookReport(runbook)
    }

    /// Starts a runbook on nodes that do their work: a plan of its own, and its run, in one transaction.
    ///
    /// - Parameter operator: who says so; it is written on the timeline of each node
    public func start(runbook name: String, _ request: StartRunbook, by operator: String) async throws -> RunReport {
        // Told first: what is wrong with the order matters to nobody while it could not be carried out.
        let named = try await store.read { reader in
            try reader.refuseSecondRun()
            return try reader.renamings()
        }
        var input = try await planningInput()
        guard input.catalog.runbooks[name] != nil else {
            throw ControllerProblem(input.catalog.unknown(runbook: name), .notFound)
        }
        input.generation = try await nextGeneration()
        let order = RunbookOrder(
            runbook: name,
            nodes: request.nodes,
            parameters: request.parameters,
            isCheck: request.check,
            tags: TagChoice(only: request.tags ?? [], skipped: request.skipTags ?? [])
        )
        let plan: Plan
        do {
            plan = try Planner.plan(order, input)
        } catch {
            throw ControllerProblem(error.problems, .conflict)
        }
        let instant = now()
        let words = plan.runbook?.words ?? name
        let run: RunRecord = try await store.write { transaction in
            try transaction.keep(fresh: plan, named: named)
            let run = try transaction.begin(plan, by: `operator`, at: instant)
            for node in plan.nodes {
                let text = "\(run.id): \(`operator`) runs the runbook \(words)"
                try transaction.note(node.node, at: instant, "operator", String(text.oneLine.prefix(Self.longestNote)))
            }
            return run
        }
        log.info("\(`operator`) runs the runbook \(words.oneLine) on \(plan.nodes.map(\.name)): \(run.id)")
        try await advanceRuns()
        return try await self.run(run.id)
    }
}

extension RunReport.Runbook {
    init(_ runbook: PlannedRunbook, leftOut: [String]) {
        self.init(
            name: runbook.name,
            parameters: runbook.parameters,
            check: runbook.isCheck,
            by: "",
            leftOut: leftOut,
            tags: runbook.tags?.only,
            skipTags: runbook.tags?.skipped
        )
    }
}
