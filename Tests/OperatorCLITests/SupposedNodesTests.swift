import FoundationEssentials
import Inventory
import OperatorAPI
import OperatorCLI
import Testing

struct SupposedNodesTests {
    private static let inventory = "{\"version\": 1, \"collected_at\": 0, \"cpu\": {\"threads\": 8}}"

    /// A folder with files, gone after `body`.
    private func with(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/supposed-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, text) in files {
            let parent = folder + "/" + path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + path))
        }
        try body(folder)
    }

    @Test func aLoneInventoryIsOfTheNodeThatItsFileIsNamedFor() throws {
        try with(["node-7.json": Self.inventory]) { folder in
            let nodes = try SupposedNodes.read(folder + "/node-7.json")
            #expect(nodes.map(\.name) == ["node-7"])
            #expect(nodes.first?.inventory?.cpu.threads == 8)
            #expect(try SupposedNodes.read(folder) == nodes, "a folder of such files")
        }
    }

    @Test func whatIsExportedForAllNodesIsReadByTheirNames() throws {
        try with(["all.json": "{\"b\": \(Self.inventory), \"version\": \(Self.inventory)}"]) { folder in
            let nodes = try SupposedNodes.read(folder + "/all.json")
            #expect(nodes.map(\.name) == ["b", "version"])
        }
    }

    @Test func aListSaysMoreOfEachNode() throws {
        let more = "\"rack\": \"r1\", \"count\": 4"
        let text = "[{\"name\": \"new\", \"inventory\": \(Self.inventory), \(more)}, {\"name\": \"x\"}]"
        try with(["list.json": text]) { folder in
            let nodes = try SupposedNodes.read(folder + "/list.json")
            #expect(nodes.map(\.name) == ["new", "x"])
            #expect(nodes.map(\.count) == [4, nil])
            #expect(nodes.map(\.rack) == ["r1", nil])
        }
    }

    @Test(arguments: [
        ("a.json", "{\"a\": {}}", "a: 'version' is missing"), ("a.json", "{", "holds no inventories"),
        ("a.json", "[{\"rack\": \"r\"}]", "'name' is missing"),
        ("a.json", "{\"version\": 1, \"collected_at\": \"x\"}", "collected_at"),
        ("a.txt", "", "holds no .json files"),
    ])
    func whatHoldsNoNodesIsRefusedWithTheReason(file: String, text: String, reason: String) throws {
        try with([file: text]) { folder in
            let path = file == "a.txt" ? folder : folder + "/" + file
            let problem = #expect(throws: ClientProblem.self) { try SupposedNodes.read(path) }
            #expect(problem?.reasons.first?.contains(reason) ?? false, "\(problem?.reasons ?? [])")
            #expect(problem?.reasons.first?.contains(path) ?? false)
        }
        #expect(throws: ClientProblem.self) { try SupposedNodes.read("/nonexistent") }
    }

    @Test func theRoleFilesOfACataloguesFolderAreRead() throws {
        try with(["roles/a.yaml": "name: a", "roles/b.yml": "x", "services/c.yaml": "y"]) { folder in
            let texts = try SupposedNodes.roles(ofCatalog: folder)
            #expect(texts == ["a.yaml": "name: a"])
            #expect(throws: ClientProblem.self) { try SupposedNodes.roles(ofCatalog: folder + "/services") }
        }
    }
}
