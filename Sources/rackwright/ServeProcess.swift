import Boot
import BootServers
import Catalog
import ControllerCore
import ControllerHTTP
import Crypto
import FoundationEssentials
import ImageFormat
import ImageStore
import Inventory
import Logging
import Octets
import ServiceLifecycle
import StoreSQLite
import UnixSignals
import YAML

/// The place where the controller's concrete parts meet.
struct ServeProcess {
    /// The file that the configuration was read from.
    let file: String
    let configuration: ControllerConfiguration
    let catalog: CatalogFolder

    func run() async throws {
        let log = Logger(label: "rackwright")
        let openFiles = OpenFiles.raiseLimit()
        if openFiles < 4096 {
            log.warning("only \(openFiles) files can be open at once: some hundred machines that boot at once reach it")
        }
        let state = try ServeState(folder: configuration.state)
        let now = Date()
        let authority = try CertificateAuthority(folder: state.folder + "/keys", now: now)
        let signingKey = try state.signingKey()
        guard let address = IPv4Address(configuration.address) else {
            throw ServeProblem("\(file): 'address' is '\(configuration.address)', not an IPv4 address")
        }
        let bootFiles = ServeBootFiles(configuration: configuration.boot)
        let boot = try BootConfiguration(
            controller: address,
            httpPort: UInt16(configuration.httpPort),
            httpsPort: UInt16(configuration.httpsPort),
            caSHA256: authority.fingerprint,
            shim: bootFiles.shim,
            hasUnifiedKernel: bootFiles.hasUnifiedKernel,
            uefi: UEFILoader(rawValue: configuration.boot.uefi) ?? .automatic,
            kernelArguments: configuration.boot.kernelArguments.split(separator: " ").map(String.init)
        )
        let files = try bootFiles.found(boot)
        if let problem = files.mediumProblem { log.info("\(problem)") }
        let images = try ImageStore(folder: state.folder + "/images")
        let containers = try ContainerStore(folder: state.folder + "/containers")
        let catalog = catalog
        let controller = Controller(
            store: try SQLiteStore(path: state.folder + "/rackwright.sqlite"),
            box: try state.secretBox(),
            authority: authority,
            signingKey: signingKey,
            gates: BMCConnectors.gates(),
            lookForBMC: BMCConnectors.look,
            stock: ServeStock(images: images, containers: containers),
            settings: Controller.Settings(
                boot: boot,
                registry: "\(address):\(configuration.httpsPort)",
                discovery: configuration.discovery,
                bootPatience: configuration.boot.deadline,
                consoleFolder: state.folder + "/consoles",
                healthChecks: Inventory.Health.Depth(rawValue: configuration.healthChecks.rawValue) ?? .quick,
                mediumProblem: files.mediumProblem,
                eventsBase: configuration.bmcEvents ? "https://\(address):\(configuration.httpsPort)" : nil
            ),
            log: log,
            now: { Date().timeIntervalSince1970 },
            readRoles: CatalogFolder.roles,
            readRules: CatalogFolder.rules,
            rules: { () throws(CatalogProblems) in try catalog.rules() },
            catalog: { () throws(CatalogProblems) in try catalog.load() }
        )
        if try await state.makeFirstToken(controller) {
            log.notice("a first operator token was made: \(state.folder)/operator.token")
        }
        let bootServers = try await ServeBoot(
            configuration,
            boot: boot,
            files: files,
            controller: controller,
            folder: state.folder
        )
        let server = try httpServer(
            HTTPParts(
                folder: state.folder,
                images: images,
                containers: containers,
                authority: authority,
                imageKey: try ImageSigningKey(rawRepresentation: signingKey.rawRepresentation)
            ),
            controller: controller,
            boot: boot,
            files: files,
            servers: bootServers,
            log: log
        )
        try await controller.resume()
        log.notice(
            "serving",
            metadata: [
                "https": "\(address):\(configuration.httpsPort)", "http": "\(address):\(configuration.httpPort)",
            ]
        )
        try await serviceGroup(server, bootServers, controller, log).run()
        await controller.closeBMCSessions()
        log.notice("stopped")
    }

    /// Everything that runs until the process is asked to end; what then takes longer than ten seconds is cancelled.
    private func serviceGroup(
        _ server: ControllerServer,
        _ bootServers: ServeBoot,
        _ controller: Controller,
        _ log: Logger
    ) -> ServiceGroup {
        var tasks = [
            ServeTask(endsByItself: true) { try await server.run() },
            ServeTask { try await bootServers.run(controller: controller, log: log) },
            ServeTask { try await controller.watch() },
            ServeTask { try await controller.watchConsoles() },
            ServeTask { try await controller.watchEvents() },
        ]
        let period = self.configuration.powerSync
        if period > 0 { tasks.append(ServeTask { try await controller.watchPower(every: .seconds(period)) }) }
        var configuration = ServiceGroupConfiguration(
            services: tasks.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: log
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        return ServiceGroup(configuration: configuration)
    }
}

/// Work that ends when the process is asked to.
struct ServeTask: ServiceLifecycle.Service {
    /// The work ends by itself when a graceful shutdown begins; else it is cancelled then.
    var endsByItself = false
    let work: @Sendable () async throws -> Void

    func run() async throws {
        do {
            if endsByItself { return try await work() }
            try await cancelWhenGracefulShutdown { try await work() }
        } catch is CancellationError {
            return
        }
    }
}
