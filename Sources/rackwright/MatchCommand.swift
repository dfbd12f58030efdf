import ArgumentParser
import OperatorAPI
import OperatorCLI

struct MatchCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Say which node gets which role and why not another; touches nothing.",
        discussion: """
            With --what-if it says so for a fleet and a catalogue as they might be. Files of nodes hold what \
            'rackwright inventory export' writes, or a list of objects with name, inventory, rack, chassis, switch and \
            count. A node that is named like one that is there stands for it.
            """
    )

    @Flag(help: "Match what the options below suppose, and say what differs from now.")
    var whatIf = false

    @Option(
        name: .customLong("add"),
        help: ArgumentHelp("Suppose the nodes in a file, or in the .json files of a folder.", valueName: "path")
    )
    var added: [String] = []

    @Option(help: ArgumentHelp("Suppose the nodes in a file or folder, and no others.", valueName: "path"))
    var fleet: String?

    @Option(help: ArgumentHelp("Suppose that a node is not there.", valueName: "node"))
    var without: [String] = []

    @Option(help: ArgumentHelp("Suppose the roles of a catalogue's folder that lies here.", valueName: "folder"))
    var catalog: String?

    @Flag(help: "Suppose that nodes may leave the roles they have; as few as possible do.")
    var reassign = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        let supposes = !added.isEmpty || fleet != nil || !without.isEmpty || catalog != nil || reassign
        if supposes, !whatIf { throw ValidationError("to suppose something, give --what-if") }
        if whatIf, !supposes {
            throw ValidationError("what if what? give --add, --fleet, --without, --catalog or --reassign")
        }
        if fleet != nil, !added.isEmpty || !without.isEmpty {
            throw ValidationError("--fleet supposes all nodes there are: give it without --add and --without")
        }
    }

    func run(_ client: ControllerClient) async throws {
        guard whatIf else {
            let report = try await client.get(OperatorPath.match, as: MatchReport.self)
            return try format.show(report) { MatchText.match(report, $0) }
        }
        var question = WhatIf(without: without, isWholeFleet: fleet != nil, reassign: reassign)
        for path in added + [fleet].compactMap(\.self) { question.nodes += try SupposedNodes.read(path) }
        if let catalog { question.roles = try SupposedNodes.roles(ofCatalog: catalog) }
        let report = try await client.post(OperatorPath.whatIf, question, as: WhatIfReport.self)
        try format.show(report) { look in
            fleet == nil ? MatchText.whatIf(report, look) : MatchText.match(report.match, look)
        }
    }
}
