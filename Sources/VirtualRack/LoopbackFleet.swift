import FoundationEssentials
import HTTPTypes
public import Logging
import NIOPosix
import Octets
import Synchronization

/// Many made-up machines with BMCs on the addresses of loopback: for clients whose speed is measured.
///
/// The Redfish BMC with number n is at 127.1.x.y, the IPMI BMC at 127.2.x.y, where x.y is n + 1 in two octets.
public actor LoopbackFleet {
    public static let username = "admin"
    public static let password = "fleet-password"

    private let logger: Logger
    private let folder: String
    private let requests = Atomic<Int>(0)
    private var server: LocalServer?
    private var ipmi: [IPMIBMC] = []

    /// - Parameter folder: Exists; the services' files are kept in it.
    public init(folder: String, logger: Logger) {
        self.folder = folder
        self.logger = logger
    }

    /// The address of a BMC with this number.
    public static func address(_ network: Int, _ number: Int) -> String {
        let host = number + 1
        return "127.\(network).\(host >> 8 & 255).\(host & 255)"
    }

    /// HTTP requests answered.
    public nonisolated var requestCount: Int { requests.load(ordering: .relaxed) }

    /// Returns when all listen.
    /// - Parameters:
    ///   - httpsPort: All Redfish BMCs have the same one.
    ///   - ipmiPort: All IPMI BMCs have the same one.
    public func start(redfish: Int, ipmi count: Int, httpsPort: Int, ipmiPort: Int) async throws {
        var services: [String: RedfishBMC] = [:]
        for number in 0..<redfish {
            let definition = Self.machine(number, .redfish)
            let machine = MadeUpMachine(definition)
            let service = RedfishBMC(machine: machine, network: .own, folder: folder)
            await service.attach()
            if number.isMultiple(of: 2) { await machine.powerOn() }
            services[definition.bmc.address] = service
        }
        try await startServer(services, port: httpsPort)
        for number in 0..<count {
            let definition = Self.machine(number, .ipmi)
            let machine = MadeUpMachine(definition)
            if number.isMultiple(of: 2) { await machine.powerOn() }
            let description = try IPMIMachine(
                definition,
                on: .init(namespace: "none"),
                port: UInt16(clamping: ipmiPort)
            )
            let bmc = IPMIBMC(machine: machine, description: description, faults: BMCFaults(), logger: logger)
            let descriptor = try NamespaceSocket.open(
                namespace: nil,
                address: description.address.rawValue,
                port: description.port
            )
            try await bmc.start(on: descriptor)
            ipmi.append(bmc)
        }
    }

    private func startServer(_ services: [String: RedfishBMC], port: Int) async throws {
        let now = Date()
        let own = try SelfSignedCertificate(address: "127.1.0.1", from: now - 86_400, days: 3650)
        let certificates = try BMCCertificates(own: own, address: "127.1.0.1", now: now)
        let handlers = services.mapValues(\.handler)
        let server = LocalServer(
            place: .everywhere(port),
            tls: certificates.tls(BMCFaults()),
            logger: logger
        ) { [self] head, body in
            requests.add(1, ordering: .relaxed)
            let host = head.authority?.split(separator: ":").first.map(String.init) ?? ""
            guard let handler = handlers[host] else { return LocalServer.Answer(status: 421) }
            return await handler(head, body)
        }
        try await server.start()
        self.server = server
    }

    public func stop() async {
        await server?.stop()
        for bmc in ipmi { await bmc.stop() }
    }

    private static func machine(_ number: Int, _ transport: RackDefinition.BMC.Transport) -> RackDefinition.Machine {
        let network = transport == .redfish ? 1 : 2
        let digits = String(network * 100_000 + number)
        return RackDefinition.Machine(
            name: "\(transport.rawValue)-\(number)",
            firmware: .uefi,
            uuid: "7d1f0a52-00fe-4c1e-9d3a-" + String(repeating: "0", count: 12 - digits.count) + digits,
            serial: "FLEET-\(digits)",
            macs: [],
            disks: [],
            bmc: .init(
                transport: transport,
                implementation: transport == .ipmi ? .own : nil,
                address: address(network, number),
                username: username,
                password: password
            )
        )
    }
}
