import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCEventsCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show what a node's BMC told by itself, how its events come, or why they do not.",
        discussion: """
            Events are sent by BMCs with a Redfish event service; of others the event log is read every few minutes. \
            rackwright bmc sel reads the whole log now.
            """
    )

    @Argument(help: "The node.")
    var node: String

    @Flag(help: "Ask the BMC for a test event and wait until it has arrived.")
    var test = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        guard test else {
            let report = try await client.get(OperatorPath.recentEvents(node), as: BMCEventsReport.self)
            return try format.show(report) { BMCEventsText.report(report, $0) }
        }
        let outcome = try await client.post(OperatorPath.testEvent(node), as: BMCEventTest.self)
        try format.show(outcome) { BMCEventsText.test(outcome, $0) }
        guard outcome.arrived else { throw ExitCode(1) }
    }
}
