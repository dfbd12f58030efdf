import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct BMCBIOSCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "bios",
        abstract: "Read a node's BIOS attributes, or ask for others: the difference is shown."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(name: .customLong("set"), help: "An attribute, NAME=VALUE; may be given more than once.")
    var wanted: [String] = []

    @Option(help: "When it is to be applied, in the BMC's words: OnReset, Immediate, …")
    var applyTime: String?

    @Flag(help: "Show what would change, and change nothing.")
    var dryRun = false

    @Option(help: "Show attributes alone whose name holds this.")
    var match: String?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if wanted.isEmpty, applyTime != nil || dryRun {
            throw ValidationError("--apply-time and --dry-run go with --set NAME=VALUE")
        }
        if let text = wanted.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
            throw ValidationError("'\(text)' is not NAME=VALUE")
        }
    }

    func run(_ client: ControllerClient) async throws {
        guard !wanted.isEmpty else {
            let report = try await client.get(OperatorPath.bios(node), as: BIOSReport.self)
            return try format.show(report) { BMCSettingsText.bios(report, matching: match, $0) }
        }
        var attributes: [String: String] = [:]
        for text in wanted {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            attributes[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        let request = SetBIOS(attributes: attributes, applyTime: applyTime, dryRun: dryRun)
        let report = try await client.post(OperatorPath.bios(node), request, as: BIOSOutcomeReport.self)
        try format.show(report) { BMCSettingsText.outcome(report, $0) }
    }
}

struct BMCSecureBootCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "secure-boot",
        abstract: "Say whether a node's firmware enforces signatures, or switch it: in force from the next restart on."
    )

    enum Wanted: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    @Argument(help: "The node.")
    var node: String

    @Argument(help: "on or off; without it, it is told how it is.")
    var wanted: Wanted?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let path = OperatorPath.secureBoot(node)
        let report: SecureBootReport =
            if let wanted {
                try await client.post(path, SetSecureBoot(enabled: wanted == .on))
            } else {
                try await client.get(path)
            }
        try format.show(report) { BMCSettingsText.secureBoot(report, $0) }
    }
}

struct BMCMediaCommand: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "Put an image into the CD drive that a node's BMC shows to it, or take it out."
    )

    @Argument(help: "The node.")
    var node: String

    @Option(help: "The image's address, which the BMC must reach: http://HOST/FILE.iso.")
    var insert: String?

    @Flag(help: "Boot from it at the node's next start.")
    var bootOnce = false

    @Flag(help: "Take out what is in it.")
    var eject = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if insert != nil, eject { throw ValidationError("--insert and --eject are one or the other") }
        if bootOnce, insert == nil { throw ValidationError("--boot-once goes with --insert URL") }
    }

    func run(_ client: ControllerClient) async throws {
        let path = OperatorPath.media(node)
        let report: MediaReport =
            if let insert {
                try await client.post(path, InsertMedia(image: insert, bootOnce: bootOnce))
            } else if eject {
                try await client.delete(path)
            } else {
                try await client.get(path)
            }
        try format.show(report) { BMCSettingsText.media(report, $0) }
    }
}
