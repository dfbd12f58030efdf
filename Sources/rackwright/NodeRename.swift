import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeRename: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a node another name; what is kept of it stays, and rules leave the name alone.",
        discussion: """
            Refused while a plan or a runbook is carried out on the node. A plan that was made before must be made \
            anew; what the catalogue says of the old name, and that the installed system has it, is said.
            """
    )

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "Its new name: up to 63 letters, digits and inner '-'.")
    var name: String

    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let request = RenameNode(name: name, reason: why.reason)
        let report = try await client.post(OperatorPath.rename(node), request, as: RenameReport.self)
        try format.show(report) { NodeText.renamed(report, $0) }
    }
}
