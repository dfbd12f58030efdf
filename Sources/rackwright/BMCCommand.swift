import ArgumentParser
import OperatorAPI
import OperatorCLI

struct BMCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bmc",
        abstract:
            "Find BMCs; what they know and set: power, sensors, parts, the event log, BIOS, firmware, media, network, accounts.",
        subcommands: [
            BMCScanCommand.self, BMCProbeCommand.self, BMCPowerCommand.self, BMCSensorsCommand.self,
            BMCPartsCommand.self, BMCEventLogCommand.self, BMCBIOSCommand.self, BMCSecureBootCommand.self,
            BMCEventsCommand.self,
            BMCFirmwareCommand.self,
            BMCMediaCommand.self, BMCRotateCommand.self, BMCLANCommand.self, BMCUsersCommand.self,
        ]
    )
}

struct BMCSensorsCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensors",
        abstract: "Read a node's sensors: temperatures, voltages, fans, what is there and what is not."
    )

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let report = try await client.get(OperatorPath.sensors(node), as: SensorsReport.self)
        try format.show(report) { BMCText.sensors(report, $0) }
    }
}

struct BMCPartsCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "fru",
        abstract: "Read the replaceable parts that a node's BMC knows, with their makers and serial numbers."
    )

    @Argument(help: "The node.")
    var node: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let parts = try await client.get(OperatorPath.parts(node), as: [PartReport].self)
        try format.show(parts) { BMCText.parts(parts, node: node, $0) }
    }
}

struct BMCEventLogCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "sel",
        abstract: "Read the event log that a node's BMC keeps, or empty it."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "How many of the newest events to read.")
    var limit = 100

    @Flag(help: "Empty the log.")
    var clear = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
    }

    func run(_ client: ControllerClient) async throws {
        if clear {
            let answer = try await client.delete(OperatorPath.eventLog(node), as: Message.self)
            return Terminal.output.line(answer.message.oneLine)
        }
        let report = try await client.get(OperatorPath.eventLog(node) + "?limit=\(limit)", as: EventLogReport.self)
        try format.show(report) { BMCText.events(report, $0) }
    }
}
