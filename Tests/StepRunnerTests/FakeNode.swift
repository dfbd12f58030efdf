import AgentAPI
import Jinja
import Synchronization
import Testing

@testable import StepRunner

/// What a node's tools would say, as a test has it: facts that commands change.
final class FakeNode: Sendable {
    private let state = Mutex<[String: String]>([:])

    subscript(key: String) -> String? {
        get { state.withLock { $0[key] } }
        set { state.withLock { $0[key] = newValue } }
    }
}

extension CommandResult {
    static let done = CommandResult(status: 0)
    static let refused = CommandResult(status: 1)
    static func said(_ text: String, status: Int = 0) -> CommandResult {
        CommandResult(status: status, output: Array(text.utf8))
    }
}

extension Bench {
    /// Runs a task twice, each time as a bundle of its own, and once in check mode before: how it ended each time.
    func thrice(_ module: String, _ arguments: Value, at place: SourceLocation = #_sourceLocation) async -> [String] {
        let before = endings().count
        for pass in 0...2 {
            let item = task("t", module, arguments) { if pass == 0 { $0.checkMode = true } }
            let outcome = await tasks([item])
            #expect(outcome.failure == nil, "\(outcome)", sourceLocation: place)
        }
        return endings()[before...].map { String($0.dropFirst(3)) }
    }

    /// What a task registers.
    func result(_ module: String, _ arguments: Value, _ change: (inout TaskItem) -> Void = { _ in }) async -> Value {
        let item = task("t", module, arguments) {
            $0.register = "r"
            change(&$0)
        }
        let outcome = await tasks([item, task("shown", "debug", ["msg": "{{ r | to_json }}"])])
        guard outcome.failure == nil, let text = output(of: "shown") else { return .string("\(outcome)") }
        return (try? Value(json: text)) ?? .string(text)
    }

    func failure(_ module: String, _ arguments: Value) async -> String {
        await tasks([task("t", module, arguments)]).failure?.reason ?? "it did not fail"
    }

    /// Commands that were run, without those that only look.
    func acts(without looks: String...) -> [String] {
        commands.lines.filter { line in !looks.contains { line.hasPrefix($0) } }
    }
}

/// The first time in check mode nothing may happen, the second it does, the third there is nothing left.
let plannedDoneAndKept = ["changed", "changed", "unchanged"]
