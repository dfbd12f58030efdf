public import AgentAPI
import Crypto
import FoundationEssentials

/// Carries out bundles on this node, and keeps a journal so that a bundle survives power cuts and restarts.
///
/// Nothing a bundle does is done twice unless it is known to be safe. What it replaces is kept until it has
/// succeeded, and is put back when a step fails and the bundle says so.
public struct BundleRunner: Sendable {
    private let stateFolder: String
    private let root: String
    private let events: @Sendable (StepEvent) -> Void
    private let gate: @Sendable (GateRequest) async throws -> GateAnswer
    private let executor: any CommandExecutor
    private let clock: any StepClock
    private let fault: JournalFault?

    /// - Parameters:
    ///   - stateFolder: Where journals, saved files and container definitions are kept, over restarts.
    ///   - root: The folder that paths of the bundle are under.
    ///   - events: Told what happens, as it happens; must not block for long.
    ///   - gate: Asks the controller whether a gate is open. An error means that it is asked again.
    public init(
        stateFolder: String,
        root: String = "/",
        events: @escaping @Sendable (StepEvent) -> Void,
        gate: @escaping @Sendable (GateRequest) async throws -> GateAnswer
    ) {
        self.init(
            stateFolder: stateFolder,
            root: root,
            executor: ProcessExecutor(),
            clock: SystemClock(),
            events: events,
            gate: gate
        )
    }

    /// For a program that is to be cut off: told the number of each record, from 1, before the journal takes it.
    package init(stateFolder: String, root: String, willAppend: @escaping @Sendable (Int) -> Void) {
        self.init(
            stateFolder: stateFolder,
            root: root,
            executor: ProcessExecutor(),
            clock: SystemClock(),
            fault: { number in
                willAppend(number)
                return .none
            },
            events: { _ in },
            gate: { _ in GateAnswer(open: true) }
        )
    }

    init(
        stateFolder: String,
        root: String,
        executor: any CommandExecutor,
        clock: any StepClock,
        fault: JournalFault? = nil,
        events: @escaping @Sendable (StepEvent) -> Void,
        gate: @escaping @Sendable (GateRequest) async throws -> GateAnswer
    ) {
        self.stateFolder = stateFolder
        self.root = root
        self.executor = executor
        self.clock = clock
        self.fault = fault
        self.events = events
        self.gate = gate
    }

    /// Carries out a bundle, or goes on with it where its journal ends. Answers the kept outcome of one that is done.
    ///
    /// When the task is cancelled the bundle is given up: it stops before its next task or container, waits no longer,
    /// and is rolled back where it says so. A roll-back is not stopped.
    public func run(_ bundle: Bundle) async -> InstructionReport.Outcome {
        do {
            return try await attempt(bundle).get()
        } catch {
            let reason = Redaction(bundle.secrets)("the bundle \(bundle.id): \(error)")
            return .failed(InstructionReport.Failure(reason: reason))
        }
    }

    /// As ``run(_:)``, but says when the run ended without an outcome.
    func attempt(_ bundle: Bundle) async -> Result<InstructionReport.Outcome, any Error> {
        let stop = StopFlag()
        return await withTaskCancellationHandler {
            await onOwnThread { Result { try perform(bundle, stop) } }
        } onCancel: {
            stop.set()
        }
    }

    private func perform(_ bundle: Bundle, _ stop: StopFlag) throws -> InstructionReport.Outcome {
        let name = Self.fileName(of: bundle.id)
        let state = FileChanges(files: NodeFiles(root: "")) { _ in }
        let savedFolder = "\(stateFolder)/saved/\(name)"
        let attributes = FileChanges.Attributes(mode: FileMode(bits: 0o700))
        _ = try state.makeDirectory("\(stateFolder)/journal", attributes)
        _ = try state.makeDirectory(savedFolder, attributes)
        let journal = try Journal(path: "\(stateFolder)/journal/\(name).jsonl", fault: fault)
        let files = NodeFiles(root: root)

        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let digest = hexadecimal(SHA256.hash(data: try encoder.encode(bundle)))
        if let first = journal.entries.first {
            guard first == .opened(digest: digest) else {
                throw JournalError("its journal was begun for other contents under the same id")
            }
        } else {
            try journal.append(.opened(digest: digest))
        }
        if case .finished(let outcome)? = journal.entries.last { return outcome }
        let mark = UnsettledMark(stateFolder: stateFolder)
        let predecessor = try mark.set(by: bundle.id)

        let context = RunContext(
            bundle: bundle,
            journal: journal,
            saved: SavedFiles(files: files, folder: savedFolder, journal: journal),
            files: files,
            executor: executor,
            clock: clock,
            stop: stop,
            emit: events
        )
        let containers = Containers(stateFolder: stateFolder, files: files, executor: executor, clock: clock)
        let run = BundleRun(context, containers: containers, predecessor: predecessor, gate: gate)
        let outcome = try run.perform()
        // An update leaves what was in between two generations as it found it.
        let settles = outcome.settles && (predecessor == nil || bundle.operation != .update)
        if settles || !journal.hasBegun && predecessor == nil { try mark.clear() }
        try journal.append(.finished(outcome))
        // What was replaced is of no use any more.
        _ = try? state.remove(savedFolder)
        return outcome
    }

    /// A bundle's id as a file's name; what a name may not hold is told apart by a digest.
    static func fileName(of id: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
        let name = String(id.map { allowed.contains($0) ? $0 : "_" }.prefix(100))
        guard name != id || name.hasPrefix(".") || name.isEmpty else { return name }
        return "_\(name)-\(hexadecimal(SHA256.hash(data: Array(id.utf8))).prefix(12))"
    }
}
