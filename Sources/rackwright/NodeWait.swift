import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeWait: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until nodes are in a state; exits 1 with the reason when they do not get there."
    )

    @OptionGroup var targets: NodeTargets

    @Option(help: "The state: \(NodeWatch.states.joined(separator: ", ")).")
    var state: String

    @Option(help: "How long: 90s, 15m, 1h30m.")
    var timeout = Patience(seconds: 900)

    @Flag(help: "End at the first failure, whatever the other nodes do.")
    var anyFailure = false

    @OptionGroup var connection: ControllerOptionsBesideState

    func validate() throws {
        guard NodeWatch.states.contains(state) else {
            throw ValidationError(
                "--state '\(state)' is none of: \(NodeWatch.states.joined(separator: ", "))"
            )
        }
    }

    func run(_ client: ControllerClient) async throws {
        var watch = NodeWatch(names: targets.nodes, state: state, endsAtAnyFailure: anyFailure)
        var live = LiveLines(on: .output)
        let end = ContinuousClock.now + .seconds(timeout.seconds)
        var nodes: [NodeSummary] = []
        while true {
            var trouble: [String] = []
            do {
                nodes = try await client.get(OperatorPath.nodes)
            } catch {
                guard error.kind == .unreachable, !nodes.isEmpty else { throw error }
                trouble = error.reasons
            }
            let look = Terminal.output.look
            if let size = Terminal.output.size, watch.watched(nodes).count < size.rows - 1 {
                live.show(watch.table(nodes, look) + trouble.map { $0.cut(to: size.columns - 1) })
            } else {
                for line in watch.changes(nodes, look) { Terminal.output.line(line) }
            }
            switch trouble.isEmpty ? watch.verdict(nodes) : .waiting {
            case .reached: return
            case .failed(let reasons): throw ClientProblem(reasons)
            case .waiting: break
            }
            guard ContinuousClock.now < end else {
                throw ClientProblem(trouble + ["not \(state) within \(timeout)"] + watch.late(nodes))
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
