import ArgumentParser
import FoundationEssentials
import Logging
import VirtualRack

struct Fleet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "The BMCs of many made-up machines on loopback's addresses, until SIGTERM or SIGINT.",
        discussion: """
            Redfish at 127.1.0.1 and onwards, IPMI at 127.2.0.1 and onwards, all for the user admin. The password is in the file \
            `password` of the folder, and the number of HTTP requests answered in `requests`, written once a second; `ready` appears when all listen.
            """
    )

    @Option(help: "How many speak Redfish.")
    var redfish = 500

    @Option(help: "How many speak IPMI.")
    var ipmi = 500

    @Option(help: "The port of all Redfish services.")
    var httpsPort = 9443

    @Option(help: "The port of all IPMI services.")
    var ipmiPort = 9623

    @Argument(help: "A folder for the services' files.")
    var state: String

    func run() async throws {
        let signals = terminationSignals()
        let fleet = LoopbackFleet(folder: state, logger: Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() })
        try await fleet.start(redfish: redfish, ipmi: ipmi, httpsPort: httpsPort, ipmiPort: ipmiPort)
        try write(LoopbackFleet.password, to: "password")
        let counting = Task {
            while !Task.isCancelled {
                try write("\(fleet.requestCount)\n", to: "requests")
                try await Task.sleep(for: .seconds(1))
            }
        }
        try write("", to: "ready")
        for await _ in signals { break }
        counting.cancel()
        await fleet.stop()
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(state)/\(name)"), options: .atomic)
    }
}
