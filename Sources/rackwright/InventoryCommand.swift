import ArgumentParser
import FoundationEssentials
import Inventory
import OperatorAPI
import OperatorCLI

struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Show what machines are made of.",
        subcommands: [InventoryShow.self, InventoryExport.self]
    )
}

struct InventoryShow: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a node's hardware.")

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let inventory = try await client.get(OperatorPath.inventory(node), as: Inventory.self)
        try format.show(inventory) { InventoryText.of(inventory, node: node, $0) }
    }
}

struct InventoryExport: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the hardware of all nodes as JSON: one object by node names, or a file for each."
    )

    @Option(help: "A folder for NODE.json files; it is made when it is not there.")
    var to: String?

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        var found: [String: Inventory] = [:]
        for node in try await client.get(OperatorPath.nodes, as: [NodeSummary].self) {
            do {
                found[node.name] = try await client.get(OperatorPath.inventory(node.name))
            } catch {
                guard error.kind == .refused(status: 404) else { throw error }
                for line in error.reasons { Terminal.errors.line(line.oneLine) }
            }
        }
        guard let to else { return Terminal.output.line(try JSONText.of(found)) }
        do {
            try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
            for (name, inventory) in found.sorted(by: { $0.key < $1.key }) {
                guard !name.contains("/") else {
                    throw ClientProblem("the node's name '\(name.oneLine)' is no file name")
                }
                let path = "\(to)/\(name).json"
                try Data((JSONText.of(inventory) + "\n").utf8).write(to: URL(filePath: path))
                Terminal.output.line(path)
            }
        } catch let error as CocoaError {
            throw ClientProblem("the inventories cannot be written to \(to): \(error)")
        }
    }
}
