import Catalog
import CatalogImport
import FoundationEssentials
import Jinja
import TestSupport
import Testing
import YAML

/// TripleO's own files, as they are, become a catalogue that loads.
@Suite(.enabled(if: Fixture.assets != nil, "there are no assets beside the checkout"))
struct TripleOImportTests {
    private static let golden = Fixture.checkout + "/Tests/CatalogImportTests/Golden/tripleo-import.md"

    /// Names of the assets in a folder of `tripleo`.
    private static func names(in folder: String) throws -> [String] {
        let assets = try #require(Fixture.assets)
        return try FileManager.default.contentsOfDirectory(atPath: "\(assets)/tripleo/\(folder)").sorted()
    }

    private static func tree(_ folder: String, _ name: String, as path: String) throws -> SourceTree {
        try YAMLReader.read(try Fixture.octets(ofAsset: "tripleo/\(folder)/\(name)"), file: path)
    }

    /// The service templates of a release, by the paths that they had in their repository.
    private static func templates(_ release: String) throws -> [String: SourceTree] {
        var templates: [String: SourceTree] = [:]
        for name in try names(in: "services/\(release)") {
            let path = name.replacing("__", with: "/")
            templates[path] = try tree("services/\(release)", name, as: path)
        }
        return templates
    }

    /// Read as the catalogue's folder would be, from the text that is written.
    private func loads(_ result: TripleOImport, _ what: String) throws -> Catalog? {
        var files: [Catalog.File] = []
        var templates: [String: String] = [:]
        for (path, text) in result.files {
            if path.hasPrefix("templates/") {
                templates[String(path.dropFirst(10))] = text
            } else {
                files.append(Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path)))
            }
        }
        do {
            return try Catalog(files: files, templates: templates)
        } catch {
            Issue.record("\(what): \(error)")
            return nil
        }
    }

    @Test(arguments: ["ocata", "pike"])
    func everyServiceLoadsAndWhatDidNotComeOverIsCounted(release: String) throws {
        let templates = try Self.templates(release)
        let result = TripleOImport(roles: [], templates: templates)
        let catalog = try #require(try loads(result, release))
        #expect(catalog.services.count == result.services.count && catalog.services.count >= 7)
        for path in templates.keys.sorted() {
            let alone = TripleOImport(roles: [], templates: templates.filter { $0.key == path })
            _ = try loads(alone, path)
        }
        for service in result.services {
            let template = try #require(templates[service.path])
            let data = template["outputs"]?["role_data"]?["value"]
            #expect(service.tally.parameters.found == Self.count(template["parameters"]), "\(service.path)")
            #expect(service.tally.parameters.carried == service.tally.parameters.found, "\(service.path)")
            var containers = 0
            if case .map(let steps)? = data?["docker_config"]?.content {
                // Where Heat chooses among them, there are those that it chooses by the defaults.
                if steps.allSatisfy({ Self.isLiteral($0) }) {
                    for step in steps { containers += Self.count(step.value) }
                } else {
                    containers = service.tally.containers.found
                    #expect(containers > 0, "\(service.path)")
                }
            }
            #expect(service.tally.containers.found == containers, "\(service.path)")
            var tasks = 0
            if case .map(let entries)? = data?.content {
                for entry in entries where entry.key.text?.hasSuffix("_tasks") ?? false {
                    if case .list(let items) = entry.value.content { tasks += items.count }
                }
            }
            #expect(service.tally.tasks.found >= tasks, "\(service.path)")
            let loaded = try #require(catalog.services[service.name])
            // Those of templates that it is made of come on top, and an exec is a task.
            #expect(loaded.parameters.count >= service.tally.parameters.carried)
            #expect(loaded.containers.count <= service.tally.containers.carried)
            #expect(loaded.deployTasks.count + loaded.upgradeTasks.count >= service.tally.tasks.carried)
            // Nothing is left out in silence.
            let left =
                service.tally.tasks.found - service.tally.tasks.carried + service.tally.containers.found
                - service.tally.containers.carried
            #expect(left == 0 || !service.remarks.isEmpty)
        }
    }

    /// Whether it is a step with containers, and no function of Heat's that gives them.
    private static func isLiteral(_ step: SourceTree.Entry) -> Bool {
        guard step.key.text?.hasPrefix("step_") ?? false, case .map(let entries) = step.value.content else {
            return false
        }
        return entries.allSatisfy { !["map_merge", "if"].contains($0.key.text) }
    }

    private static func count(_ tree: SourceTree?) -> Int {
        guard case .map(let entries)? = tree?.content else { return 0 }
        return entries.count
    }

    @Test func everyRolesFileLoads() throws {
        let templates = try Self.templates("pike")
        let registries = try ["environments__docker.yaml", "overcloud-resource-registry-puppet.j2.yaml"].map { name in
            let text = String(decoding: try Fixture.octets(ofAsset: "tripleo/steps/pike/" + name), as: UTF8.self)
            return (path: name.replacing("__", with: "/"), text: text)
        }
        for name in try Self.names(in: "roles") {
            let tree = try Self.tree("roles", name, as: name)
            let result = TripleOImport(roles: [tree], templates: templates, registries: registries.reversed())
            guard case .list(let items) = tree.content else {
                Issue.record("\(name) is no list")
                continue
            }
            #expect(result.roles.count == items.count, "\(name)")
            let catalog = try #require(try loads(result, name))
            for (role, written) in zip(result.roles, items) {
                guard case .list(let services)? = written["ServicesDefault"]?.content else { continue }
                #expect(role.services.found == services.count, "\(name) \(role.name)")
                let loaded = try #require(catalog.roles.first { $0.name == role.name })
                #expect(loaded.services.count <= role.services.carried)
                #expect(loaded.count.minimum == written["CountDefault"]?.value.asInt ?? 0)
                #expect(loaded.hostname?.hasPrefix("overcloud-") ?? false)
            }
            if name == "pike-roles_data.yaml" {
                let controller = try #require(catalog.roles.first { $0.name == "Controller" })
                #expect(controller.tags == ["primary", "controller"])
                #expect(
                    controller.networks.map(\.name) == ["External", "InternalApi", "Storage", "StorageMgmt", "Tenant"]
                )
                #expect(controller.hostname == "overcloud-controller-{{ index }}")
                for service in ["keystone", "mysql", "haproxy"] { #expect(controller.services.contains(service)) }
            }
        }
    }

    /// A whole tripleo-heat-templates, unpacked at `$RACKWRIGHT_THT/ocata` and `/pike`: every template is read.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["RACKWRIGHT_THT"] != nil, "RACKWRIGHT_THT is not set"),
        arguments: [("ocata", 171), ("pike", 294)]
    )
    func aWholeReleaseLoads(release: String, count: Int) throws {
        let top = try #require(ProcessInfo.processInfo.environment["RACKWRIGHT_THT"]) + "/" + release
        func octets(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: "\(top)/\(path)"))) }
        var templates: [String: SourceTree] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: top).sorted() where path.hasSuffix(".yaml") {
            templates[path] = try? YAMLReader.read(octets(path), file: path)
        }
        let name = "overcloud-resource-registry-puppet.j2.yaml"
        let registry = (path: name, text: String(decoding: try octets(name), as: UTF8.self))
        let docker = "environments/docker.yaml"
        let text = String(decoding: try octets(docker), as: UTF8.self)
        let roles = try YAMLReader.read(octets("roles_data.yaml"), file: "roles_data.yaml")
        let result = TripleOImport(roles: [roles], templates: templates, registries: [registry, (docker, text)])
        let superseded = result.remarks.count { $0.reason.hasSuffix("is the same service") }
        print("\(release): \(result.services.count) services, \(superseded) superseded, \(result.tally)")
        for remark in result.remarks { print("* \(remark)") }
        #expect(result.services.count + superseded == count)
        let catalog = try #require(try loads(result, release))
        #expect(catalog.roles.count == 5)
        for role in result.roles { print("\(role.name): \(role.services)") }
    }

    /// All that came over and all that did not, with its reason, to be read by people.
    @Test func theImportIsAsItWas() throws {
        var report = ""
        for release in ["ocata", "pike"] {
            let result = TripleOImport(roles: [], templates: try Self.templates(release))
            report += "## \(release)\n\n| service | parameters | containers | tasks |\n|---|---|---|---|\n"
            for service in result.services {
                let counts = [service.tally.parameters, service.tally.containers, service.tally.tasks].map { count in
                    count.found == count.carried ? "\(count.found)" : "\(count.carried) of \(count.found)"
                }
                report += "| \(service.name) (\(service.path)) | \(counts.joined(separator: " | ")) |\n"
            }
            report += "\n" + result.remarks.map { "* \($0)\n" }.joined() + "\n"
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try Data(report.utf8).write(to: URL(filePath: Self.golden))
        }
        let kept = try String(decoding: Data(contentsOf: URL(filePath: Self.golden)), as: UTF8.self)
        #expect(report == kept, "UPDATE_GOLDEN=1 writes it anew")
    }
}
