import ArgumentParser
import OperatorAPI
import OperatorCLI

struct PlanCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Make a plan from the catalogue and the nodes; touches nothing."
    )

    @Option(help: "Show the plan of this generation instead.")
    var show: Int?

    @Flag(help: "List the newest plans instead.")
    var list = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if list, show != nil { throw ValidationError("give --list or --show, not both") }
    }

    func run(_ client: ControllerClient) async throws {
        if list {
            let plans = try await client.get(OperatorPath.plans, as: [PlanSummary].self)
            return try format.show(plans) { PlanText.list(plans, $0) }
        }
        let plan: PlanReport
        if let show {
            plan = try await client.get(OperatorPath.plan(String(show)))
        } else {
            plan = try await client.post(OperatorPath.plans)
        }
        try format.show(plan) { PlanText.plan(plan, isFresh: show == nil, $0) }
    }
}

struct ApplyCommand: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "apply", abstract: "Carry out a plan.")

    @Argument(help: "The plan's generation.")
    var generation: Int

    @Flag(help: "Wait for the end; exits 1 when the run does not succeed.")
    var wait = false

    @Option(help: "How long to wait: 90s, 15m, 1h30m.")
    var timeout = Patience(seconds: 7200)

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let run = try await client.post(OperatorPath.apply(String(generation)), as: RunReport.self)
        if wait {
            Terminal.errors.line("run \(run.id.oneLine)")
            let end = try await follow(run.id, client, timeout, lines: format.output == .table)
            if format.output == .json { Terminal.output.line(try JSONText.of(end.run)) }
            if let problem = end.problem { throw problem }
        } else {
            try format.show(run) { look in RunText.show(run, look) + "\nfollow it with: rackwright run wait \(run.id)" }
        }
    }
}
