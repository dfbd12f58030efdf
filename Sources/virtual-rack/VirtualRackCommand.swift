import ArgumentParser
import Dispatch
import Glibc
import Logging
import VirtualRack

@main
struct VirtualRackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "virtual-rack",
        abstract: "A rack of QEMU machines with BMCs on a network of their own.",
        subcommands: [
            Up.self, Down.self, Status.self, Power.self, Fault.self, BMC.self, Fleet.self, MakeDemoContainers.self,
        ]
    )
}

struct RackOptions: ParsableArguments {
    @Argument(help: "The rack's definition, a JSON file.")
    var rack: String

    @Option(help: "Folder for disks, logs and sockets.")
    var state = "/var/lib/virtual-rack"
}

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run a rack until SIGTERM or SIGINT; machines start off.")

    @OptionGroup var options: RackOptions

    @Flag(help: "Log what BMC emulators print, too.")
    var verbose = false

    func run() async throws {
        var logger = Logger(label: "virtual-rack")
        logger.logLevel = verbose ? .debug : .info
        let definition = try RackDefinition(contentsOf: options.rack)
        let rack = try VirtualRack(definition: definition, stateFolder: options.state, logger: logger)
        let signals = terminationSignals()
        try await rack.start()
        for await signal in signals {
            logger.info("signal \(signal): taking the rack down")
            break
        }
        await rack.stop()
    }
}

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove what a rack left behind: processes and network.")

    @OptionGroup var options: RackOptions

    func run() async throws {
        await VirtualRack.remove(try RackDefinition(contentsOf: options.rack), stateFolder: options.state)
    }
}

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Power and starts of each machine of a running rack.")

    @Option(help: "The rack's state folder.")
    var state = "/var/lib/virtual-rack"

    func run() async throws {
        print(try await VirtualRack.ask(stateFolder: state, path: "/machines", body: nil), terminator: "")
    }
}

struct Power: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Act on one machine of a running rack, past its BMC.")

    enum Action: String, ExpressibleByArgument, CaseIterable {
        case on, off, reset, button, network
    }

    @Argument var machine: String

    @Argument(help: "network: boot from the network at the next start.")
    var action: Action

    @Option(help: "The rack's state folder.")
    var state = "/var/lib/virtual-rack"

    func run() async throws {
        let path = "/machines/\(machine)/power"
        print(try await VirtualRack.ask(stateFolder: state, path: path, body: action.rawValue), terminator: "")
    }
}

struct Fault: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is wrong with one machine's BMC: without words it is listed.",
        discussion: """
            FAULT [for SECONDSs] sets one: slow-answers 2s, lost-answers 3, unavailable, wrong-power-state,
            ignored-boot-override, dropped-session, out-of-sessions, lock-out 3, expired-certificate,
            changed-certificate, stranded-move.
            clear [NAME] takes it back.
            """
    )

    @Argument var machine: String

    @Argument var words: [String] = []

    @Option(help: "The rack's state folder.")
    var state = "/var/lib/virtual-rack"

    func run() async throws {
        let path = "/machines/\(machine)/faults"
        let body = words.isEmpty ? nil : words.joined(separator: " ")
        print(try await VirtualRack.ask(stateFolder: state, path: path, body: body), terminator: "")
    }
}

struct MakeDemoContainers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-containers",
        abstract: "Write container images of two small web services, three versions each, as OCI layouts."
    )

    @Argument(help: "The folder that receives web-1 ... directory-3.")
    var output: String

    @Option(help: "A statically linked busybox.")
    var busybox = "/bin/busybox"

    func run() async throws {
        try DemoContainers.write(to: output, busybox: busybox)
    }
}

struct BMC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bmc",
        abstract: "The Redfish service of a made-up machine on 127.0.0.1, until SIGTERM or SIGINT; no QEMU, no root."
    )

    @Argument(help: "A rack's definition; the machine is one of it.")
    var rack: String

    @Argument(help: "The machine's name.")
    var machine: String

    @Option(help: "The port; 0 has the kernel choose.")
    var port = 8443

    @Option(help: "A folder for media, images and the certificate.")
    var state = "/tmp"

    func run() async throws {
        let definition = try RackDefinition(contentsOf: rack)
        guard let found = definition.machines.first(where: { $0.name == machine }) else {
            throw ValidationError("\(rack) has no machine \(machine)")
        }
        let signals = terminationSignals()
        let service = try LoopbackBMC(found, folder: state, port: port, logger: Logger(label: "virtual-rack"))
        print("https://127.0.0.1:\(try await service.start())/redfish/v1/")
        for await _ in signals { break }
        await service.stop()
    }
}

/// SIGTERM and SIGINT as they come.
func terminationSignals() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    for number in [SIGTERM, SIGINT] {
        signal(number, SIG_IGN)
        // Never cancelled: the program ends after the first signal.
        nonisolated(unsafe) let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        unsafe source.setEventHandler {
            withExtendedLifetime(unsafe source) { _ = continuation.yield(number) }
        }
        unsafe source.resume()
    }
    return stream
}
