import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Keep the values of secret parameters; they are never shown again.",
        subcommands: [SecretSet.self, SecretList.self, SecretRemove.self]
    )
}

struct SecretSet: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a secret parameter from standard input or a file, less one line end at its end."
    )

    @Argument(help: "SERVICE.PARAMETER, as in the catalogue.")
    var name: String

    @Option(help: "A file with the value, in place of standard input.")
    var file: String?

    @OptionGroup var connection: ControllerOptions

    func validate() throws { try SecretName.check(name) }

    func run(_ client: ControllerClient) async throws {
        let request = SetSecret(value: try SecretInput.text(of: name, file: file))
        let answer = try await client.post(OperatorPath.secret(name), request, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct SecretList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the secrets that are set.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let secrets = try await client.get(OperatorPath.secrets, as: [SecretSummary].self)
        try format.show(secrets) { _ in
            secrets.isEmpty
                ? "no secrets yet: rackwright secret set SERVICE.PARAMETER"
                : secrets.map(\.name.oneLine).joined(separator: "\n")
        }
    }
}

struct SecretRemove: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a secret; nodes keep what they have."
    )

    @Argument(help: "SERVICE.PARAMETER.")
    var name: String

    @OptionGroup var connection: ControllerOptions

    func validate() throws { try SecretName.check(name) }

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.delete(OperatorPath.secret(name), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

private enum SecretName {
    /// Refuses what cannot be SERVICE.PARAMETER.
    static func check(_ name: String) throws {
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex, name.last != ".",
            !name.contains(where: { $0.isWhitespace || $0 == "/" })
        else {
            throw ValidationError("'\(name.oneLine)' is not of the form SERVICE.PARAMETER, such as web.password")
        }
    }
}
