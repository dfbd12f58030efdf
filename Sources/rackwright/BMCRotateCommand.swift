import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCRotateCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give nodes' BMCs new passwords; the old one is kept until the BMC has taken the new one.",
        discussion: "A password is made for each BMC, and nobody sees it; the controller keeps it sealed."
    )

    @Argument(help: "The nodes.")
    var nodes: [String]

    @Flag(help: "Read the new password from standard input; for one node.")
    var passwordStdin = false

    @OptionGroup var connection: ControllerOptions

    func validate() throws {
        guard !nodes.isEmpty else { throw ValidationError("name the nodes") }
        guard !passwordStdin || nodes.count == 1 else {
            throw ValidationError("--password-stdin is for one node: no two BMCs should have one password")
        }
    }

    func run(_ client: ControllerClient) async throws {
        let given = passwordStdin ? try SecretInput.text(of: "the password", file: nil) : nil
        var problems: [String] = []
        for node in nodes {
            do {
                let request = RotatePassword(password: given)
                let answer = try await client.post(OperatorPath.password(node), request, as: Message.self)
                Terminal.output.line(answer.message.oneLine)
            } catch {
                problems += error.reasons
            }
        }
        for line in problems { Terminal.errors.line(line.oneLine) }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}
