import AgentAPI
import Glibc
import HardwareProbe
import Inventory
import LinuxKernel
import NIOCore
import Synchronization

/// The program's modes.
public enum AgentProgram {
    /// Reads the arguments and runs until the process ends.
    public static func main() -> Never {
        if getpid() == 1 || CommandLine.arguments.first == "/init" { InitProcess.run() }
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "modules":
            ModuleLoading.run()
            exit(0)
        case "agent":
            runAgent(stateFolder: value(of: "--state", in: arguments))
        case "inventory":
            printInventory(
                root: value(of: "--root", in: arguments) ?? "/",
                listening: value(of: "--listen", in: arguments).flatMap { Double($0) },
                capture: value(of: "--capture", in: arguments),
                checks: value(of: "--checks", in: arguments).flatMap { Inventory.Health.Depth(rawValue: $0) } ?? .off
            )
        case "version":
            print("rackwright-agent \(AgentVersion.text)")
            exit(0)
        default:
            Console.say(
                """
                usage: rackwright-agent agent [--state FOLDER]
                       rackwright-agent inventory [--listen SECONDS] [--checks off|quick|long] [--capture FOLDER]
                       rackwright-agent inventory --root FOLDER
                       rackwright-agent version
                """
            )
            exit(64)
        }
    }

    private static func value(of option: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    /// Of the running machine all that the controller would be told; of a captured one what its files tell.
    ///
    /// - Parameter capture: a folder that gets what parts answered to commands; it stands beside copies of `sys` and `proc`
    private static func printInventory(
        root: String,
        listening seconds: Double?,
        capture: String?,
        checks: Inventory.Health.Depth
    ) -> Never {
        do {
            var inventory: Inventory
            if root.allSatisfy({ $0 == "/" }) {
                inventory = try LiveInventory.collect(bootMAC: nil) { path, octets in
                    guard let capture, let slash = path.lastIndex(of: "/") else { return }
                    try? PlainFile.makeFolder("\(capture)/\(path[..<slash])")
                    try? PlainFile.replace("\(capture)/\(path)", with: octets)
                }
                inventory.health = HealthCheck(depth: checks, inventory: inventory)?.run()
                if let seconds {
                    let board = NeighborBoard()
                    NeighborListener(board: board).listen(seconds: seconds)
                    inventory = inventory.with(board.heard)
                }
            } else {
                let probe = HardwareProbe(root: root, agentVersion: AgentVersion.text)
                inventory = try probe.collect(now: WallClock.now)
            }
            print(String(decoding: try StateFolder.json(inventory), as: UTF8.self))
            exit(0)
        } catch {
            Console.say("\(error)")
            exit(1)
        }
    }

    /// The main thread only waits: tasks and event loops have their own.
    private static func runAgent(stateFolder: String?) -> Never {
        signal(SIGPIPE, SIG_IGN)
        NIOSingletons.groupLoopCountSuggestion = 1
        NIOSingletons.blockingPoolThreadCountSuggestion = 1
        Task.detached {
            exit(await serve(stateFolder: stateFolder))
        }
        while true { pause() }
    }

    /// - Parameter stateFolder: given on the installed system; nil in the ramdisk
    /// - Returns: the exit status
    private static func serve(stateFolder: String?) async -> Int32 {
        do {
            if let stateFolder {
                try await serveHost(StateFolder(stateFolder))
            } else {
                try await serveRamdisk(StateFolder("/run/rackwright"))
            }
            return 0
        } catch let hopeless as Enrollment.Hopeless {
            Console.say("\(hopeless)")
            return InitProcess.hopeless
        } catch let problem as BootArguments.Problem {
            Console.say("\(problem)")
            return InitProcess.hopeless
        } catch {
            Console.say("\(error)")
            return 1
        }
    }

    private static func serveRamdisk(_ folder: StateFolder) async throws {
        let arguments = try BootArguments(commandLine: PlainFile.text("/proc/cmdline") ?? "")
        let bootMAC = arguments.bootMAC
        // From before the links are up: many switches speak as soon as they are.
        let listener = NeighborListener(board: NeighborBoard())
        listener.start()
        _ = try await onOwnThread { try NetworkSetup.bringUp(arguments) }
        let (identity, credentials) = try await Enrollment(arguments: arguments, folder: folder).run()
        Console.say("enrolled as \(identity.node) (\(identity.name))")
        try await serve(mode: .ramdisk, folder, identity, credentials, bootMAC: bootMAC, listener)
    }

    private struct NotEnrolled: Error, CustomStringConvertible {
        var folder: String
        var description: String { "\(folder) holds no identity: this machine was not deployed by a controller" }
    }

    private static func serveHost(_ folder: StateFolder) async throws {
        guard let (identity, credentials) = try folder.enrolled() else { throw NotEnrolled(folder: folder.path) }
        // A clock from before the certificate would have every certificate refused.
        if WallClock.now < identity.enrolledAt - 60,
            let answer = try? await ControllerClient.plainFetch(identity.bootURL + AgentFetch.certificateAuthority)
        {
            ControllerClock.follow(answer.date)
        }
        let listener = NeighborListener(board: NeighborBoard())
        try await serve(mode: .host, folder, identity, credentials, bootMAC: nil, listener)
    }

    private static func serve(
        mode: AgentMode,
        _ folder: StateFolder,
        _ identity: AgentIdentity,
        _ credentials: Credentials,
        bootMAC: String?,
        _ listener: NeighborListener
    ) async throws {
        let controller = try ControllerClient(
            url: identity.url,
            authority: credentials.authority,
            credentials: credentials
        )
        let bootID = PlainFile.text("/proc/sys/kernel/random/boot_id") ?? "unknown"
        // Numbers of events begin anew with each start of the agent, hence a name for each.
        let outbox = EventOutbox(
            bootID: "\(bootID)/\(String(UInt32.random(in: .min ... .max), radix: 16))",
            controller: controller
        )
        let memory = try folder.memory()
        let generation = SharedGeneration(memory.generation)
        let work = MachineWork(
            mode: mode,
            identity: identity,
            credentials: credentials,
            bootMAC: bootMAC,
            stateFolder: folder.path,
            controller: controller,
            outbox: outbox,
            generation: { generation.value },
            neighbors: listener.board,
            listen: { listener.start() }
        )
        let runner = AgentRunner(
            machine: AgentMachine(mode: mode, memory: memory),
            description: CheckIn(
                mode: mode,
                bootID: bootID,
                agentVersion: AgentVersion.text,
                generation: memory.generation
            ),
            controller: controller,
            work: work,
            outbox: outbox,
            keep: { memory in
                generation.value = memory.generation
                try folder.keep(memory)
            }
        )
        let sending = Task { await outbox.run() }
        await runner.run()
        sending.cancel()
    }
}

/// The generation, as the machine last kept it.
private final class SharedGeneration: Sendable {
    private let stored: Mutex<Int>

    init(_ value: Int) {
        stored = Mutex(value)
    }

    var value: Int {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}
