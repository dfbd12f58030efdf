import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeReserve: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract: "Keep a node for a role, or from all: no match gives it to another."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(name: .customLong("for"), help: ArgumentHelp("The role, or 'nobody'.", valueName: "role"))
    var role: String

    @Option(help: "Why; 'rackwright match' says it.")
    var reason = ""

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let request = ReserveNode(role: role, reason: reason)
        let answer = try await client.post(OperatorPath.reservation(node), request, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct NodeUnreserve: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "unreserve",
        abstract: "Let a node be taken for every role again, also where a rule reserved it."
    )

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.delete(OperatorPath.reservation(node), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct NodeLabel: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Give a node labels, which role requirements read as labels.KEY; no rule changes them."
    )

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "KEY=TEXT for each label; KEY- takes one away.")
    var labels: [String]

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        var request = LabelNode()
        for label in labels {
            let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2 {
                request.set[parts[0]] = parts[1]
            } else if label.hasSuffix("-") {
                request.remove.append(String(label.dropLast()))
            } else {
                throw ClientProblem("'\(label)' is neither KEY=TEXT nor KEY-")
            }
        }
        let answer = try await client.post(OperatorPath.labels(node), request, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}
