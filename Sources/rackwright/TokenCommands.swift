import ArgumentParser
import OperatorAPI
import OperatorCLI

struct TokenList: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the operators' tokens: whose they are, and when they were used last, to the hour."
    )

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let tokens = try await client.get(OperatorPath.tokens, as: [TokenReport].self)
        try format.show(tokens) { StockText.tokens(tokens, $0) }
    }
}

struct TokenRevoke: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take tokens away, and log their owner out; the last token there is stays."
    )

    @Argument(help: "Whose tokens, or the ID of one of them.")
    var name: String

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.delete(OperatorPath.token(name), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}
