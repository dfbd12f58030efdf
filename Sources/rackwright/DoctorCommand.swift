import ArgumentParser
import BootDoctor
import BootServers
import DHCP
import FoundationEssentials
import Octets
import OperatorCLI
import Synchronization

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Listens where machines boot and names what stands in their way.",
        subcommands: [DoctorDHCP.self]
    )
}

struct DoctorDHCP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dhcp",
        abstract: "Listen on a boot network and say what goes wrong there.",
        discussion: """
            Hears what every machine on the wire hears: other DHCP servers, offers that firmware will not take, boot files for \
            the wrong machine, loops, machines that ask again and again. Needs root, and runs where the controller runs or on \
            any other machine of that network. Ends by itself, or with Ctrl-C.
            """
    )

    @Option(help: "The network interface to listen on.")
    var interface: String

    @Option(help: "How long to listen: 90s, 15m.")
    var time = Patience(seconds: 60)

    @Option(name: .customLong("own"), help: "An address of our own server, when it is not on this interface.")
    var ownServers: [String] = []

    @Option(help: "Another server's address that belongs here.")
    var expect: [String] = []

    @Flag(help: "Ask for an address once, as a PXE client does, so that servers show themselves.")
    var ask = false

    @Flag(help: "Show what was seen of each client, too.")
    var clients = false

    func validate() throws {
        for text in ownServers + expect where IPv4Address(text) == nil {
            throw ValidationError("'\(text)' is not an IPv4 address")
        }
    }

    func run() async throws {
        let tap: FrameTap
        do {
            tap = try FrameTap(interface: interface)
        } catch {
            Terminal.errors.line("\(error)".oneLine)
            throw ExitCode(1)
        }
        defer { tap.end() }
        let own = tap.addresses.union(ownServers.compactMap { IPv4Address($0) })
        let doctor = Mutex(BootDoctor(own: own, expected: Set(expect.compactMap { IPv4Address($0) })))
        Terminal.errors.line("listening on \(interface) for \(time); our own: \(Self.list(own))")
        // Locally administered, so no maker's machine has it.
        let asker = MACAddress(octets: [0x02, 0x52, 0x57] + (0..<3).map { _ in UInt8.random(in: 0...255) })
        if ask, let asker { try ask(tap, asker) }
        var said: Set<String> = []
        let end = Date().timeIntervalSince1970 + time.seconds
        while Date().timeIntervalSince1970 < end {
            let frame = tap.next(within: 250)
            let now = Date().timeIntervalSince1970
            let findings = doctor.withLock { doctor in
                if let frame { doctor.see(frame: frame, at: now) }
                return doctor.findings(at: now)
            }
            for finding in findings where !isOurAsker(finding, asker) {
                guard said.insert("\(finding.kind.rawValue) \(finding.subject)").inserted else { continue }
                Terminal.output.line(DoctorText.heard(finding, Terminal.output.look))
            }
            await Task.yield()
        }
        let now = Date().timeIntervalSince1970
        let (findings, seen) = doctor.withLock { ($0.findings(at: now), $0.clients(at: now)) }
        let last = findings.filter { !isOurAsker($0, asker) }
        Terminal.output.line(DoctorText.report(last, seen.filter { $0.mac != asker }, clients, Terminal.output.look))
        if last.contains(where: { $0.severity == .problem }) { throw ExitCode(1) }
    }

    private func ask(_ tap: FrameTap, _ mac: MACAddress) throws {
        var message = DHCPMessage.discover(
            from: mac,
            transaction: .random(in: .min ... .max),
            vendorClass: "PXEClient:Arch:00007:UNDI:003000"
        )
        message.clientArchitectures = [.uefiX64]
        try tap.broadcast(message.octets(), from: mac)
    }

    /// What is said of the client that we play ourselves; that it takes no offer is no finding.
    private func isOurAsker(_ finding: Finding, _ asker: MACAddress?) -> Bool {
        ask && finding.subject == asker.map { "\($0)" }
    }

    private static func list(_ addresses: Set<IPv4Address>) -> String {
        addresses.isEmpty ? "none" : addresses.sorted().map { "\($0)" }.joined(separator: ", ")
    }
}

/// What the doctor found, as text.
enum DoctorText {
    /// When a finding is made.
    static func heard(_ finding: Finding, _ look: Appearance) -> String {
        "\(look.clock(look.now))  \(word(finding.severity))  \(finding.subject.oneLine): \(finding.summary.oneLine)"
    }

    /// In the end: everything, the worst first, with evidence and advice.
    static func report(
        _ findings: [Finding],
        _ clients: [ClientSummary],
        _ showsClients: Bool,
        _ look: Appearance
    ) -> String {
        var lines = [""]
        if clients.isEmpty { lines.append("no machine asked for an address") }
        if showsClients {
            for client in clients {
                lines.append("\(client.mac): \(client.stage.name), \(client.firmware)".oneLine)
            }
        }
        if findings.isEmpty { lines.append("nothing was found to be wrong") }
        for finding in findings {
            lines.append("")
            lines.append("\(word(finding.severity)) (\(finding.kind.rawValue)) \(finding.subject.oneLine)")
            lines.append("  \(finding.summary.oneLine)")
            lines += finding.evidence.map { "    - \($0.oneLine)" }
            lines.append("  what to do: \(finding.advice.oneLine)")
        }
        return lines.joined(separator: "\n")
    }

    private static func word(_ severity: Finding.Severity) -> String {
        switch severity {
        case .note: "note   "
        case .warning: "warning"
        case .problem: "PROBLEM"
        }
    }
}
