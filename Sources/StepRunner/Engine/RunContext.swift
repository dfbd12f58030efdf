import AgentAPI
import Jinja
import OrderedCollections
import Synchronization

/// What all steps of one run share. Used by one thread only.
final class RunContext {
    let bundle: Bundle
    let journal: Journal
    let saved: SavedFiles
    let files: NodeFiles
    let executor: any CommandExecutor
    let clock: any StepClock
    let redact: Redaction
    private let emit: @Sendable (StepEvent) -> Void
    private let stop: StopFlag

    /// Registered results and facts.
    var facts: Fields = [:]
    /// Of files of variables that were included.
    var included: Fields = [:]
    /// Where in the bundle the run is.
    var stepIndex = 0
    var service = ""
    /// While true, nothing is saved any more, and nothing stops: what was begun to be put back is put back.
    var isRollingBack = false

    init(
        bundle: Bundle,
        journal: Journal,
        saved: SavedFiles,
        files: NodeFiles,
        executor: any CommandExecutor,
        clock: any StepClock,
        stop: StopFlag,
        emit: @escaping @Sendable (StepEvent) -> Void
    ) {
        self.bundle = bundle
        self.journal = journal
        self.saved = saved
        self.files = files
        self.executor = executor
        self.clock = clock
        self.stop = stop
        self.emit = emit
        redact = Redaction(bundle.secrets)
    }

    /// The bundle's variables, with the parameters of the step's service on top.
    var bundleVariables: Fields {
        let all = bundle.variables.asDict ?? [:]
        guard let own = all["services"]?[service]?.asDict else { return all }
        return all.merging(own) { $1 }
    }

    /// What templates outside tasks see.
    var variables: Fields {
        var all = bundleVariables
        all.merge(included) { $1 }
        all.merge(facts) { $1 }
        return all
    }

    /// File changes whose predecessors are saved on behalf of a unit.
    func changes(for unit: String, isDry: Bool = false) -> FileChanges {
        FileChanges(files: files, isDry: isDry) { [self] path in
            if !isRollingBack { try saved.save(path, unit: unit) }
        }
    }

    /// What ends waiting; nil while nothing may.
    var stopFlag: StopFlag? { isRollingBack ? nil : stop }

    func checkpoint() throws {
        try stopFlag?.check()
    }

    func event(_ subject: String, _ state: StepEvent.State, _ output: String? = nil) {
        emit(
            StepEvent(
                bundle: bundle.id,
                index: stepIndex,
                service: service,
                subject: redact(subject),
                state: state,
                output: output.flatMap { $0.isEmpty ? nil : redact.bounded($0) }
            )
        )
    }

    /// Does a unit of work once: notes its start and its end, and skips it when its end is known.
    ///
    /// `body` is told whether an earlier try of it was interrupted.
    func once(_ unit: String, subject: String, _ body: (Bool) throws -> UnitResult) throws {
        let result: UnitResult
        if let ended = journal.ended[unit] {
            result = ended
        } else {
            let interrupted = journal.wasInterrupted(unit)
            if !interrupted { try journal.append(.began(unit: unit)) }
            do {
                result = try body(interrupted)
            } catch let error where !(error is any EndsRun) {
                let failure = error as? ModuleFailure
                result = UnitResult(
                    state: .failed,
                    value: .dict(failure?.fields ?? [:]),
                    message: failure?.message ?? "\(error)"
                )
            }
            let output = result.message ?? result.value["stdout"]?.asString
            event(subject, result.state.event, output)
            try journal.append(.ended(unit: unit, result))
        }
        if result.state == .failed {
            throw StepFailure(subject: subject, message: result.message ?? "failed", output: output(of: result.value))
        }
    }

    /// What a command printed, from a result.
    func output(of value: Value) -> String? {
        let parts = ["stdout", "stderr", "content"].compactMap { value[$0]?.asString }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
}

/// Says to a running bundle that the controller does not want it any more.
final class StopFlag: Sendable {
    private let flag = Mutex(false)
    var isSet: Bool { flag.withLock { $0 } }
    func set() { flag.withLock { $0 = true } }
    func check() throws { if isSet { throw Stopped() } }
}

extension UnitResult.State {
    /// How it is told to the controller.
    var event: StepEvent.State {
        switch self {
        case .changed: .changed
        case .unchanged, .ignored, .endedPlay: .unchanged
        case .skipped: .skipped
        case .failed: .failed
        }
    }
}
