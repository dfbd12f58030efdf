import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCPowerCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "power",
        abstract: "Switch a node's power by its BMC, and wait until it is seen; without an action say what it is.",
        discussion: """
            on, off (at once), shutdown (the operating system is asked first, then it is off), reset (restarts a machine \
            that is on, and switches on one that is off).
            """
    )

    /// ``OperatorAPI/SetPower/Action`` as an operator types it.
    enum Word: String, ExpressibleByArgument, CaseIterable {
        case on, off, shutdown, reset

        var action: SetPower.Action {
            switch self {
            case .on: .on
            case .off: .off
            case .shutdown: .shutdown
            case .reset: .reset
            }
        }
    }

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "on, off, shutdown or reset.")
    var action: Word?

    @Flag(help: "Also when the node is being worked on.")
    var force = false

    @Option(help: "Why, for the node's timeline.")
    var reason: String?

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer: Message
        if let action {
            let request = SetPower(action: action.action, force: force, reason: reason)
            answer = try await client.post(OperatorPath.power(node), request, as: Message.self)
        } else {
            answer = try await client.get(OperatorPath.power(node), as: Message.self)
        }
        Terminal.output.line(answer.message.oneLine)
    }
}
