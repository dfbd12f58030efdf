import ArgumentParser
import OperatorAPI
import OperatorCLI

struct NodeSetBMC: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-bmc",
        abstract: "Change how a node's BMC is reached; the old way is kept until the BMC has answered the new one."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "The BMC's user.")
    var user: String?

    @Flag(help: "Read the BMC's password from standard input.")
    var passwordStdin = false

    @Option(help: "The BMC's address.")
    var address: String?

    @Flag(help: "Take the certificate that the BMC shows now in place of the one that was seen first.")
    var forgetCertificate = false

    @Option(help: "Whether TLS before 1.2 and weak ciphers are allowed, for BMCs that know no other: on or off.")
    var legacyTLS: Switch?

    @OptionGroup var connection: ControllerOptions

    func validate() throws {
        guard user != nil || passwordStdin || address != nil || forgetCertificate || legacyTLS != nil else {
            throw ValidationError("give --user, --password-stdin, --address, --forget-certificate or --legacy-tls")
        }
    }

    func run(_ client: ControllerClient) async throws {
        let request = SetBMC(
            user: user,
            password: passwordStdin ? try SecretInput.text(of: "the password", file: nil) : nil,
            address: address,
            forgetCertificate: forgetCertificate,
            legacyTLS: legacyTLS.map { $0 == .on }
        )
        let answer = try await client.post(OperatorPath.access(node), request, as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}
