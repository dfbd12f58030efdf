import ArgumentParser
import OperatorAPI
import OperatorCLI

/// A verb on nodes: says for each what came of it, and goes on with the others when one is refused.
protocol NodeVerbCommand: ControllerCommand {
    static var verb: String { get }
    var targets: NodeTargets { get }
    var why: ReasonOptions { get }
}

struct NodeTargets: ParsableArguments {
    @Argument(help: "The nodes.")
    var nodes: [String] = []

    @Flag(help: "All nodes.")
    var all = false

    func validate() throws {
        if all, !nodes.isEmpty { throw ValidationError("give names or --all, not both") }
        if !all, nodes.isEmpty { throw ValidationError("name nodes, or give --all") }
    }

    func names(_ client: ControllerClient) async throws(ClientProblem) -> [String] {
        all ? try await client.get(OperatorPath.nodes, as: [NodeSummary].self).map(\.name) : nodes
    }
}

struct ReasonOptions: ParsableArguments {
    @Option(help: "Why, for the timeline.")
    var reason = ""
}

extension NodeVerbCommand {
    func run(_ client: ControllerClient) async throws {
        var problems: [String] = []
        let names = try await targets.names(client)
        for name in names {
            do {
                let path = OperatorPath.act(Self.verb, on: name)
                let answer = try await client.post(path, Reason(reason: why.reason), as: Message.self)
                Terminal.output.line(answer.message.oneLine)
            } catch {
                guard case .refused = error.kind, names.count > 1 else { throw error }
                problems += error.reasons.map { $0.contains(name) ? $0 : "\(name): \($0)" }
            }
        }
        guard problems.isEmpty else { throw ClientProblem(problems) }
    }
}

struct NodeVerify: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the BMCs of nodes."
    )
    static let verb = "verify"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeInspect: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Boot nodes into the ramdisk and read their hardware."
    )
    static let verb = "inspect"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodePressed: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "pressed",
        abstract: "Say that you did at machines what the controller asked a person for."
    )
    static let verb = "pressed"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeRetry: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try again what failed."
    )
    static let verb = "retry"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeAbort: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Give up what is under way, or clear a failure."
    )
    static let verb = "abort"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeRelease: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Take nodes out of quarantine."
    )
    static let verb = "release"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeDelete: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Forget nodes."
    )
    static let verb = "delete"

    @OptionGroup var targets: NodeTargets

    @Flag(help: "Yes, with --all: forget every node.")
    var yes = false

    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions

    func validate() throws {
        if targets.all, !yes { throw ValidationError("delete --all forgets every node: give --yes as well") }
    }
}

struct MaintenanceSet: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Keep plans away from nodes."
    )
    static let verb = "set-maintenance"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct MaintenanceUnset: NodeVerbCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Let plans use nodes again."
    )
    static let verb = "unset-maintenance"

    @OptionGroup var targets: NodeTargets
    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
}

struct NodeMaintenance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Keep plans away from nodes, or let them again.",
        subcommands: [MaintenanceSet.self, MaintenanceUnset.self]
    )
}
