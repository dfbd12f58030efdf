import AgentAPI
import Jinja
import OrderedCollections

extension BundleRun {
    /// Puts back files and containers and runs the rollback tasks; goes on after an interruption.
    ///
    /// What cannot be put back does not keep the rest from being put back.
    func rollBack(_ failure: InstructionReport.Failure) throws -> InstructionReport.Failure {
        context.isRollingBack = true
        recallFacts()
        context.service = failure.service ?? ""
        context.stepIndex =
            context.bundle.steps.firstIndex { $0.number == failure.step && $0.service == failure.service } ?? 0
        var problems: [String] = []
        try stage("rollback/files", &problems) { restoreFiles() }
        try stage("rollback/containers", &problems) { restoreContainers() }
        if let service = context.bundle.rollbackService { context.service = service }
        do {
            let items = context.bundle.rollbackTasks
            try StepFailure.naming("rollback tasks") {
                try TaskEngine(context, path: "rollback/tasks", handlers: items.handlers).perform(items)
            }
        } catch let error as StepFailure {
            problems.append("\(error.subject): \(error.message)")
        } catch let task as InterruptedTask {
            problems.append("\(task.subject) (\(task.source)) was interrupted and is not known to be safe to repeat")
        }
        // An update puts back what it found, whatever that was.
        if let predecessor, context.bundle.operation != .update {
            problems.append("what was there before is not known, since \(predecessor) failed and was not rolled back")
        }
        var failure = failure
        failure.rolledBack = problems.isEmpty
        if !problems.isEmpty {
            failure.reason += context.redact("; rolling back failed: \(problems.joined(separator: "; "))")
        }
        return failure
    }

    /// Registered results and facts, as the journal has them.
    private func recallFacts() {
        for case .ended(let unit, let result) in context.journal.entries where !unit.hasPrefix("rollback/") {
            context.facts.merge(result.facts.asDict ?? [:]) { $1 }
            if let register = result.register { context.facts[register] = result.value }
        }
    }

    private func stage(_ unit: String, _ problems: inout [String], _ body: () -> [String]) throws {
        if let ended = context.journal.ended[unit] {
            if let message = ended.message { problems.append(message) }
            return
        }
        let found = body()
        let message = found.isEmpty ? nil : found.joined(separator: "; ")
        problems += found
        try context.journal.append(
            .ended(unit: unit, UnitResult(state: found.isEmpty ? .changed : .ignored, message: message))
        )
    }

    private func restoreFiles() -> [String] {
        var problems: [String] = []
        for saved in context.journal.saved.reversed() {
            do {
                if try context.saved.restore(saved) { context.event(saved.path, .restored) }
            } catch {
                problems.append("restoring \(saved.path): \(error)")
            }
        }
        return problems
    }

    private func restoreContainers() -> [String] {
        var problems: [String] = []
        for case .savedContainer(let name, let previous) in context.journal.entries.reversed() {
            do {
                if let previous {
                    // Its image is still on the node. What runs once has run.
                    if previous.definition.detach {
                        _ = try containers.start(previous)
                    } else {
                        try containers.keep(previous)
                    }
                } else {
                    try containers.remove(name)
                }
                context.event("container \(name)", .restored)
            } catch {
                problems.append("restoring the container \(name): \(error)")
            }
        }
        return problems
    }
}
