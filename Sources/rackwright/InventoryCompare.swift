import ArgumentParser
import FoundationEssentials
import Inventory
import InventoryDrift
import InventoryImport
import OperatorAPI
import OperatorCLI

struct InventoryDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show every field in which a node's last two inspections differ, or two nodes.",
        discussion: "A name that ends with .json is a file: an inventory that was exported or imported."
    )

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "Another node to compare it with.")
    var other: String?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try await tellingProblems {
            let before: Inventory
            let after: Inventory
            if let other {
                (before, after) = (try await inventory(node), try await inventory(other))
            } else {
                let client = try connection.client()
                before = try await client.get(OperatorPath.inventoryBefore(node))
                after = try await client.get(OperatorPath.inventory(node))
            }
            let names = other.map { (node, $0) } ?? ("BEFORE", "NOW")
            let list = Differences(between: before, and: after).list
            try format.show(list) { DriftText.differences(list, names.0, names.1, $0) }
        }
    }

    /// Files ask nobody.
    private func inventory(_ name: String) async throws -> Inventory {
        guard name.hasSuffix(".json") else { return try await connection.client().get(OperatorPath.inventory(name)) }
        let machines = try InventoryFile.machines(in: name)
        guard machines.count == 1, let machine = machines.first else {
            throw ClientProblem("\(name) has \(machines.count) machines; one is compared")
        }
        return machine.inventory
    }
}

struct InventoryDriftCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Show what changed in a node's hardware since the inspection before the last, by severity."
    )

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let report = try await client.get(OperatorPath.drift(node), as: DriftReport.self)
        try format.show(report) { DriftText.drift(report, $0) }
    }
}

struct InventoryOutliers: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "outliers",
        abstract: "Show where a node's hardware differs from that of the others in its role."
    )

    @Option(help: "Only this role.")
    var role: String?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        var roles: [String: [String: Inventory]] = [:]
        for node in try await client.get(OperatorPath.nodes, as: [NodeSummary].self) {
            guard let name = node.role, role == nil || role == name else { continue }
            do {
                roles[name, default: [:]][node.name] = try await client.get(OperatorPath.inventory(node.name))
            } catch {
                guard error.kind == .refused(status: 404) else { throw error }
            }
        }
        let found = roles.mapValues { Outliers.found(among: $0) }
        let list = found.sorted { $0.key < $1.key }.flatMap { role, outliers in outliers.map { (role, $0) } }
        let compared = roles.values.count { $0.count >= 3 }
        try format.show(found) { DriftText.outliers(list, roles: compared, $0) }
    }
}
