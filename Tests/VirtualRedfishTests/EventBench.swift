import BMC
import BMCRedfish
import Boot
import Catalog
import ControllerHTTP
import Crypto
import Foundation
import ImageFormat
import ImageStore
import Logging
import Octets
import OperatorAPI
import Planning
import ServiceLifecycle
import Store
import StoreSQLite

@testable import ControllerCore
@testable import VirtualRack

/// A controller with its HTTPS server on loopback, and one node whose BMC is a made-up machine's.
struct EventBench {
    let controller: Controller
    /// Where BMCs reach it.
    let base: String
    let service: LoopbackBMC
    let box: SecretBox

    static let node = "node-1"

    /// The node is enrolled and its BMC was verified.
    static func with(
        _ faults: [BMCFault] = [],
        _ body: (EventBench) async throws -> Void
    ) async throws {
        var machine = uefiMachine
        machine.bmc.faults = faults
        try await withService(machine) { service, bmcPort in
            try await withFolder { folder in
                let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let (port, plainPort) = (try await freePort(), try await freePort())
                let authority = try CertificateAuthority(folder: folder, now: Date())
                let key = Curve25519.Signing.PrivateKey()
                let boot = try BootConfiguration(
                    controller: IPv4Address(127, 0, 0, 1),
                    httpsPort: UInt16(clamping: port),
                    caSHA256: authority.fingerprint
                )
                let box = try SecretBox(key: SecretBox.newKey())
                let base = "https://127.0.0.1:\(port)"
                let policy = BMCPolicy(attempts: 1, keptRedfishSession: .seconds(60))
                let controller = Controller(
                    store: try SQLiteStore(path: folder + "/store.sqlite"),
                    box: box,
                    authority: authority,
                    signingKey: key,
                    gates: BMCGates(policy: policy) { try await RedfishConnector().connect($0) },
                    stock: NoImages(),
                    settings: Controller.Settings(
                        boot: boot,
                        registry: "127.0.0.1:\(port)",
                        discovery: false,
                        consoleFolder: folder,
                        eventsBase: base
                    ),
                    log: log,
                    now: { Date().timeIntervalSince1970 },
                    readRoles: { _ in [] },
                    catalog: { () throws(CatalogProblems) in throw CatalogProblems() }
                )
                let certificate = try authority.serverCertificate(addresses: ["127.0.0.1"], names: [], now: Date())
                let server = try ControllerServer(
                    controller: controller,
                    images: ImageStore(folder: folder + "/images"),
                    containers: ContainerStore(folder: folder + "/containers"),
                    imageKey: ImageSigningKey(rawRepresentation: key.rawRepresentation),
                    tls: .init(chain: certificate.chain, key: certificate.key, authority: authority.pem),
                    listening: .init(
                        address: "127.0.0.1",
                        httpsPort: port,
                        httpPort: plainPort,
                        bootAddress: "127.0.0.1"
                    ),
                    boot: boot,
                    bootFiles: BootFileSet(paths: [:]),
                    uploads: folder + "/uploads",
                    log: log,
                    now: { Date().timeIntervalSince1970 },
                    bootFileFetched: { _, _, _ in }
                )
                // Ended as the program does it: an event may be on its way.
                let group = ServiceGroup(services: [Serving(server: server)], logger: log)
                let serving = Task { try await group.run() }
                let bench = EventBench(controller: controller, base: base, service: service, box: box)
                var failure: (any Error)?
                do {
                    try await bench.enroll(bmcPort)
                    try await body(bench)
                } catch {
                    failure = error
                }
                controller.effects.cancelAll()
                await group.triggerGracefulShutdown()
                try? await serving.value
                if let failure { throw failure }
            }
        }
    }

    private func enroll(_ port: Int) async throws {
        let csv = """
            name,bmc_protocol,bmc_address,bmc_port,bmc_user,bmc_password,mac
            \(Self.node),redfish,127.0.0.1,\(port),admin,secret,52:54:00:77:00:11
            """
        _ = try await controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv))
        guard
            try await eventually({
                let node = try await controller.explain(Self.node).summary
                return node.state == "manageable" && !controller.effects.isUnderWay(forNode: node.id)
                    && !controller.effects.isRunning(Controller.learning(node.id))
            })
        else { throw CancellationError() }
    }

    private static func freePort() async throws -> Int {
        let server = LocalServer(place: .port(0), logger: Logger(label: "test")) { _, _ in .init(status: 404) }
        let port = try await server.start() ?? 0
        await server.stop()
        return port
    }

    private struct Serving: ServiceLifecycle.Service {
        let server: ControllerServer

        func run() async throws { try await server.run() }
    }

    private struct NoImages: ImageStock {
        func images() async throws -> [String: PlanningImage] { [:] }
        func containerImages() async throws -> [String: String] { [:] }
    }

    // MARK: The node

    var record: NodeRecord {
        get async throws { try await controller.store.read { try $0.node(named: Self.node) } }
    }

    var report: BMCEventsReport {
        get async throws { try await controller.recentEvents(of: Self.node) }
    }

    func timeline() async throws -> [String] {
        try await controller.timeline(Self.node, after: 0, limit: 1000).map(\.text)
    }

    /// The subscriptions that the BMC has.
    func destinations() async -> [String] {
        await service.bmc.state.subscriptions.sorted { $0.key < $1.key }.map(\.value.destination)
    }

    /// Looks after the node's events now, whenever it would be due.
    func tend(_ duty: EventTending.Duty) async throws {
        let id = try await record.id
        controller.events.keep([(id, true)], at: 0) { 0 }
        // A look at the power after an event has the BMC first, and the log would be left for later.
        _ = try await eventually { !controller.effects.isRunning(Controller.powerLook(id)) }
        await controller.tendEvents(of: id, duty)
    }
}
