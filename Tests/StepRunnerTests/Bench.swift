import AgentAPI
import FoundationEssentials
import Jinja
import OrderedCollections
import Synchronization

@testable import StepRunner

/// A temporary node: a root and a state folder, real files and processes, and time that passes at once.
final class Bench: Sendable {
    let folder: String
    let commands: RecordingExecutor
    let clock = JumpingClock()
    private let heard = Mutex<[StepEvent]>([])

    init(_ answers: @escaping @Sendable ([String]) -> CommandResult? = { _ in nil }) throws {
        folder = FileManager.default.temporaryDirectory.path + "/steps-\(UUID().uuidString)"
        commands = RecordingExecutor(answers)
        for name in ["root/etc", "root/tmp", "state"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var root: String { folder + "/root" }
    var events: [StepEvent] { heard.withLock { $0 } }

    func put(_ text: String, at path: String) throws {
        _ = try FileChanges(files: NodeFiles(root: root)) { _ in }.write(Array(text.utf8), to: path)
    }

    func text(_ path: String) -> String? { try? NodeFiles(root: root).readText(path) }

    func mode(_ path: String) -> UInt32? { (try? NodeFiles(root: root).status(path))?.mode }

    /// Every file under the root with its contents.
    func tree() throws -> [String: String] {
        var found: [String: String] = [:]
        let files = NodeFiles(root: root)
        func walk(_ path: String) throws {
            for name in try files.names(in: path.isEmpty ? "/" : path) {
                let below = "\(path)/\(name)"
                guard let status = try files.status(below) else { continue }
                switch status.kind {
                case .directory:
                    found[below] = "folder \(octalText(status.mode))"
                    try walk(below)
                case .link: found[below] = "link \(try files.linkTarget(below))"
                default: found[below] = "\(octalText(status.mode)) \(try files.readText(below))"
                }
            }
        }
        try walk("")
        return found
    }

    func runner(
        fault: JournalFault? = nil,
        gate: @escaping @Sendable (GateRequest) async throws -> GateAnswer = { _ in GateAnswer(open: true) }
    ) -> BundleRunner {
        BundleRunner(
            stateFolder: folder + "/state",
            root: root,
            executor: commands,
            clock: clock,
            fault: fault,
            events: { [weak self] event in self?.heard.withLock { $0.append(event) } },
            gate: gate
        )
    }

    func run(_ bundle: Bundle) async -> InstructionReport.Outcome { await runner().run(bundle) }

    /// Runs tasks as one bundle; answers its outcome and what was registered, by name.
    @discardableResult
    func tasks(_ items: [TaskItem], id: String = UUID().uuidString, variables: Value = [:]) async
        -> InstructionReport.Outcome
    {
        await run(bundle(id, [BundleStep(number: 1, service: "web", work: .tasks(items))], variables: variables))
    }

    /// The last output a task of that name reported.
    func output(of subject: String) -> String? { events.last { $0.subject == subject }?.output }

    /// How tasks ended, in order.
    func endings() -> [String] {
        events.filter { $0.state != .started }.map { "\($0.subject): \($0.state.rawValue)" }
    }
}

func bundle(
    _ id: String,
    _ steps: [BundleStep],
    variables: Value = [:],
    rollback: [TaskItem] = [],
    rollsBack: Bool = false,
    secrets: [String] = []
) -> Bundle {
    Bundle(
        id: id,
        node: "node-0",
        generation: 1,
        operation: .deploy,
        role: "Web",
        variables: variables,
        steps: steps,
        rollbackTasks: rollback,
        rollsBackOnFailure: rollsBack,
        secrets: secrets
    )
}

func task(_ name: String, _ module: String, _ arguments: Value, _ change: (inout TaskItem) -> Void = { _ in })
    -> TaskItem
{
    var item = TaskItem(name: name, source: "services/web.yaml:3:5", body: .module(module, arguments: arguments))
    change(&item)
    return item
}

extension InstructionReport.Outcome {
    var failure: InstructionReport.Failure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }
}

/// Notes what is run; what it has no answer for is really run.
final class RecordingExecutor: CommandExecutor {
    private let answers: @Sendable ([String]) -> CommandResult?
    private let noted = Mutex<[Command]>([])

    init(_ answers: @escaping @Sendable ([String]) -> CommandResult?) {
        self.answers = answers
    }

    var commands: [Command] { noted.withLock { $0 } }
    var lines: [String] { commands.map { $0.arguments.joined(separator: " ") } }

    func run(_ command: Command, until stop: StopFlag?) throws -> CommandResult {
        noted.withLock { $0.append(command) }
        if let answer = answers(command.arguments) { return answer }
        return try ProcessExecutor().run(command, until: stop)
    }
}

/// Time that passes by being slept.
final class JumpingClock: StepClock {
    private let time = Mutex(1000.0)
    func now() -> Double { time.withLock { $0 } }
    func sleep(seconds: Double) { time.withLock { $0 += seconds } }
}
