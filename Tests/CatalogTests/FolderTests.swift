import Catalog
import FoundationEssentials
import Testing
import YAML

@Suite struct FolderTests {
    private static let tiers = ["database", "application", "proxy"]

    @Test func theDemosCatalogueLoads() throws {
        let catalog = try CatalogFolder(path: checkout + "/controller-config").load()
        #expect(catalog.roles.map(\.name) == ["control", "worker"])
        #expect(catalog.services.keys.sorted() == ["application", "database", "directory", "proxy", "web"])
        #expect(ServiceOrder.sorted(["proxy", "database", "application"], in: catalog.services) == Self.tiers)
    }

    @Test func theDemosConfigurationLoads() throws {
        let configuration = try ControllerConfiguration(file: checkout + "/controller-config/controller.yaml")
        #expect(configuration.address == "10.77.0.1")
        #expect(configuration.subnets.first?.lease == 43_200)
        #expect(configuration.boot.deadline == 900)
        #expect(configuration.healthChecks == .quick)
        #expect(configuration.bmcEvents)
    }

    @Test(arguments: [("on", true), ("off", false)])
    func eventsOfBMCsAreSwitched(word: String, isOn: Bool) throws {
        let text = "address: 10.0.0.1\nbmc_events: \(word)\n"
        let tree = try YAMLReader.read(Array(text.utf8), file: "controller.yaml")
        #expect(try ControllerConfiguration(tree).bmcEvents == isOn)
    }

    @Test func aFileThatCannotBeReadDoesNotHideWhatIsWrongInOthers() throws {
        let folder = try made([
            "roles/a.yaml": "name: [", "roles/b.yaml": "name: b\ncount: x\nimage: i\nservices: [unknown]\n",
            "services/c.yml": "name: c\n", "role.yaml": "name: d\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let error = #expect(throws: CatalogProblems.self) { try CatalogFolder(path: folder).load() }
        let lines = error?.problems.map(\.description) ?? []
        #expect(lines.count == 4, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("roles/a.yaml:") })
        #expect(lines.contains { $0.hasPrefix("roles/b.yaml:2:8: 'count' of role 'b'") })
        #expect(lines.contains { $0.hasPrefix("services/c.yml:1:1: this file is not read") })
        #expect(lines.contains { $0.hasPrefix("role.yaml:1:1: this file is not read") })
    }

    @Test func aFolderThatIsNotThereIsAnError() {
        #expect(throws: CatalogProblems.self) { try CatalogFolder(path: "/nonexistent/catalogue").load() }
    }

    @Test func everythingWrongWithTheConfigurationIsSaidAtOnce() throws {
        let text =
            "adress: 10.0.0.1\nhttps_port: 99999\ndhcp:\n  - {interface: eth0, mode: ful, subnet: a, lease: soon}\nboot: 3\n"
        let tree = try YAMLReader.read(Array(text.utf8), file: "controller.yaml")
        let error = #expect(throws: CatalogProblems.self) { try ControllerConfiguration(tree) }
        let lines = error?.problems.map(\.description) ?? []
        #expect(lines.count == 6, "\(lines)")
        #expect(
            lines.contains(
                "controller.yaml:1:1: unknown key 'adress' in the controller's configuration; did you mean 'address'?"
            )
        )
    }

    private func made(_ texts: [String: String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/catalogue-\(UInt64.random(in: 0 ... .max))"
        for (path, text) in texts {
            let parent = folder + "/" + path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + path))
        }
        return folder
    }
}
