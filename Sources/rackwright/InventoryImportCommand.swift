import ArgumentParser
import FoundationEssentials
import Inventory
import InventoryImport
import OperatorCLI

/// Reads inventories from files.
enum InventoryFile {
    static func machines(in path: String) throws(ClientProblem) -> [ImportedMachine] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ClientProblem("\(path) cannot be read: is it there, a file, and allowed to you?")
        }
        do {
            return try InventoryImport.machines(in: [UInt8](data))
        } catch {
            throw ClientProblem("\(path) \(error)")
        }
    }
}

struct InventoryImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn other tools' documents into inventories, to judge machines before they boot.",
        discussion: """
            Read are the documents of ironic-python-agent and ironic-inspector, of `lshw -json` and of python-hardware \
            (hardware-detect, eDeploy), and Rackwright's own. One machine is printed as its inventory, several as one \
            object by their names. Nothing is asked of the controller and nothing is stored there.
            """
    )

    @Argument(help: "A file for each machine, or with several.")
    var files: [String]

    @Option(help: "A folder for NAME.json files; it is made when it is not there.")
    var to: String?

    func run() async throws {
        try await tellingProblems {
            var found: [(name: String, inventory: Inventory)] = []
            for file in files {
                let base = file.split(separator: "/").last.map(String.init) ?? file
                let stem = base.split(separator: ".").first.map(String.init) ?? base
                for machine in try InventoryFile.machines(in: file) {
                    found.append((Self.free(machine.name ?? stem, among: found.map(\.name)), machine.inventory))
                }
            }
            try show(found)
        }
    }

    private func show(_ found: [(name: String, inventory: Inventory)]) throws {
        if let to {
            for path in try InventoryExport.write(found.map { ($0.name, $0.inventory) }, to: to) {
                Terminal.output.line(path)
            }
        } else if found.count == 1, let machine = found.first {
            Terminal.output.line(try JSONText.of(machine.inventory))
        } else {
            let all = Dictionary(found.map { ($0.name, $0.inventory) }) { first, _ in first }
            Terminal.output.line(try JSONText.of(all))
        }
    }

    /// The name, with a number where it is taken.
    private static func free(_ name: String, among taken: [String]) -> String {
        guard taken.contains(name) else { return name }
        var number = 2
        while taken.contains("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }
}
