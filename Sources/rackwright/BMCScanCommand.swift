import ArgumentParser
import ControllerCore
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct BMCScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find the BMCs in ranges of addresses, and the logins that they take.",
        discussion: """
            The controller searches, since it is the one that reaches BMCs; --local searches from here. Without --credentials \
            nothing is tried, and what BMCs tell anybody is shown. Each BMC is given up after one refused login (--attempts), \
            so that no account locks; what it refused once is not tried again, also by a later search of the same \
            controller (--again does). At BMCs of enrolled nodes nothing is tried.

            The file of logins is YAML: a list of maps with name, user, password or password_file, and vendor and ranges \
            where a login is not for all; or CSV with those columns. Others must not be able to read it.
            """
    )

    @Argument(help: "10.0.0.0/22, 10.0.0.5-10.0.0.60, 10.0.0.7, fd00:20::7; several are taken.")
    var ranges: [String]

    @Option(help: "A file of logins, tried in its order.")
    var credentials: String?

    @Option(help: "Refused logins after which a BMC is left in peace.")
    var attempts = 1

    @Option(help: "Between two logins at one BMC: 5s, 1m.")
    var pause = Patience(seconds: 5)

    @Option(help: "Look for this protocol alone: redfish or ipmi.")
    var `protocol`: String?

    @Option(help: "Addresses looked at at once.")
    var concurrency = 32

    @Option(help: "Addresses begun in a second.")
    var rate = 100

    @Option(help: "The port of Redfish, where it is not 443.")
    var redfishPort: Int?

    @Option(help: "The port of IPMI, where it is not 623.")
    var ipmiPort: Int?

    @Flag(help: "Try what a BMC refused in an earlier search, too.")
    var again = false

    @Flag(help: "Search from here, without a controller.")
    var local = false

    @Option(help: "Write a table for rackwright node enroll, with passwords, to a new file that only you can read.")
    var csv: String?

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try await tellingProblems { try await scan() }
    }

    private func scan() async throws {
        if let csv {
            guard credentials != nil else {
                throw ClientProblem("--csv needs --credentials: it holds BMCs that took a login")
            }
            guard !FileManager.default.fileExists(atPath: csv) else {
                throw ClientProblem("\(csv) is there already; name another file".oneLine)
            }
        }
        let request = ScanBMCs(
            ranges: ranges,
            credentials: try credentials.map { path throws(ClientProblem) in try CredentialFile.read(path) } ?? [],
            protocols: `protocol`.map { [$0] } ?? ["redfish", "ipmi"],
            attempts: attempts,
            pause: pause.seconds,
            concurrency: concurrency,
            rate: rate,
            again: again,
            redfishPort: redfishPort,
            ipmiPort: ipmiPort
        )
        let meter = JobMeter(label: "search", countsOctets: false)
        let (report, wasInterrupted) = try await local ? here(request, meter) : atController(request, meter)
        meter.end()
        try format.show(report) { ScanText.report(report, $0) }
        if let csv { try write(EnrollmentTable(report, credentials: request.credentials), to: csv) }
        if wasInterrupted { throw ExitCode(130) }
    }

    private func here(_ request: ScanBMCs, _ meter: JobMeter) async throws -> (ScanReport, Bool) {
        let search: BMCSearch
        do {
            search = try BMCSearch(request)
        } catch {
            throw ClientProblem(error.reasons)
        }
        return try await Interrupt.ending {
            await search.run(gates: BMCConnectors.gates(), look: BMCConnectors.look) { meter.show($0, of: $1) }
        }
    }

    private func atController(_ request: ScanBMCs, _ meter: JobMeter) async throws -> (ScanReport, Bool) {
        let client = try connection.client()
        let job = try await client.post(OperatorPath.scans, request, as: JobReport.self)
        let (ended, wasInterrupted) = try await JobFollowing(client: client).follow(job) {
            meter.show($0.done, of: $0.total)
        }
        guard let report = ended.scan else { throw JobFollowing.problem(ended) }
        return (report, wasInterrupted)
    }

    private func write(_ table: EnrollmentTable, to path: String) throws {
        for problem in table.problems { Terminal.errors.line(problem.oneLine) }
        guard table.count > 0 else { return Terminal.errors.line("nothing to enroll: \(path.oneLine) was not written") }
        do {
            try PrivateFile.write(Data(table.text.utf8), to: path, mode: 0o600)
        } catch {
            throw ClientProblem("\(error)".oneLine)
        }
        Terminal.errors.line(
            "\(table.count) nodes are in \(path.oneLine), with passwords: look at the names, then enroll it"
        )
    }
}
