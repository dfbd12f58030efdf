import ArgumentParser
import Catalog
import FoundationEssentials
import OperatorAPI
import OperatorCLI
import Planning

struct CatalogRender: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract:
            "Show every file, task and container that a node would get, in the order of its steps; touches nothing.",
        discussion: """
            Of an enrolled node the controller is asked; files that are installed are shown by what differs. With --catalog and \
            --role a folder is enough: other nodes are made up, and the node's hardware is what --inventory says. Secrets are \
            blanked.
            """
    )

    @Argument(help: "The node's name; with --catalog any.")
    var node: String?

    @Option(help: ArgumentHelp("A catalogue's folder; no controller is asked.", valueName: "folder"))
    var catalog: String?

    @Option(help: "With --catalog: the role that the node has.")
    var role: String?

    @Option(
        help: ArgumentHelp(
            "With --catalog: the node's inventory, as `rackwright inventory export` writes it.",
            valueName: "file"
        )
    )
    var inventory: String?

    @Option(help: "With --catalog: the rack that the node stands in.")
    var rack: String?

    @Flag(help: "Say of every parameter who gave it its value.")
    var why = false

    @OptionGroup var options: CatalogOptions
    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if catalog == nil {
            guard node != nil else {
                throw ValidationError("name a node, or a folder and a role: --catalog … --role …")
            }
            guard role == nil, inventory == nil, rack == nil, options.environment.isEmpty else {
                throw ValidationError("--role, --inventory, --rack and --environment need --catalog")
            }
        } else if role == nil {
            throw ValidationError("--catalog needs --role")
        }
    }

    func run() async throws {
        try await tellingProblems {
            let report: RenderReport
            if let catalog {
                report = try made(catalog)
            } else {
                report = try await connection.client().get(OperatorPath.rendering(node ?? ""), as: RenderReport.self)
            }
            try format.show(report) { RenderText.show(report, why: why, $0) }
        }
    }

    private func made(_ folder: String) throws -> RenderReport {
        let catalog = try options.load(folder, format.output)
        let wanted = role ?? ""
        guard let role = catalog.roles.first(where: { $0.name == wanted }) else {
            let hint = Spelling.hint(for: wanted, among: catalog.roles.map(\.name))
            throw ClientProblem("\(folder) has no role '\(wanted)'\(hint)")
        }
        let known = try inventory.map { try supposed($0) }
        let rendering = RoleRendering(
            of: role,
            in: catalog,
            name: node ?? known?.name,
            inventory: known?.inventory,
            rack: rack ?? known?.rack
        )
        do throws(CatalogProblems) {
            try rendering.checkParameters()
        } catch {
            throw try options.refusal(error, folder, format.output)
        }
        do throws(PlanningProblems) {
            return try rendering.report()
        } catch {
            throw ClientProblem(error.problems)
        }
    }

    /// The one node of a file, or the one that is named.
    private func supposed(_ file: String) throws -> WhatIf.Node {
        let nodes = try SupposedNodes.read(file)
        guard let name = node, nodes.count > 1 else {
            guard let only = nodes.first, nodes.count == 1 else {
                throw ClientProblem("\(file) holds the inventories of \(nodes.count) nodes: name one of them")
            }
            return only
        }
        guard let found = nodes.first(where: { $0.name == name }) else {
            let hint = Spelling.hint(for: name, among: nodes.map(\.name))
            throw ClientProblem("\(file) holds no inventory of '\(name)'\(hint)")
        }
        return found
    }
}
