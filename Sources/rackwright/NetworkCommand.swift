import ArgumentParser
import Catalog
import OperatorAPI
import OperatorCLI

struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Look at the catalogue's networks and who has which of their addresses.",
        subcommands: [NetworkList.self, NetworkShow.self]
    )
}

struct NetworkList: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List networks and their subnets, with how many addresses are given and free."
    )

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let networks = try await client.get(OperatorPath.networks, as: [NetworkReport].self)
        try format.show(networks) { NetworkText.list(networks, $0) }
    }
}

struct NetworkShow: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a network with its subnets and every address that a node has."
    )

    @Argument(help: "The network's name.")
    var network: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let networks = try await client.get(OperatorPath.networks, as: [NetworkReport].self)
        guard let found = networks.first(where: { $0.name == network }) else {
            let hint = Spelling.hint(for: network, among: networks.map(\.name))
            throw ClientProblem("the catalogue has no network '\(network)'\(hint)")
        }
        try format.show(found) { NetworkText.show(found, $0) }
    }
}
