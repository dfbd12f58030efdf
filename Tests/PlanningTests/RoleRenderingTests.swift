import Catalog
import Inventory
import OperatorAPI
import Planning
import Testing
import YAML

/// What a node would get, where there is a folder and no controller.
@Suite struct RoleRenderingTests {
    private func shipped() throws -> Catalog { try CatalogFolder(path: checkout + "/controller-config").load() }

    @Test func aFolderAloneShowsAllThatANodeOfARoleWouldGet() throws {
        let catalog = try shipped()
        let role = try #require(catalog.roles.first { $0.name == "control" })
        let rendering = RoleRendering(of: role, in: catalog)
        try rendering.checkParameters()
        let report = try rendering.report()
        #expect(report.node == "control-0" && report.operation == "deploy")
        let files = report.steps.flatMap(\.files)
        #expect(files.allSatisfy { $0.problem == nil })
        let proxy = try #require(files.first { $0.path.hasSuffix("haproxy.cfg") }?.content)
        #expect(proxy.contains("server worker-0 198.18.0."))
        let containers = report.steps.flatMap(\.containers)
        #expect(containers.contains { $0.name == "proxy-haproxy" && $0.image == "proxy:1" })
        let schema = try #require(containers.first { $0.name == "database-schema" })
        #expect(schema.settings.contains("environment: PASSWORD=********"))
        #expect(schema.settings.contains("environment: PGPORT=5432"))
    }

    @Test func tasksAreShownWithWhatTheyAreTold() throws {
        let catalog = try shipped()
        let role = try #require(catalog.roles.first { $0.name == "worker" })
        let tasks = try RoleRendering(of: role, in: catalog, name: "w", rack: "r7").report().steps.flatMap(\.tasks)
        let wait = try #require(tasks.first { $0.title.hasPrefix("the directory accepts connections") })
        #expect(wait.arguments.contains("port: 8081"))
        let motd = try #require(tasks.first { $0.title.hasPrefix("greet whoever logs in [template]") })
        #expect(motd.content?.hasPrefix("w, worker in rack r7") ?? false)
        let later = try #require(tasks.first { $0.title.hasPrefix("remember what the directory said") })
        #expect(later.arguments.contains("content: {{ found.content }}"), "it is known on the node alone")
    }

    @Test func everyParameterWithoutAValueIsNamedAtOnceWhereItIsDeclared() throws {
        let texts = [
            "roles/a.yaml": "name: a\ncount: 1\nimage: i\nservices: [s, t]\nparameters: {t: {d: 1}}",
            "services/s.yaml": "name: s\nparameters:\n  a: {type: int}\n  b: {type: secret}\n  c: {}",
            "services/t.yaml": "name: t\nparameters:\n  d: {type: int}\n  e: {type: list}",
        ]
        let files = try texts.map { Catalog.File(path: $0, tree: try YAMLReader.read(Array($1.utf8), file: $0)) }
        let catalog = try Catalog(files: files, templates: [:])
        do {
            try RoleRendering(of: catalog.roles[0], in: catalog).checkParameters()
            Issue.record("three have no value")
        } catch {
            #expect(
                error.problems.map(\.location.description) == [
                    "services/s.yaml:3:3", "services/s.yaml:5:3", "services/t.yaml:4:3",
                ]
            )
        }
    }

    @Test func anInventorySaysWhetherItsMachineCouldHaveTheRole() throws {
        let catalog = try shipped()
        let role = try #require(catalog.roles.first { $0.name == "control" })
        let fit = made("n", memory: 2048, address: "", uefi: true).inventory
        let notes = try RoleRendering(of: role, in: catalog, inventory: fit).report().notes ?? []
        #expect(notes.prefix(2) == ["its hardware qualifies", "root disk: vda, serial S-n"])
        let small = made("n", memory: 512, address: "").inventory
        let told = try RoleRendering(of: role, in: catalog, inventory: small).report().notes?.first
        #expect(told?.hasPrefix("it would not get the role: memory.total >= 1100 * MiB: memory.total is ") ?? false)
    }
}
