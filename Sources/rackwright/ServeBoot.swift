import Boot
import BootServers
import Catalog
import ControllerCore
import FoundationEssentials
import Logging
import Octets

/// The boot servers of one controller, made from its configuration.
struct ServeBoot: Sendable {
    let dhcp: DHCPServer?
    let tftp: TFTPServer
    private let events: AsyncStream<BootEvent>
    private let leases: AsyncStream<Lease>

    init(
        _ configuration: ControllerConfiguration,
        boot: BootConfiguration,
        controller: Controller,
        leases known: [Lease]
    ) throws {
        let (events, eventSource) = AsyncStream.makeStream(
            of: BootEvent.self,
            bufferingPolicy: .bufferingNewest(10_000)
        )
        let (leases, leaseSource) = AsyncStream.makeStream(of: Lease.self, bufferingPolicy: .unbounded)
        self.events = events
        self.leases = leases
        let subnets = try configuration.subnets.map { try DHCPSubnet($0) }
        let server =
            subnets.contains { $0.mode != .off }
            ? DHCPServer(
                responder: DHCPResponder(subnets: subnets, boot: boot, leases: known),
                listeners: try DHCPServer.listeners(for: subnets),
                bootDecision: { request in controller.directory.intent(for: request) },
                leaseChanged: { lease in leaseSource.yield(lease) },
                event: { event in eventSource.yield(event) }
            ) : nil
        dhcp = server
        tftp = TFTPServer(
            files: .boot(folder: configuration.boot.loaders, configuration: boot),
            macOf: { address in server?.mac(of: address) },
            event: { event in eventSource.yield(event) }
        )
    }

    /// Serves until cancelled, and puts what was seen on the timelines.
    func run(controller: Controller, log: Logger) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let dhcp { group.addTask { try await dhcp.run() } }
            group.addTask { try await tftp.run() }
            group.addTask {
                for await event in events { await controller.takeBootEvent(event) }
            }
            group.addTask {
                for await lease in leases {
                    do {
                        try await controller.keep(lease: "\(lease.mac)", JSONEncoder().encode(lease))
                    } catch {
                        log.error("the lease of \(lease.mac) cannot be kept: \(error)")
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

extension DHCPSubnet {
    /// Checks the texts of the configuration; errors name file and line.
    init(_ subnet: ControllerConfiguration.Subnet) throws {
        func address(_ text: String, _ what: String) throws -> IPv4Address {
            guard let address = IPv4Address(text) else {
                throw ServeProblem("\(subnet.location): \(what) '\(text)' is not an IPv4 address")
            }
            return address
        }
        guard let network = IPv4Subnet(subnet.network) else {
            throw ServeProblem("\(subnet.location): subnet '\(subnet.network)' is not of the form 10.0.0.0/24")
        }
        var pool: ClosedRange<IPv4Address>?
        if let text = subnet.pool {
            let ends = text.split(separator: "-").map(String.init)
            guard ends.count == 2 else {
                throw ServeProblem("\(subnet.location): pool '\(text)' is not of the form 10.0.0.100-10.0.0.199")
            }
            let first = try address(ends[0], "the pool's first address")
            let last = try address(ends[1], "the pool's last address")
            guard first <= last, network.contains(first), network.contains(last) else {
                throw ServeProblem("\(subnet.location): pool '\(text)' is not a range within \(network)")
            }
            pool = first...last
        }
        self.init(
            network,
            mode: Mode(rawValue: subnet.mode.rawValue) ?? .full,
            interface: subnet.interface,
            pool: pool,
            routers: try subnet.router.map { [try address($0, "the router")] } ?? [],
            nameServers: try subnet.dns.map { try address($0, "the name server") },
            leaseSeconds: UInt32(clamping: Int(min(subnet.lease, 1e9)))
        )
    }
}
