import ArgumentParser
import OperatorAPI
import OperatorCLI

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Look at runs of plans and runbooks and steer them.",
        subcommands: [RunList.self, RunShow.self, RunWait.self, RunApprove.self, RunStop.self]
    )
}

struct RunList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let runs = try await client.get(OperatorPath.runs, as: [RunReport].self)
        try format.show(runs) { RunText.list(runs, $0) }
    }
}

struct RunShow: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a run.")

    @Argument(help: "The run.")
    var id = "latest"

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let run = try await client.get(OperatorPath.run(id), as: RunReport.self)
        try format.show(run) { RunText.show(run, $0) }
    }
}

struct RunWait: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Follow a run to its end; exits 1 with the reason when it does not succeed."
    )

    @Argument(help: "The run.")
    var id = "latest"

    @Option(help: "How long: 90s, 15m, 1h30m.")
    var timeout = Patience(seconds: 7200)

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let end = try await follow(id, client, timeout, lines: format.output == .table)
        if format.output == .json { Terminal.output.line(try JSONText.of(end.run)) }
        if let problem = end.problem { throw problem }
    }
}

struct RunApprove: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "approve", abstract: "Let a run's next wave go on.")

    @Argument(help: "The run, or latest.")
    var id: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let run = try await client.post(OperatorPath.approve(id), as: RunReport.self)
        try format.show(run) { RunText.show(run, $0) }
    }
}

struct RunStop: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Start nothing more of a run; what is under way on nodes goes on."
    )

    @Argument(help: "The run, or latest.")
    var id: String

    @OptionGroup var why: ReasonOptions
    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let run = try await client.post(OperatorPath.stop(id), Reason(reason: why.reason), as: RunReport.self)
        try format.show(run) { RunText.show(run, $0) }
    }
}

/// The run as it is now; a controller that is just being started again is waited for.
private func firstReport(
    _ id: String,
    _ client: ControllerClient,
    until end: ContinuousClock.Instant
) async throws -> RunReport {
    let patience = min(end, ContinuousClock.now + .seconds(15))
    while true {
        do {
            return try await client.get(OperatorPath.run(id))
        } catch {
            guard error.kind == .unreachable, ContinuousClock.now < patience else { throw error }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

/// Follows a run to its end: the run then, and why it did not succeed.
func follow(
    _ id: String,
    _ client: ControllerClient,
    _ timeout: Patience,
    lines: Bool
) async throws -> (run: RunReport, problem: ClientProblem?) {
    let end = ContinuousClock.now + .seconds(timeout.seconds)
    var watch = RunWatch()
    var run = try await firstReport(id, client, until: end)
    var isAway = false
    while true {
        for line in watch.changes(run, Terminal.output.look) where lines { Terminal.output.line(line) }
        switch watch.verdict(run) {
        case .succeeded: return (run, nil)
        case .failed(let reasons): return (run, ClientProblem(reasons))
        case .waiting: break
        }
        guard ContinuousClock.now < end else {
            let how = "rackwright run wait \(run.id) goes on waiting"
            return (run, ClientProblem("run \(run.id) is still running after \(timeout); \(how)"))
        }
        try await Task.sleep(for: .seconds(1))
        do {
            // By its own id: `latest` may become another run.
            run = try await client.get(OperatorPath.run(run.id))
            isAway = false
        } catch {
            guard error.kind == .unreachable else { throw error }
            if !isAway { Terminal.errors.line("\(error); trying on".oneLine) }
            isAway = true
        }
    }
}
