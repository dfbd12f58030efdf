import ArgumentParser
import Catalog
import FoundationEssentials
import Logging
import OperatorCLI
import YAML

/// `rackwright serve`: the controller as an ordinary daemon in the foreground.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the controller.",
        discussion: """
            Reads controller.yaml, keeps its state in the folder named there, and runs until SIGTERM or SIGINT. At the \
            first start it makes its keys, its CA and an operator token (operator.token in the state folder).
            """
    )

    @Option(help: "The configuration file.")
    var config = "/etc/rackwright/controller.yaml"

    @Option(
        name: [.customShort("e"), .long],
        help:
            "A file of the catalogue's environments/, instead of controller.yaml's; may be given again, later ones win."
    )
    var environment: [String] = []

    @Option(help: "Least level to log: \(Serve.levels).")
    var logLevel = "info"

    private static var levels: String { Logger.Level.allCases.map(\.rawValue).joined(separator: ", ") }

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level '\(logLevel)' is none of: \(Self.levels)")
        }
    }

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        do {
            try await serve()
        } catch let problems as CatalogProblems {
            throw Self.end(problems.problems.map(\.description))
        } catch let file as UnreadableFile {
            let hint = FileManager.default.fileExists(atPath: file.path) ? "" : "; give one with --config"
            throw Self.end(["\(file)" + hint])
        } catch let problem as ServeProblem {
            throw Self.end([problem.description])
        }
    }

    private static func end(_ problems: [String]) -> ExitCode {
        for line in problems { Terminal.errors.line(line.oneLine) }
        return ExitCode(1)
    }

    private func serve() async throws {
        let configuration = try ControllerConfiguration(file: config)
        let folder = config.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let catalog = configuration.catalog ?? (folder.isEmpty ? "." : folder)
        let environments = environment.isEmpty ? configuration.environments : environment
        try await ServeProcess(
            file: config,
            configuration: configuration,
            catalog: CatalogFolder(path: catalog, environments: environments)
        ).run()
    }
}
