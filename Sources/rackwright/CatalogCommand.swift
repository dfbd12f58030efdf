import ArgumentParser
import Catalog
import FoundationEssentials
import OperatorCLI
import YAML

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Work on a catalogue.",
        subcommands: [
            CatalogCheck.self, CatalogShow.self, CatalogGraphCommand.self, CatalogRender.self,
            CatalogImportCommand.self,
        ]
    )
}

/// The catalogue's folder that a command works on, and which environments it uses.
struct CatalogOptions: ParsableArguments {
    @Option(
        name: [.customShort("e"), .long],
        help: "A file of environments/ that is used; may be given again, later ones win."
    )
    var environment: [String] = []

    /// Reads and checks it; what is wrong goes to the terminal, each with its line.
    func load(_ folder: String, _ output: OutputFormat = .table) throws -> Catalog {
        guard FileManager.default.fileExists(atPath: folder + "/roles") else {
            Terminal.errors.line("\(folder) has no folder roles: it is not a catalogue's folder".oneLine)
            throw ExitCode(1)
        }
        do {
            return try CatalogFolder(path: folder, environments: environment).load()
        } catch {
            throw try refusal(error, folder, output)
        }
    }

    /// Tells what is wrong in a folder, each with its line; what a command ends with then.
    func refusal(_ error: CatalogProblems, _ folder: String, _ output: OutputFormat) throws -> ExitCode {
        if output == .json {
            Terminal.output.line(try CatalogProblemText.json(error.problems))
        } else {
            Terminal.errors.line(
                CatalogProblemText.text(error.problems, Terminal.errors.look) { Self.lines(folder + "/" + $0) }
            )
            let count = error.problems.count
            Terminal.errors.line("\(count) problem\(count == 1 ? "" : "s")")
        }
        return ExitCode(1)
    }

    private static func lines(_ path: String) -> [Substring]? {
        guard let octets = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return String(decoding: octets, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }
}

struct CatalogCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong in a catalogue's folder; needs no controller."
    )

    @Argument(
        help: "The folder with roles/, services/, networks/, runbooks/, templates/, environments/ and parameters.yaml."
    )
    var folder: String

    @OptionGroup var options: CatalogOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let catalog = try options.load(folder, format.output)
        if format.output == .json {
            Terminal.output.line(try CatalogProblemText.json([]))
        } else {
            let rules = catalog.rules.isEmpty ? "" : ", \(catalog.rules.count) rules"
            let networks = catalog.networks.isEmpty ? "" : ", \(catalog.networks.count) networks"
            let number = catalog.runbooks.count
            let runbooks = number == 0 ? "" : ", \(number) runbook\(number == 1 ? "" : "s")"
            let counts =
                "\(catalog.roles.count) roles, \(catalog.services.count) services\(networks)\(rules)\(runbooks)"
            Terminal.output.line("\(counts): no problems")
        }
    }
}

struct CatalogShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Explain a catalogue, or one role, network, service, runbook or parameter of it; needs no controller."
    )

    @Argument(help: "The catalogue's folder.")
    var folder: String

    @Argument(help: "A role, a network, a service, a runbook, a parameter, or SERVICE.PARAMETER.")
    var name: String?

    @Option(help: "Count in what environments say of this node.")
    var node: String?

    @OptionGroup var options: CatalogOptions

    func run() async throws {
        let catalog = try options.load(folder)
        let look = Terminal.output.look
        guard let name else {
            Terminal.output.line(CatalogText.overview(catalog, look))
            return
        }
        guard let text = CatalogText.show(name, in: catalog, node: node, look) else {
            let hint = Spelling.hint(CatalogText.nearest(to: name, in: catalog))
            Terminal.errors.line("no role, network, service, runbook or parameter is called '\(name)'\(hint)".oneLine)
            throw ExitCode(1)
        }
        Terminal.output.line(text)
    }
}

struct CatalogGraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Show what depends on what: roles, services, containers; needs no controller."
    )

    enum Form: String, CaseIterable, ExpressibleByArgument {
        case text, dot, svg
    }

    @Argument(help: "The catalogue's folder.")
    var folder: String

    @Option(help: "As text, in Graphviz's language (dot), or as a drawing (svg).")
    var form = Form.text

    @OptionGroup var options: CatalogOptions

    func run() async throws {
        let graph = CatalogGraph(try options.load(folder))
        switch form {
        case .text: Terminal.output.line(CatalogGraphText.text(graph, Terminal.output.look))
        case .dot: Terminal.output.line(CatalogGraphText.dot(graph))
        case .svg: Terminal.output.line(CatalogGraphText.svg(graph))
        }
    }
}
