import FoundationEssentials
public import Logging
import Synchronization

/// A made-up machine's Redfish service with HTTPS on 127.0.0.1: for clients that are tried without a rack.
public actor LoopbackBMC {
    nonisolated let machine: MadeUpMachine
    nonisolated let bmc: RedfishBMC
    /// The PEM file of the service's own certificate, without its key.
    public nonisolated let certificateFile: String
    /// The first, and one more for each address that it was given.
    private var servers: [LocalServer]
    private var port = 0
    private let whereabouts = Whereabouts()
    private let makeServer: @Sendable (LocalServer.Place, _ address: String) -> LocalServer

    /// The address where the BMC answers.
    private final class Whereabouts: Sendable {
        let address = Mutex("127.0.0.1")
    }

    /// - Parameters:
    ///   - folder: Exists; media, images and the certificate are kept in it.
    ///   - port: 0 has the kernel choose.
    ///   - updateSeconds: How long an update of firmware takes.
    public init(
        _ definition: RackDefinition.Machine,
        folder: String,
        port: Int = 0,
        updateSeconds: Double = 5,
        logger: Logger
    ) throws {
        machine = MadeUpMachine(definition)
        bmc = RedfishBMC(machine: machine, network: .own, folder: folder, updateDuration: updateSeconds)
        let now = Date()
        let own = try SelfSignedCertificate(address: "127.0.0.1", from: now - 86_400, days: 3650)
        certificateFile = "\(folder)/certificate.pem"
        let end = "-----END CERTIFICATE-----\n"
        let certificate = own.pem.split(separator: end, maxSplits: 1).first.map { $0 + end } ?? ""
        try Data(certificate.utf8).write(to: URL(filePath: certificateFile))
        let certificates = try BMCCertificates(own: own, address: "127.0.0.1", now: now)
        let (tls, handler) = (certificates.tls(machine.faults), bmc.handler)
        let whereabouts = whereabouts
        makeServer = { place, address in
            LocalServer(place: place, tls: tls, logger: logger) { head, body in
                // Who is elsewhere does not answer; a server that is ended while somebody connects would be in trouble.
                guard whereabouts.address.withLock({ $0 == address }) else {
                    return LocalServer.Answer(status: 503, isLost: true)
                }
                return await handler(head, body)
            }
        }
        servers = [makeServer(.port(port), "127.0.0.1")]
    }

    public func start() async throws -> Int {
        await bmc.attach()
        await bmc.onMove { [weak self] address in await self?.move(to: address) }
        port = try await servers.first?.start() ?? 0
        return port
    }

    /// Answers at the same port of another address of loopback, and no more at the one before.
    private func move(to address: String) async {
        guard address.hasPrefix("127."), address != whereabouts.address.withLock({ $0 }) else { return }
        whereabouts.address.withLock { $0 = address }
        let server = makeServer(.address(address, port), address)
        servers.append(server)
        _ = try? await server.start()
    }

    public func stop() async {
        for server in servers { await server.stop() }
    }
}
