import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct BMCFirmwareCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "firmware",
        abstract: "List the firmware in a node, or update it: the BMC fetches an address, or is sent a file."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "New firmware: an address that the BMC can reach, or a file here.")
    var update: String?

    @Option(help: "What is to have it, an ID of the list; more than once for several. Without it the BMC decides.")
    var target: [String] = []

    @Flag(help: "With what was there before and what lies ready.")
    var all = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if !target.isEmpty, update == nil { throw ValidationError("--target goes with --update") }
    }

    func run(_ client: ControllerClient) async throws {
        guard let update else {
            let report = try await client.get(OperatorPath.firmware(node), as: FirmwareReport.self)
            return try format.show(report) { BMCSettingsText.firmware(report, all: all, $0) }
        }
        let job: JobReport
        if update.contains("://") {
            job = try await client.post(OperatorPath.firmware(node), UpdateFirmware(address: update, targets: target))
        } else {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: update, isDirectory: &isFolder), !isFolder,
                FileManager.default.isReadableFile(atPath: update), let file = update.split(separator: "/").last
            else { throw ClientProblem("\(update) is neither an address nor a file that can be read here") }
            let meter = JobMeter(label: "upload ")
            job = try await client.put(OperatorPath.firmware(node, file: String(file), targets: target), file: update) {
                meter.show($0, of: $1)
            }
            meter.end()
        }
        let ended = try await finished(job, client, label: "update ", countsOctets: false)
        try format.show(Message(message: ended.message ?? "")) { _ in (ended.message ?? "").oneLine }
    }
}
