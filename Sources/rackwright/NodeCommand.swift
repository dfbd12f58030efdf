import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Enroll machines and act on them.",
        subcommands: [
            NodeList.self, NodeEnroll.self, NodeShow.self, NodeVerify.self, NodeInspect.self, NodeRetry.self,
            NodeAbort.self, NodeRelease.self, NodeDelete.self, NodeMaintenance.self, NodeWait.self,
            NodeSetBMC.self, NodeSetLoader.self, NodeSetBoot.self, NodeSetNetwork.self, NodePressed.self,
            NodeReserve.self, NodeUnreserve.self, NodeLabel.self, NodeRename.self, NodeTest.self,
        ]
    )
}

struct NodeList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the nodes.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let nodes = try await client.get(OperatorPath.nodes, as: [NodeSummary].self)
        try format.show(nodes)
    }
}

struct NodeEnroll: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Make the machines of a CSV table known and check their BMCs: all rows, or none."
    )

    @Argument(
        help: """
            A CSV file; columns name,bmc_protocol,bmc_address,bmc_user,bmc_password[,bmc_port,rack,unit,mac] and, for \
            virtual media, ramdisk[,ramdisk_address,ramdisk_gateway,ramdisk_dns,ramdisk_vlan].
            """
    )
    var file: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
            throw ClientProblem("there is no file \(file)")
        }
        guard !isFolder else { throw ClientProblem("\(file) is a folder, not a CSV file") }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ClientProblem("\(file) cannot be read; is it allowed to you?")
        }
        guard let csv = String(validating: data, as: UTF8.self) else {
            throw ClientProblem("\(file) is not a text in UTF-8")
        }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let request = EnrollNodes(file: name, csv: csv)
        try format.show(try await client.post(OperatorPath.nodes, request, as: [NodeSummary].self))
    }
}

extension OutputOptions {
    func show(_ nodes: [NodeSummary]) throws {
        switch output {
        case .json: Terminal.output.line(try JSONText.of(nodes: nodes))
        case .table: Terminal.output.line(NodeText.list(nodes, Terminal.output.look))
        }
    }
}

struct NodeShow: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Say everything about a node.")

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        try await show(node, client, format)
    }
}

struct ExplainCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a node does, since when, why, until when, who acts next and what may be done."
    )

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        try await show(node, client, format)
    }
}

private func show(_ node: String, _ client: ControllerClient, _ format: OutputOptions) async throws {
    let explanation = try await client.get(OperatorPath.node(node), as: NodeExplanation.self)
    try format.show(explanation) { NodeText.explanation(explanation, $0) }
}

struct TimelineCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Print what happened to a node, the newest last."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "How many of the newest entries.")
    var limit = 1000

    @Flag(help: "Go on with what happens next.")
    var follow = false

    @Option(name: .customLong("for"), help: "How long to follow: 90s, 15m, 1h30m.")
    var patience = Patience(seconds: 86_400)

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        var items = try await entries(client, after: 0)
        guard follow else {
            return try format.show(items) { look in items.map { NodeText.timeline($0, look) }.joined(separator: "\n") }
        }
        let end = ContinuousClock.now + .seconds(patience.seconds)
        var last = 0
        while true {
            for item in items {
                last = max(last, item.number)
                try format.show(item) { NodeText.timeline(item, $0) }
            }
            guard ContinuousClock.now < end else { return }
            try await Task.sleep(for: .seconds(1))
            do {
                items = try await entries(client, after: last)
            } catch {
                guard error.kind == .unreachable else { throw error }
                items = []
            }
        }
    }

    private func entries(_ client: ControllerClient, after: Int) async throws(ClientProblem) -> [TimelineItem] {
        try await client.get(OperatorPath.timeline(node) + "?after=\(after)&limit=\(limit)")
    }
}
