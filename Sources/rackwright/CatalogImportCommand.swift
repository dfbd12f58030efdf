import ArgumentParser
import Catalog
import CatalogImport
import FoundationEssentials
import OperatorCLI
import YAML

struct CatalogImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a catalogue of TripleO's roles_data.yaml and service templates.",
        discussion: """
            Everything that cannot be carried over is said with its file, line and reason. What is written passes \
            `rackwright catalog check`.
            """
    )

    @Argument(help: "roles_data.yaml.")
    var roles: String

    @Option(help: ArgumentHelp("tripleo-heat-templates, or a folder of its service templates.", valueName: "folder"))
    var services: String

    @Option(help: ArgumentHelp("Where the catalogue is written; must not have one.", valueName: "folder"))
    var to: String

    @Option(
        help: ArgumentHelp(
            "An environment file whose resource_registry says which template a service is.",
            valueName: "file"
        )
    )
    var registry: [String] = []

    @Option(help: ArgumentHelp("network_data.yaml: the networks that roles name.", valueName: "file"))
    var networks: [String] = []

    @Option(help: "The roles' image.")
    var image = "overcloud-full"

    @Option(help: "The stack's name, which host names begin with.")
    var stack = "overcloud"

    func run() async throws {
        do {
            try work()
        } catch let problem as ClientProblem {
            for line in problem.reasons { Terminal.errors.line(line.oneLine) }
            throw ExitCode(1)
        }
    }

    private func work() throws {
        guard !FileManager.default.fileExists(atPath: to + "/roles") else {
            throw ClientProblem("\(to) has a catalogue already: name a new folder")
        }
        var templates: [String: SourceTree] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: services).sorted() where path.hasSuffix(".yaml")
        {
            // What is no YAML is a template of Jinja's and no service's.
            guard let octets = try? Self.octets(services + "/" + path) else { continue }
            // Flat names of single files stand for the folders that they lay in.
            let place = path.contains("/") ? path : path.replacing("__", with: "/")
            templates[place] = try? YAMLReader.read(octets, file: path)
        }
        var registries: [(path: String, text: String)] = []
        let usual = [services + "/overcloud-resource-registry-puppet.j2.yaml"]
        for file in usual.filter({ FileManager.default.fileExists(atPath: $0) }) + registry {
            // Paths in it are from where it lies below the folder of the templates.
            let path = file.hasPrefix(services + "/") ? String(file.dropFirst(services.count + 1)) : file
            registries.append((path, String(decoding: try Self.octets(file), as: UTF8.self)))
        }
        var options = TripleOImport.Options()
        options.image = image
        options.stack = stack
        let result = TripleOImport(
            roles: [try Self.tree(roles)],
            networks: try networks.map(Self.tree),
            templates: templates,
            registries: registries,
            options: options
        )
        for remark in result.remarks { Terminal.output.line(remark.description.oneLine) }
        for (path, text) in result.files.sorted(by: { $0.key < $1.key }) { try write(text, to + "/" + path) }
        let catalog = try CatalogOptions.parse([]).load(to)
        func words(_ count: ImportCount, _ what: String) -> String {
            count.found == count.carried ? "\(count.found) \(what)" : "\(count.carried) of \(count.found) \(what)"
        }
        let tally = result.tally
        Terminal.output.line(
            "\(catalog.roles.count) roles, \(catalog.networks.count) networks, \(catalog.services.count) services: "
                + words(tally.parameters, "parameters")
                + ", " + words(tally.containers, "containers") + ", " + words(tally.tasks, "tasks")
                + "; \(result.remarks.count) remarks"
        )
    }

    private static func tree(_ file: String) throws -> SourceTree {
        do {
            return try YAMLReader.read(try octets(file), file: file)
        } catch let problem as CatalogProblem {
            throw ClientProblem(problem.description)
        }
    }

    private static func octets(_ path: String) throws -> [UInt8] {
        do {
            return try [UInt8](Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ClientProblem("\(path) cannot be read")
        }
    }

    private func write(_ text: String, _ path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw ClientProblem("\(path) cannot be written")
        }
    }
}
