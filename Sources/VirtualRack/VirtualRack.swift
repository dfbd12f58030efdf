import FoundationEssentials
public import Logging
import NIOSSL
import Octets

/// A rack of QEMU machines with BMCs on a network of their own.
///
/// Needs root, `ip`, QEMU, OVMF, `ipmi_sim`, `socat` and `curl`. Nothing listens outside the rack's
/// network namespace but sockets in the state folder.
public actor VirtualRack {
    public nonisolated let definition: RackDefinition
    public nonisolated let machines: [VirtualMachine]

    private let state: StateFolder
    private let network: RackNetwork
    private let logger: Logger
    private var servers: [LocalServer] = []
    private var companions: [Companion] = []
    /// What brings requests to the Redfish services, by the machines' names.
    private var forwarders: [String: Companion] = [:]
    private var ipmi: [IPMIBMC] = []
    private var isStarted = false

    /// - Parameter stateFolder: an absolute path of at most 60 octets: sockets are below it, and the kernel allows a
    ///   socket's path 107.
    public init(definition: RackDefinition, stateFolder: String, logger: Logger) throws {
        try definition.validate()
        guard stateFolder.hasPrefix("/"), stateFolder.utf8.count <= 60, !stateFolder.contains("'") else {
            throw RackDefinitionError(problems: ["state folder \(stateFolder) is not an absolute path of 60 octets"])
        }
        let state = StateFolder(path: stateFolder)
        let network = RackNetwork(definition: definition)
        self.definition = definition
        self.state = state
        self.network = network
        self.logger = logger
        machines = definition.machines.indices.map {
            VirtualMachine(index: $0, network: network, state: state, logger: logger)
        }
    }

    public nonisolated func machine(named name: String) -> VirtualMachine? {
        machines.first { $0.definition.name == name }
    }

    /// Makes the network and starts the BMCs; all machines are off. What an earlier rack with the same state folder
    /// left behind is removed first.
    public func start() async throws {
        guard !isStarted else { return }
        isStarted = true
        do {
            await Self.remove(definition, stateFolder: state.path)
            try state.prepare(definition)
            for command in network.setUp { try await command.run() }
            try await serve(state.controlSocket, answering: Self.control(machines))
            try state.write(
                IPMISimulator.chassisScript(state: state),
                to: state.chassisScript,
                executable: true
            )
            for machine in machines { try await startBMC(of: machine) }
            try await awaitBMCs()
        } catch {
            await stop()
            throw error
        }
        logger.info("the rack is up", metadata: ["machines": "\(machines.count)"])
    }

    /// Takes power from all machines, then removes BMCs and network. Disks and logs stay.
    public func stop() async {
        guard isStarted else { return }
        await withDiscardingTaskGroup { group in
            for machine in machines { group.addTask { await machine.powerOff() } }
            for companion in companions { group.addTask { await companion.stop() } }
        }
        for server in servers { await server.stop() }
        for bmc in ipmi { await bmc.stop() }
        companions = []
        ipmi = []
        servers = []
        await Self.remove(definition, stateFolder: state.path)
        isStarted = false
    }

    /// Ends recorded processes of a rack and removes its network, whoever started it.
    public static func remove(_ definition: RackDefinition, stateFolder: String) async {
        let state = StateFolder(path: stateFolder)
        for (name, record) in state.recorded() {
            await record.end()
            state.forget(name)
        }
        // What is not there cannot be removed; that is no error.
        for command in RackNetwork(definition: definition).tearDown { _ = try? await command.run() }
    }

    private func serve(
        _ path: String,
        tls: TLSConfiguration? = nil,
        answering handler: @escaping LocalServer.Handler
    ) async throws {
        let server = LocalServer(place: .socket(path), tls: tls, logger: logger, handler: handler)
        servers.append(server)
        try await server.start()
    }

    private func startBMC(of machine: VirtualMachine) async throws {
        let definition = machine.definition
        let words: [String]
        switch definition.bmc.transport {
        case .ipmi where definition.bmc.isOwnIPMI: return try await startIPMI(of: machine)
        case .ipmi:
            let simulator = IPMISimulator(machine: definition, state: state)
            try simulator.prepare()
            words = simulator.words
        case .redfish:
            let socket = state.redfishSocket(definition)
            let bmc = RedfishBMC(machine: machine, network: BMCNetwork(network), folder: state.bmcFolder(definition))
            await bmc.attach()
            let tls = try certificates(of: definition).tls(machine.faults)
            try await serve(socket, tls: tls, answering: bmc.handler)
            await bmc.onMove { [weak self] address in await self?.moveRedfish(of: machine, to: address) }
            words = Self.forwarding(from: definition.bmc.address, to: socket)
        }
        let companion = Companion(
            name: "bmc-\(definition.name)",
            words: network.inside(words),
            state: state,
            logger: logger
        )
        companions.append(companion)
        if definition.bmc.transport == .redfish { forwarders[definition.name] = companion }
        await companion.start()
    }

    private static func forwarding(from address: String, to socket: String) -> [String] {
        ["socat", "TCP-LISTEN:443,bind=\(address),reuseaddr,fork", "UNIX-CONNECT:\(socket)"]
    }

    /// The BMC took over another address: it answers there, and no more where it was.
    private func moveRedfish(of machine: VirtualMachine, to address: String) async {
        let definition = machine.definition
        guard isStarted, (try? await addAddress(address)) != nil else { return }
        let words = Self.forwarding(from: address, to: state.redfishSocket(definition))
        let companion = Companion(
            name: "bmc-\(definition.name)-\(address)",
            words: network.inside(words),
            state: state,
            logger: logger
        )
        companions.append(companion)
        let old = forwarders.updateValue(companion, forKey: definition.name)
        await companion.start()
        await old?.stop()
    }

    /// An address on the bridge; one that is there already is none to add.
    private func addAddress(_ address: String) async throws {
        let rack = network.definition.network
        let sockets = try await Command(words: ["ip", "-n", rack.namespace, "-o", "address"]).run()
        guard !sockets.contains(" \(address)/") else { return }
        let whole = "\(address)/\(rack.prefixLength ?? 24)"
        try await Command(words: ["ip", "-n", rack.namespace, "address", "add", whole, "dev", rack.bridge]).run()
    }

    /// The BMC's certificate is made once and kept, so that whoever pinned it knows it again.
    private func certificates(of machine: RackDefinition.Machine) throws -> BMCCertificates {
        let path = "\(state.bmcFolder(machine))/bmc.pem"
        let now = Date()
        let own: SelfSignedCertificate
        if FileManager.default.fileExists(atPath: path) {
            own = try SelfSignedCertificate(pem: String(contentsOfFile: path, encoding: .utf8))
        } else {
            own = try SelfSignedCertificate(address: machine.bmc.address, from: now - 86_400, days: 3650)
            try state.write(own.pem, to: path)
        }
        return try BMCCertificates(own: own, address: machine.bmc.address, now: now)
    }

    /// VirtualRack's own: a socket of this process in the rack's namespace.
    private func startIPMI(of machine: VirtualMachine) async throws {
        let definition = machine.definition
        let description = try IPMIMachine(definition, on: network.definition.network)
        var logger = logger
        logger[metadataKey: "machine"] = "\(definition.name)"
        let bmc = IPMIBMC(machine: machine, description: description, faults: machine.faults, logger: logger)
        ipmi.append(bmc)
        let descriptor = try NamespaceSocket.open(
            namespace: network.definition.network.namespace,
            address: description.address.rawValue,
            port: description.port
        )
        let namespace = network.definition.network.namespace
        try await bmc.start(on: descriptor, serialSocket: state.serialSocket(definition)) { [weak self] address in
            try await self?.addAddress("\(address)")
            return try NamespaceSocket.open(
                namespace: namespace,
                address: address.rawValue,
                port: description.port
            )
        }
    }

    /// Waits until every BMC listens, as the namespace's socket tables show; at most 10 seconds.
    private func awaitBMCs() async throws {
        for _ in 0..<100 {
            let sockets = try await Command(words: network.inside(["ss", "-Hlntu"])).run()
            let waiting = definition.machines.filter { machine in
                let port = machine.bmc.transport == .ipmi ? 623 : 443
                return !sockets.contains("\(machine.bmc.address):\(port) ")
            }
            if waiting.isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw StateError(action: "waiting for the BMCs to listen", code: 110)
    }
}
