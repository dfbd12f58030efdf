import ArgumentParser
import ControllerCore
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct BMCProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Say what a BMC can do: a node's, or with --user one at an address.",
        discussion: """
            --record writes the resources that were read, and some more, to a file for tests. Serial numbers, addresses, \
            names of hosts and users and certificates in it are made up, secrets are left out; texts of event logs are \
            left out as well. Look through it all the same before you give it away.
            """
    )

    @Argument(help: "A node, or with --user an address.")
    var place: String

    @Option(help: "The user to log in as; a refused login is not tried again.")
    var user: String?

    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    @Option(help: "redfish or ipmi; else the better one that answers.")
    var `protocol`: String?

    @Option(help: "The port, where it is not the protocol's own.")
    var port: Int?

    @Flag(help: "Ask from here, without a controller; needs --user.")
    var local = false

    @Option(help: "Write a recording to a new file.")
    var record: String?

    @Option(help: "How many resources the recording has at most.")
    var recordLimit = 600

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (user != nil) == passwordStdin else { throw ValidationError("--user and --password-stdin go together") }
        guard user != nil || (!local && `protocol` == nil && port == nil) else {
            throw ValidationError("--local, --protocol and --port are for an address, with --user")
        }
        guard (1...10_000).contains(recordLimit) else { throw ValidationError("--record-limit is from 1 to 10000") }
    }

    func run() async throws {
        try await tellingProblems { try await probe() }
    }

    private func probe() async throws {
        if let record, FileManager.default.fileExists(atPath: record) {
            throw ClientProblem("\(record) is there already; name another file".oneLine)
        }
        let limit = record == nil ? nil : recordLimit
        var report: ProbeReport
        if let user {
            let request = ProbeBMC(
                address: place,
                port: port,
                protocol: `protocol`,
                user: user,
                password: try SecretInput.text(of: "the password", file: nil),
                record: limit
            )
            report = try await local ? here(request) : atController(OperatorPath.probes, request)
        } else {
            report = try await atController(OperatorPath.probe(place), ProbeNode(record: limit))
        }
        if let record {
            guard let recording = report.recording else { throw ClientProblem("the answer has no recording") }
            do {
                try PrivateFile.write(Data(recording.utf8), to: record, mode: 0o600)
            } catch {
                throw ClientProblem("\(error)".oneLine)
            }
            report.recording = nil
            Terminal.errors.line("\(record.oneLine): \(recording.utf8.count / 1024) KiB")
        }
        try format.show(report) { ProbeText.report(report, $0) }
    }

    private func here(_ request: ProbeBMC) async throws -> ProbeReport {
        do {
            return try await Interrupt.ending {
                try await request.report(gates: BMCConnectors.gates(), look: BMCConnectors.look)
            }.answer
        } catch let problem as ControllerProblem {
            throw ClientProblem(problem.reasons)
        } catch is CancellationError {
            throw ExitCode(130)
        }
    }

    private func atController(_ path: String, _ request: some Encodable) async throws -> ProbeReport {
        let client = try connection.client()
        let job = try await client.post(path, request, as: JobReport.self)
        let (ended, wasInterrupted) = try await JobFollowing(client: client).follow(job)
        if wasInterrupted { throw ExitCode(130) }
        guard let report = ended.probe else { throw JobFollowing.problem(ended) }
        return report
    }
}
