import FoundationEssentials
public import Logging

/// A made-up machine's Redfish service with HTTPS on 127.0.0.1: for clients that are tried without a rack.
public actor LoopbackBMC {
    nonisolated let machine: MadeUpMachine
    nonisolated let bmc: RedfishBMC
    /// The PEM file of the service's own certificate, without its key.
    public nonisolated let certificateFile: String
    private let server: LocalServer

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
        server = LocalServer(
            place: .port(port),
            tls: certificates.tls(machine.faults),
            logger: logger,
            handler: bmc.handler
        )
    }

    /// Returns the port when the service listens.
    public func start() async throws -> Int {
        await bmc.attach()
        return try await server.start() ?? 0
    }

    public func stop() async {
        await server.stop()
    }
}
