import AgentAPI
import Jinja
import Synchronization

/// One run of a bundle, on a thread of its own: its steps in order, and the way back when one fails.
final class BundleRun {
    let context: RunContext
    let containers: Containers
    /// The bundle that left the node in between, before this one began.
    let predecessor: String?
    private let gate: @Sendable (GateRequest) async throws -> GateAnswer

    init(
        _ context: RunContext,
        containers: Containers,
        predecessor: String?,
        gate: @escaping @Sendable (GateRequest) async throws -> GateAnswer
    ) {
        self.context = context
        self.containers = containers
        self.predecessor = predecessor
        self.gate = gate
    }

    /// Answers how the bundle ended; throws when its journal cannot be kept.
    func perform() throws -> InstructionReport.Outcome {
        for case .rollingBack(let failure) in context.journal.entries {
            return .failed(try rollBack(failure))
        }
        do {
            for (index, step) in context.bundle.steps.enumerated() {
                context.stepIndex = index
                context.service = step.service
                try context.checkpoint()
                try StepFailure.naming(step.work.words) { try perform(step.work, unit: "\(index)") }
            }
            let count = context.bundle.steps.count
            return .succeeded(
                InstructionReport.Success(
                    summary: "\(context.bundle.operation.rawValue) of \(context.bundle.role): \(count) steps done"
                )
            )
        } catch let failure as StepFailure {
            return .failed(try end(after: failure))
        } catch let task as InterruptedTask {
            let failure = StepFailure(
                subject: "\(task.subject) (\(task.source))",
                message: "it was interrupted and is not known to be safe to repeat; set retry_safe"
            )
            context.event(failure.subject, .failed, failure.message)
            return .failed(try end(after: failure))
        } catch is Stopped {
            let step = context.bundle.steps[context.stepIndex]
            context.event("bundle", .failed, "given up by the controller")
            return .failed(
                try end(
                    with: InstructionReport.Failure(
                        reason: "given up by the controller, at step \(step.number) of \(step.service)",
                        step: step.number,
                        service: step.service
                    )
                )
            )
        }
    }

    private func end(after failed: StepFailure) throws -> InstructionReport.Failure {
        let step = context.bundle.steps[context.stepIndex]
        return try end(
            with: InstructionReport.Failure(
                reason: context.redact("step \(step.number) of \(step.service), \(failed.subject): \(failed.message)"),
                step: step.number,
                service: step.service,
                task: context.redact(failed.subject),
                output: failed.output.map { context.redact.bounded($0) }
            )
        )
    }

    private func end(with failure: InstructionReport.Failure) throws -> InstructionReport.Failure {
        guard context.bundle.rollsBackOnFailure else { return failure }
        try context.journal.append(.rollingBack(failure))
        return try rollBack(failure)
    }

    private func perform(_ work: BundleStep.Work, unit: String) throws {
        switch work {
        case .gate(let services): try pass(services, unit)
        case .files(let files): try write(files, unit)
        case .tasks(let items): try perform(items, unit)
        case .containers(let definitions): try start(definitions, unit)
        case .removeContainers(let names): try removeContainers(keeping: names, unit)
        case .health(let checks):
            for (index, check) in checks.enumerated() {
                let check = try rendered("health") { try check.rendered(context.variables) }
                try self.check(check, unit: "\(unit)/\(index)")
            }
        // Others wait for it, so it is said again after a restart; it is said rather twice than never.
        case .serviceDone: context.event("service", .serviceDone)
        }
    }

    // MARK: Gates

    private func pass(_ services: [String], _ unit: String) throws {
        guard context.journal.ended[unit] == nil else { return }
        let request = GateRequest(bundle: context.bundle.id, index: context.stepIndex)
        var hasTold = false
        var images = imagesAhead
        while true {
            try context.checkpoint()
            let answer = waitOutside(until: context.stopFlag) { [gate] in try? await gate(request) }
            if let answer, let answer {
                if answer.open { break }
                if !hasTold {
                    let awaited = answer.waitingFor.isEmpty ? services : answer.waitingFor
                    context.event("gate", .waiting, "waiting for \(awaited.joined(separator: ", "))")
                    hasTold = true
                }
                // What will be started is brought while there is nothing else to do.
                if let image = images.popLast() {
                    containers.fetch(image, until: context.stopFlag)
                    continue
                }
            }
            try context.clock.sleep(seconds: 2, checkpoint: context.checkpoint)
        }
        try context.journal.append(.ended(unit: unit, UnitResult(state: .unchanged)))
        context.event("gate", .unchanged)
    }

    /// The images that later steps start, the next one last.
    private var imagesAhead: [String] {
        var images: [String] = []
        for step in context.bundle.steps.dropFirst(context.stepIndex) {
            guard case .containers(let definitions) = step.work else { continue }
            for image in definitions.map(\.image) where !images.contains(image) { images.append(image) }
        }
        return images.reversed()
    }

    // MARK: Files

    private func write(_ configs: [ConfigFile], _ unit: String) throws {
        for (index, config) in configs.enumerated() {
            try context.checkpoint()
            let path = try rendered(config.path) { try Rendering.text(config.path, context.variables) }
            let unit = "\(unit)/\(index)"
            try context.once(unit, subject: path) { interrupted in
                let text = try Rendering.template(config.template, name: config.templateName, context.variables)
                let changes = context.changes(for: unit)
                let attributes = FileChanges.Attributes(
                    mode: FileMode(bits: config.mode & 0o7777),
                    user: try config.owner.map(context.files.userNumber),
                    group: try config.group.map(context.files.groupNumber)
                )
                _ = try changes.makeDirectory(folder(of: path))
                let changed = try changes.write(Array(text.utf8), to: path, attributes)
                return UnitResult(state: changed || interrupted ? .changed : .unchanged)
            }
        }
    }

    // MARK: Tasks

    private func perform(_ items: [TaskItem], _ unit: String) throws {
        var handlers = items.handlers
        for (index, step) in context.bundle.steps.enumerated()
        where index != context.stepIndex && step.service == context.service {
            guard case .tasks(let others) = step.work else { continue }
            handlers += others.handlers
        }
        try TaskEngine(context, path: unit, handlers: handlers).perform(items)
    }

    // MARK: Health

    func check(_ check: HealthCheck, unit: String) throws {
        let probe = HealthProbe(executor: context.executor, clock: context.clock, stop: context.stopFlag)
        try context.once(unit, subject: "health: \(HealthProbe.name(of: check.probe))") { _ in
            guard let failure = try probe.failure(of: check) else { return UnitResult(state: .unchanged) }
            throw ModuleFailure(failure)
        }
    }

    /// Renders, with an error that says of what.
    func rendered<Result>(_ subject: String, _ render: () throws -> Result) throws -> Result {
        try StepFailure.naming(subject, render)
    }
}

extension BundleStep.Work {
    /// What a step of this kind is about, for a failure that has no better name.
    fileprivate var words: String {
        switch self {
        case .gate: "gate"
        case .files: "files"
        case .tasks: "tasks"
        case .containers: "containers"
        case .removeContainers: "containers to remove"
        case .health: "health"
        case .serviceDone: "service"
        }
    }
}
