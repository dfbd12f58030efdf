public import Boot
public import ControllerCore
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import ImageFormat
public import ImageStore
public import Logging
import NIOCore
import NIOSSL

/// All that the controller serves by HTTP: agents, operators, registry and pages with TLS, boot files without.
public struct ControllerServer: Sendable {
    /// Where the server listens.
    public struct Listening: Hashable, Sendable {
        public var address: String
        public var httpsPort: Int
        public var httpPort: Int
        /// Where boot files are served: `::` for networks with IPv6.
        public var bootAddress: String

        public init(
            address: String = "0.0.0.0",
            httpsPort: Int = 8443,
            httpPort: Int = 8080,
            bootAddress: String = "0.0.0.0"
        ) {
            self.address = address
            self.httpsPort = httpsPort
            self.httpPort = httpPort
            self.bootAddress = bootAddress
        }
    }

    /// Certificates and key, as PEM.
    public struct TLS: Sendable {
        /// The server's certificate first.
        public var chain: String
        public var key: String
        /// Who signs agents' certificates.
        public var authority: String

        public init(chain: String, key: String, authority: String) {
            self.chain = chain
            self.key = key
            self.authority = authority
        }
    }

    private let secure: Application<RouterResponder<ConnectionContext>>
    private let plain: BootHTTPServer

    /// - Parameters:
    ///   - imageKey: signs the manifests of images that operators add.
    ///   - bootFiles: what is served under `/boot/` as it is on disk.
    ///   - uploads: a folder of its own for images that are being uploaded; what lies in it is removed.
    ///   - peerOf: who a client's address is.
    ///   - bootFileFetched: called with name, client's address and octets when a boot file went out whole or in part.
    ///   - now: seconds since 1970.
    public init(
        controller: Controller,
        images: ImageStore,
        containers: ContainerStore,
        imageKey: ImageSigningKey,
        tls: TLS,
        listening: Listening,
        boot: BootConfiguration,
        bootFiles: BootFileSet,
        uploads: String,
        log: Logger,
        now: @escaping @Sendable () -> Double,
        peerOf: @escaping @Sendable (_ address: String) -> BootPeer = { _ in .unknown },
        bootFileFetched: @escaping @Sendable (_ name: String, _ address: String, _ octets: Int) async -> Void
    ) throws {
        if FileManager.default.fileExists(atPath: uploads) { try FileManager.default.removeItem(atPath: uploads) }
        try FileManager.default.createDirectory(atPath: uploads, withIntermediateDirectories: true)
        let door = Doorkeeper(controller: controller, sessions: SessionBoard(now: now))

        let secureRoutes = Router(context: ConnectionContext.self)
        secureRoutes.add(middleware: ProblemMiddleware())
        AgentRoutes(controller: controller, images: images, door: door).add(to: secureRoutes)
        let operators = OperatorRoutes(controller: controller, door: door, log: log)
        operators.add(to: secureRoutes)
        let jobs = JobBoard()
        BMCSearchRoutes(controller: controller, jobs: jobs, operators: operators).add(to: secureRoutes)
        BMCRoutes(controller: controller, uploads: uploads, jobs: jobs, operators: operators).add(to: secureRoutes)
        EventRoutes(controller: controller, log: log).add(to: secureRoutes)
        ImageRoutes(
            images: images,
            containers: containers,
            signingKey: imageKey,
            uploads: uploads,
            jobs: jobs,
            operators: operators,
            now: now
        ).add(to: secureRoutes)
        RegistryRoutes(containers: containers, door: door).add(to: secureRoutes)
        PageRoutes(controller: controller, door: door, pages: try Pages(), now: now).add(to: secureRoutes)
        secure = Application(
            router: secureRoutes,
            server: try .tls(Self.http, tlsConfiguration: Self.configuration(tls)),
            configuration: ApplicationConfiguration(address: .hostname(listening.address, port: listening.httpsPort)),
            logger: log
        )

        let routes = BootRoutes(
            controller: controller,
            configuration: boot,
            authority: tls.authority,
            files: bootFiles,
            peerOf: peerOf
        )
        plain = BootHTTPServer(
            host: listening.bootAddress,
            port: listening.httpPort,
            routes: { await routes.answer($0) },
            fetched: bootFileFetched,
            log: log
        )
    }

    /// Serves until the surrounding service group shuts down or the task is cancelled.
    public func run() async throws {
        let (secure, plain) = (secure, plain)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await secure.run() }
            group.addTask { try await plain.run() }
            // The first ends when the service is asked to, or cannot go on; the other then has no use.
            try await group.next()
            group.cancelAll()
        }
    }

    private static var http: HTTPServerBuilder {
        .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(120)))
    }

    /// Clients need no certificate; one that is shown must be signed by our CA.
    private static func configuration(_ tls: TLS) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(tls.chain.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(tls.key.utf8), format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(tls.authority.utf8)))
        configuration.certificateVerification = .optionalVerification
        // Browsers then ask for a certificate only if they have one of this CA.
        configuration.sendCANameList = true
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
