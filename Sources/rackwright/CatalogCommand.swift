import ArgumentParser
import Catalog
import FoundationEssentials
import OperatorAPI
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
            if output == .json {
                Terminal.output.line(try CatalogProblemText.json(error.problems))
            } else {
                Terminal.errors.line(
                    CatalogProblemText.text(error.problems, Terminal.errors.look) { Self.lines(folder + "/" + $0) }
                )
                let count = error.problems.count
                Terminal.errors.line("\(count) problem\(count == 1 ? "" : "s")")
            }
            throw ExitCode(1)
        }
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

    @Argument(help: "The folder with roles/, services/, templates/, environments/ and parameters.yaml.")
    var folder: String

    @OptionGroup var options: CatalogOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let catalog = try options.load(folder, format.output)
        if format.output == .json {
            Terminal.output.line(try CatalogProblemText.json([]))
        } else {
            let rules = catalog.rules.isEmpty ? "" : ", \(catalog.rules.count) rules"
            Terminal.output.line(
                "\(catalog.roles.count) roles, \(catalog.services.count) services\(rules): no problems"
            )
        }
    }
}

struct CatalogShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Explain a catalogue, or one role, service or parameter of it; needs no controller."
    )

    @Argument(help: "The catalogue's folder.")
    var folder: String

    @Argument(help: "A role, a service, a parameter, or SERVICE.PARAMETER.")
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
            let hint = CatalogText.nearest(to: name, in: catalog).map { "; did you mean '\($0)'?" } ?? ""
            Terminal.errors.line("no role, service or parameter is called '\(name)'\(hint)".oneLine)
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

struct CatalogRender: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract:
            "Show every file, task and container that a node would get, in the order of its steps; touches nothing.",
        discussion: "Files that are installed are shown by what differs. Secrets are blanked."
    )

    @Argument(help: "The node's name.")
    var node: String

    @Flag(help: "Say of every parameter who gave it its value.")
    var why = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let report = try await client.get(OperatorPath.rendering(node), as: RenderReport.self)
        try format.show(report) { RenderText.show(report, why: why, $0) }
    }
}
