import ArgumentParser
import Catalog
import ControllerCore
import FoundationEssentials
import OperatorAPI
import OperatorCLI
import RuleImport
import YAML

struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Try and import the rules that are applied to inventories as they come in.",
        subcommands: [RulesReplay.self, RulesApply.self, RulesCheck.self, RulesImport.self]
    )
}

/// Reads rules from a catalogue's folder and tells people everything that is wrong in them.
private func rules(of folder: String) throws -> [Rule] {
    guard FileManager.default.fileExists(atPath: folder + "/rules") else {
        throw ClientProblem("\(folder) has no folder rules")
    }
    do {
        return try CatalogFolder(path: folder).rules()
    } catch {
        throw ClientProblem(error.problems.map(\.description))
    }
}

struct RulesReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Say what rules would make of nodes, and why; touches nothing.",
        discussion: """
            Asked of the controller's nodes by their last inventories, or with --fleet of machines in files: what \
            'rackwright inventory export' and 'inventory import' write. With both --catalog and --fleet no controller is \
            needed.
            """
    )

    @Argument(help: "The nodes; all when none is named.")
    var nodes: [String] = []

    @Option(help: ArgumentHelp("Take the rules of a catalogue's folder that lies here.", valueName: "folder"))
    var catalog: String?

    @Option(help: ArgumentHelp("Take the machines in a file, or in the .json files of a folder.", valueName: "path"))
    var fleet: String?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try await tellingProblems {
            let report = try await report()
            try format.show(report) { RulesText.report(report, $0) }
        }
    }

    private func report() async throws -> RulesReport {
        var machines = try fleet.map { try SupposedNodes.read($0) }
        if let known = machines, !nodes.isEmpty {
            for name in nodes where !known.contains(where: { $0.name == name }) {
                throw ClientProblem("there is no '\(name)' in \(fleet ?? "")")
            }
            machines = known.filter { nodes.contains($0.name) }
        }
        if let catalog, let machines { return RulesReport(of: try rules(of: catalog), for: machines) }
        var question = RulesQuestion(nodes: nodes, fleet: machines)
        if let catalog {
            _ = try rules(of: catalog)
            question.rules = try SupposedNodes.rules(ofCatalog: catalog)
        }
        return try await connection.client().post(OperatorPath.replayRules, question, as: RulesReport.self)
    }
}

struct RulesApply: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make of nodes at once what the rules, as they are now, say of their last inventories.",
        discussion:
            "What an operator said of a node goes first, and a node in use is never held. Each node is changed whole or not."
    )

    @Argument(help: "The nodes; all when none is named.")
    var nodes: [String] = []

    @Flag(help: "Say what would change, and touch nothing.")
    var dryRun = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let request = ApplyRules(nodes: nodes, dryRun: dryRun)
        let report = try await client.post(OperatorPath.applyRules, request, as: RulesReport.self)
        try format.show(report) { RulesText.applied(report, dryRun: dryRun, $0) }
    }
}

struct RulesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong in the rules of a catalogue's folder; 'catalog check' does, too."
    )

    @Argument(help: "The folder with rules/.")
    var folder: String

    func run() async throws {
        try await tellingProblems {
            let count = try rules(of: folder).count
            Terminal.output.line("\(count) rule\(count == 1 ? "" : "s"): no problems")
        }
    }
}

struct RulesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn rules of ironic-inspector, TripleO or Ironic into rules of a catalogue.",
        discussion: """
            Read are both generations: the introspection rules of ironic-inspector and TripleO, and the inspection rules of \
            Ironic since 2025, as JSON or YAML. What has no place here is named with the reason. A rule of which a \
            condition cannot be carried over is left out, since it would be for other machines.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @Option(help: "The folder for NAME.yaml files, such as controller-config/rules; made when it is not there.")
    var to: String

    func run() async throws {
        try await tellingProblems {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ClientProblem("\(file) cannot be read: is it there, a file, and allowed to you?")
            }
            let found: RuleImport
            do throws(CatalogProblem) {
                found = try RuleImport(YAMLReader.read([UInt8](data), file: file))
            } catch {
                throw ClientProblem(error.description)
            }
            for remark in found.remarks { Terminal.errors.line(remark.description.oneLine) }
            try write(found)
        }
    }

    private func write(_ found: RuleImport) throws {
        let texts = Dictionary(found.rules.map { ($0.name + ".yaml", $0.yaml) }) { first, _ in first }
        do {
            _ = try CatalogFolder.rules(in: texts)
        } catch {
            throw ClientProblem(
                ["nothing was written, since what it would be has problems:"] + error.problems.map(\.description)
            )
        }
        for name in texts.keys.sorted() where FileManager.default.fileExists(atPath: "\(to)/\(name)") {
            throw ClientProblem("\(to)/\(name) is there already; nothing was written")
        }
        do {
            try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                try Data(text.utf8).write(to: URL(filePath: "\(to)/\(name)"))
                Terminal.output.line("\(to)/\(name)")
            }
        } catch {
            throw ClientProblem("\(to) cannot be written: \(error)")
        }
        Terminal.output.line("\(texts.count) rules; \(found.remarks.count) remarks")
    }
}
