import ArgumentParser
import OperatorAPI
import OperatorCLI

struct RunbookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook",
        abstract: "Have the tasks of a runbook of the catalogue carried out on nodes.",
        subcommands: [RunbookList.self, RunbookShow.self, RunbookRun.self]
    )
}

struct RunbookList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runbooks.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let runbooks = try await client.get(OperatorPath.runbooks, as: [RunbookReport].self)
        try format.show(runbooks) { RunbookText.list(runbooks, $0) }
    }
}

struct RunbookShow: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a runbook: its nodes, parameters and tasks."
    )

    @Argument(help: "The runbook.")
    var name: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let runbook = try await client.get(OperatorPath.runbook(name), as: RunbookReport.self)
        try format.show(runbook) { RunbookText.show(runbook, $0) }
    }
}

struct RunbookRun: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a runbook on nodes that do their work.",
        discussion: """
            It is a run like a plan's: it goes in waves, outlives restarts, and 'run wait', 'run stop', 'timeline' and \
            'explain' work on it. What the nodes are made of stays as it is. Where a task fails, files that were \
            changed are put back, unless the runbook says 'on_failure: stop'.
            """
    )

    @Argument(help: "The runbook.")
    var name: String

    @Option(help: "A node, in place of all nodes of the runbook's roles; may be given again.")
    var node: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A parameter's value, of a list or a map as JSON; may be given again. Secrets: rackwright secret set.",
            valueName: "name=value"
        )
    )
    var values: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only tasks with one of these tags, as with Ansible: 'always' ones too, 'never' ones where it names them.",
            valueName: "tag,…"
        )
    )
    var tags: [String] = []

    @Option(help: ArgumentHelp("Not the tasks with one of these tags.", valueName: "tag,…"))
    var skipTags: [String] = []

    @Flag(help: "Say what would change, and change nothing, as with Ansible's check mode.")
    var check = false

    @Flag(help: "Wait for the end; exits 1 when the run does not succeed.")
    var wait = false

    @Option(help: "How long to wait: 90s, 15m, 1h30m.")
    var timeout = Patience(seconds: 7200)

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let request = StartRunbook(
            nodes: node,
            parameters: try RunbookText.parameters(values),
            check: check,
            tags: RunbookText.tags(tags),
            skipTags: RunbookText.tags(skipTags)
        )
        let run = try await client.post(OperatorPath.start(runbook: name), request, as: RunReport.self)
        if wait {
            Terminal.errors.line("run \(run.id.oneLine)")
            for line in run.runbook?.leftOut ?? [] { Terminal.errors.line(line.oneLine) }
            let end = try await follow(run.id, client, timeout, lines: format.output == .table)
            if format.output == .json { Terminal.output.line(try JSONText.of(end.run)) }
            if let problem = end.problem { throw problem }
        } else {
            try format.show(run) { look in RunText.show(run, look) + "\nfollow it with: rackwright run wait \(run.id)" }
        }
    }
}
