import ArgumentParser
import FoundationEssentials
import Inventory
import OperatorAPI
import OperatorCLI

struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Show what machines are made of.",
        subcommands: [
            InventoryShow.self, InventoryDriftCommand.self, InventoryDiff.self, InventoryOutliers.self,
            InventoryExport.self,
            InventoryImportCommand.self,
        ]
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
        guard format.output == .table else { return try format.show(inventory) { _ in "" } }
        let names = try await Self.names(of: node, client)
        try format.show(inventory) { InventoryText.of(inventory, node: node, names: names, $0) }
    }

    /// None from a controller that is older than this command.
    private static func names(of node: String, _ client: ControllerClient) async throws(ClientProblem) -> DeviceNames {
        do {
            return try await client.get(OperatorPath.deviceNames(node))
        } catch {
            guard error.kind == .refused(status: 404) else { throw error }
            return DeviceNames(pci: [:])
        }
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
        for path in try Self.write(found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, to: to) {
            Terminal.output.line(path)
        }
    }

    /// Writes a file for each; gives their paths.
    static func write(_ inventories: [(name: String, inventory: Inventory)], to folder: String) throws -> [String] {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try inventories.map { name, inventory in
                guard !name.contains("/") else {
                    throw ClientProblem("the node's name '\(name.oneLine)' is no file name")
                }
                let path = "\(folder)/\(name).json"
                try Data((JSONText.of(inventory) + "\n").utf8).write(to: URL(filePath: path))
                return path
            }
        } catch let error as CocoaError {
            throw ClientProblem("the inventories cannot be written to \(folder): \(error)")
        }
    }
}
