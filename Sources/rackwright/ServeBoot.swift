import Boot
import BootServers
import Catalog
import ControllerCore
import FoundationEssentials
import Logging
import Octets

/// The boot servers of one controller, made from its configuration.
struct ServeBoot: Sendable {
    private let dhcp: DHCPServer?
    private let dhcpv6: DHCPv6Server?
    private let tftp: TFTPServer
    private let events: AsyncStream<BootEvent>
    private let keeper: LeaseKeeper<Lease>
    private let keeperV6: LeaseKeeper<DHCPv6Lease>

    /// - Parameter folder: the controller's state folder, for what must outlive the process at once.
    init(
        _ configuration: ControllerConfiguration,
        boot: BootConfiguration,
        files: BootFileSet,
        controller: Controller,
        folder: String
    ) async throws {
        let (events, eventSource) = AsyncStream.makeStream(
            of: BootEvent.self,
            bufferingPolicy: .bufferingNewest(10_000)
        )
        self.events = events
        let decide: @Sendable (BootRequest) -> BootDecision = { request in
            controller.directory.decision(for: request, at: Date().timeIntervalSince1970)
        }
        let handedLoader: @Sendable (MACAddress) -> Void = { mac in
            controller.directory.handedLoader(to: mac, at: Date().timeIntervalSince1970)
        }
        let event: @Sendable (BootEvent) -> Void = { event in eventSource.yield(event) }

        let keeper = try LeaseKeeper<Lease>(journal: folder + "/leases.journal", log: Logger(label: "dhcp")) {
            $0.id
        } store: {
            try await controller.keep($0, .v4)
        }
        self.keeper = keeper
        let subnets = try configuration.subnets.filter { !$0.isIPv6 }.map { try DHCPSubnet($0) }
        var callbacks = DHCPServer.Callbacks(decide: decide)
        callbacks.keep = { keeper.keep($0) }
        callbacks.handedLoader = handedLoader
        callbacks.event = event
        callbacks.isNode = { mac in controller.directory.node(mac: mac, uuid: nil) != nil }
        callbacks.isInUse = { address, interface in await AddressProbe.isInUse(address, on: interface) }
        let known = try await controller.leases(.v4).map { try JSONDecoder().decode(Lease.self, from: $0) }
        let server =
            subnets.contains { $0.mode != .off }
            ? DHCPServer(
                responder: DHCPResponder(subnets: subnets, boot: boot, leases: known + keeper.unsettled),
                listeners: try DHCPServer.listeners(for: subnets),
                callbacks: callbacks
            ) : nil
        dhcp = server

        let keeperV6 = try LeaseKeeper<DHCPv6Lease>(journal: folder + "/leases6.journal", log: Logger(label: "dhcpv6"))
        {
            $0.id
        } store: {
            try await controller.keep($0, .v6)
        }
        self.keeperV6 = keeperV6
        let subnetsV6 = try configuration.subnets.filter(\.isIPv6).filter { $0.mode != .off }
            .map { try DHCPv6Subnet($0) }
        var callbacksV6 = DHCPv6Server.Callbacks(decide: decide)
        callbacksV6.keep = { keeperV6.keep([$0]) }
        callbacksV6.handedLoader = handedLoader
        callbacksV6.event = event
        let knownV6 = try await controller.leases(.v6).map { try JSONDecoder().decode(DHCPv6Lease.self, from: $0) }
        let serverV6 =
            subnetsV6.isEmpty
            ? nil
            : DHCPv6Server(
                responder: DHCPv6Responder(
                    subnets: subnetsV6,
                    boot: boot,
                    server: try DHCPv6Subnet.serverIdentifier(boot),
                    leases: knownV6 + keeperV6.unsettled
                ),
                listeners: try DHCPv6Server.listeners(for: subnetsV6),
                callbacks: callbacksV6
            )
        dhcpv6 = serverV6
        let macOf: @Sendable (String) -> MACAddress? = { address in
            Self.mac(of: address, server, serverV6)
        }
        tftp = TFTPServer(
            files: Self.files(files, loaders: configuration.boot.loaders, controller: controller) { address in
                Self.peer(at: address, server, serverV6)
            },
            host: subnetsV6.isEmpty ? "0.0.0.0" : "::",
            usesOnePort: configuration.boot.usesOneTFTPPort,
            macOf: macOf,
            event: event
        )
    }

    /// The machine that holds an address, as text.
    func mac(of address: String) -> MACAddress? {
        Self.mac(of: address, dhcp, dhcpv6)
    }

    /// Who an address, as text, is.
    func peer(at address: String) -> BootPeer {
        Self.peer(at: address, dhcp, dhcpv6)
    }

    private static func peer(at address: String, _ dhcp: DHCPServer?, _ dhcpv6: DHCPv6Server?) -> BootPeer {
        if let mac = mac(of: address, dhcp, dhcpv6) { return .machine(mac) }
        guard let address = IPv4Address(address), let dhcp, dhcp.gives(address) else { return .unknown }
        return .stranger
    }

    private static func mac(of address: String, _ dhcp: DHCPServer?, _ dhcpv6: DHCPv6Server?) -> MACAddress? {
        if let address = IPv4Address(address) { return dhcp?.mac(of: address) }
        guard let address = IPv6Address(address.prefix { $0 != "%" }) else { return nil }
        return dhcpv6?.mac(of: address) ?? address.linkLayerAddress
    }

    /// What machines find by TFTP: scripts made for them, the boot files, and whatever else is in the loaders' folder.
    private static func files(
        _ files: BootFileSet,
        loaders: String,
        controller: Controller,
        peerOf: @escaping @Sendable (String) -> BootPeer
    ) -> TFTPFiles {
        let folder = TFTPFiles.folder(loaders)
        return TFTPFiles { path, client in
            let peer = peerOf(client)
            let name = BootFileName(path)
            switch name {
            case .autoexec, .grub, .pxelinux:
                let script = await controller.loaderScript(name, for: peer)
                return script.map { .octets(Array($0.utf8)) } ?? .nothingExpected
            case .probe:
                return .nothingExpected
            case .unified(let named):
                guard let unified = files.unified,
                    let words = await controller.unifiedCommandLine(named: named, for: peer),
                    let section = unified.image.section(words),
                    case .octets(var octets) = await TFTPFiles.file(unified.path),
                    octets.indices.contains(unified.image.commandLine.upperBound - 1)
                else { return .absent }
                octets.replaceSubrange(unified.image.commandLine, with: section)
                return .octets(octets)
            case .file(let path):
                let last = path.split(separator: "/").last.map(String.init) ?? path
                if let known = files.paths[path] ?? files.paths[last] { return await TFTPFiles.file(known) }
                return await folder.read(path, client)
            }
        }
    }

    /// Serves until cancelled, and puts what was seen on the timelines.
    func run(controller: Controller, log: Logger) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let dhcp { group.addTask { try await dhcp.run() } }
            if let dhcpv6 { group.addTask { try await dhcpv6.run() } }
            group.addTask { try await tftp.run() }
            group.addTask {
                for await event in events { await controller.takeBootEvent(event) }
            }
            group.addTask { await keeper.run() }
            group.addTask { await keeperV6.run() }
            try await group.next()
            group.cancelAll()
        }
    }
}
