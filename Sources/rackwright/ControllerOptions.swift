import ArgumentParser
import FoundationEssentials
import OperatorCLI

/// Where the controller is and who asks.
protocol ControllerConnection: ParsableArguments {
    var address: ControllerAddress { get }
    var stateFolder: String? { get }
}

struct ControllerAddress: ParsableArguments {
    @Option(help: "The controller, https://HOST:PORT. (env: RACKWRIGHT_CONTROLLER; default: https://localhost:8443)")
    var controller: String?

    @Option(
        help:
            "A file with an operator's token. (env: RACKWRIGHT_TOKEN_FILE; default: operator.token in the state folder)"
    )
    var tokenFile: String?

    @Option(help: "The controller's CA certificate. (env: RACKWRIGHT_CA; default: keys/ca.pem in the state folder)")
    var ca: String?
}

struct ControllerOptions: ControllerConnection {
    @OptionGroup var address: ControllerAddress

    @Option(
        name: [.customLong("state"), .customLong("state-folder")],
        help: "The controller's state folder. (env: RACKWRIGHT_STATE; default: /var/lib/rackwright)"
    )
    var stateFolder: String?
}

/// For commands with another option `--state`.
struct ControllerOptionsBesideState: ControllerConnection {
    @OptionGroup var address: ControllerAddress

    @Option(help: "The controller's state folder. (env: RACKWRIGHT_STATE; default: /var/lib/rackwright)")
    var stateFolder: String?
}

extension ControllerConnection {
    func client() throws(ClientProblem) -> ControllerClient {
        let folder = stateFolder ?? environment("RACKWRIGHT_STATE") ?? "/var/lib/rackwright"
        return try ControllerClient(
            controller: address.controller ?? environment("RACKWRIGHT_CONTROLLER") ?? "https://localhost:8443",
            tokenFile: address.tokenFile ?? environment("RACKWRIGHT_TOKEN_FILE") ?? folder + "/operator.token",
            ca: address.ca ?? environment("RACKWRIGHT_CA") ?? folder + "/keys/ca.pem"
        )
    }

    private func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What a command prints.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Text for people or JSON for programs.")
    var output = OutputFormat.table

    /// Prints a value as JSON, or what `text` makes of it.
    func show(_ value: some Encodable, _ text: (Appearance) -> String) throws {
        switch output {
        case .json: Terminal.output.line(try JSONText.of(value))
        case .table: Terminal.output.line(text(Terminal.output.look))
        }
    }
}

/// A command that asks the controller. Each reason of a failure is a line on standard error; the exit code is 1.
protocol ControllerCommand: AsyncParsableCommand {
    associatedtype Connection: ControllerConnection
    var connection: Connection { get }

    func run(_ client: ControllerClient) async throws
}

extension ControllerCommand {
    func run() async throws {
        try await tellingProblems { try await run(connection.client()) }
    }
}

/// Does what may fail, and tells people why it did.
func tellingProblems(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let problem as ClientProblem {
        for line in problem.reasons { Terminal.errors.line(line.oneLine) }
        throw ExitCode(1)
    }
}

/// Something that is on or off.
enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
}
