public import Boot
import DHCPv6
import FoundationEssentials
public import Logging
import NIOCore
import NIOPosix
public import Octets
import Synchronization

/// Answers DHCPv6 on the interfaces of its subnets until it is cancelled.
public final class DHCPv6Server: Sendable {
    /// One interface that is listened on.
    public struct Listener: Hashable, Sendable {
        public var interface: String
        public var index: Int
        /// The server's own address there, for URLs.
        public var address: IPv6Address
        public var subnet: DHCPv6Subnet
    }

    /// What the server needs of the controller; each answers from memory and must not block.
    public struct Callbacks: Sendable {
        public var decide: @Sendable (BootRequest) -> BootDecision
        /// Told before the answer goes out of every lease that was taken.
        public var keep: @Sendable (DHCPv6Lease) -> Void = { _ in }
        /// Told when a machine was handed a loader that shall start the ramdisk.
        public var handedLoader: @Sendable (MACAddress) -> Void = { _ in }
        public var event: @Sendable (BootEvent) -> Void = { _ in }

        public init(decide: @escaping @Sendable (BootRequest) -> BootDecision) {
            self.decide = decide
        }
    }

    private static let port = 547

    private let responder: Mutex<DHCPv6Responder>
    private let listeners: [Listener]
    private let callbacks: Callbacks
    private let logger: Logger

    public init(
        responder: DHCPv6Responder,
        listeners: [Listener],
        callbacks: Callbacks,
        logger: Logger = Logger(label: "dhcpv6")
    ) {
        self.responder = Mutex(responder)
        self.listeners = listeners
        self.callbacks = callbacks
        self.logger = logger
    }

    /// The interfaces that the subnets name, as this machine has them now.
    ///
    /// - Throws: `DHCPv6ServerError` for an interface that is not there or has no address in its subnet.
    public static func listeners(for subnets: [DHCPv6Subnet]) throws -> [Listener] {
        let devices = try System.enumerateDevices()
        return try subnets.compactMap { subnet in
            guard let name = subnet.interface else { return nil }
            let here = devices.filter { $0.name == name }
            guard let index = here.first?.interfaceIndex else { throw DHCPv6ServerError.noInterface(name) }
            let addresses = here.compactMap { $0.address?.ipAddress.flatMap { IPv6Address($0) } }
            guard let address = addresses.first(where: { subnet.prefix.contains($0) }) else {
                throw DHCPv6ServerError.noAddress(interface: name, prefix: subnet.prefix)
            }
            return Listener(interface: name, index: index, address: address, subnet: subnet)
        }
    }

    /// The machine that has an address, for naming TFTP and HTTP clients.
    public func mac(of address: IPv6Address) -> MACAddress? {
        responder.withLock { $0.mac(of: address) }
    }

    /// Listens and answers; returns when the task is cancelled, with all sockets closed.
    public func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for listener in listeners {
                    let channel = try await open(listener)
                    group.addTask { try await self.serve(channel, listener) }
                    if listener.subnet.advertises {
                        let advertiser = RouterAdvertiser(
                            interface: listener.interface,
                            index: Int32(listener.index),
                            advertisement: RouterAdvertisement(prefix: listener.subnet.prefix, source: nil)
                        )
                        group.addTask { try await advertiser.run() }
                    }
                }
                try await group.waitForAll()
            }
        } catch is CancellationError {
            // Asked to stop: the sockets are closed.
        }
    }

    private typealias Datagrams = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

    private func open(_ listener: Listener) async throws -> Datagrams {
        let device = try System.enumerateDevices().first { $0.name == listener.interface }
        let group = try SocketAddress(ipAddress: "\(IPv6Address.allDHCPRelayAgentsAndServers)", port: Self.port)
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(DHCPServer.bindToInterface, value: .init(listener.index))
            .channelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .init(rawValue: 26)),  // IPV6_V6ONLY
                value: 1
            )
            .bind(host: "::", port: Self.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        if let multicast = channel.channel as? any MulticastChannel {
            try await multicast.joinGroup(group, device: device).get()
        }
        return channel
    }

    private func serve(_ channel: Datagrams, _ listener: Listener) async throws {
        try await channel.executeThenClose { inbound, outbound in
            for try await envelope in inbound {
                guard let octets = answer(envelope, listener) else { continue }
                do {
                    try await outbound.write(
                        AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: octets))
                    )
                } catch let error as IOError {
                    logger.warning("DHCPv6 reply to \(envelope.remoteAddress) not sent: \(error)")
                }
            }
        }
    }

    private func answer(_ envelope: AddressedEnvelope<ByteBuffer>, _ listener: Listener) -> [UInt8]? {
        // A link-local address comes with its interface: `fe80::1%br0`.
        let source = envelope.remoteAddress.ipAddress?.prefix { $0 != "%" }
        let ingress = DHCPv6Ingress(
            interface: listener.interface,
            address: listener.address,
            source: source.flatMap { IPv6Address($0) } ?? .any
        )
        let packet: DHCPv6Packet
        do {
            packet = try DHCPv6Packet(parsing: envelope.data.readableBytesView)
        } catch {
            logger.debug("\(envelope.data.readableBytes) octets from \(ingress.source) are no DHCPv6: \(error)")
            return nil
        }
        let request = responder.withLock { $0.bootRequest(for: packet, from: ingress) }
        var wish = BootDecision(.ignore(reason: "nothing is known of it"))
        if let request, request.stage != .system { wish = callbacks.decide(request) }
        let decision = responder.withLock { $0.respond(to: packet, from: ingress, decision: wish, at: Date()) }
        logger.info("\(decision.summary)", metadata: ["interface": "\(ingress.interface)"])
        if let lease = decision.lease { callbacks.keep(lease) }
        if decision.namesLoader, case .ramdisk = wish.intent, let mac = request?.mac { callbacks.handedLoader(mac) }
        for event in decision.events { callbacks.event(event) }
        return decision.reply?.octets
    }
}

/// Why DHCPv6 cannot be served as configured.
public enum DHCPv6ServerError: Error, Hashable, CustomStringConvertible {
    case noInterface(String)
    case noAddress(interface: String, prefix: IPv6Prefix)

    public var description: String {
        switch self {
        case .noInterface(let name): "there is no network interface '\(name)' to serve DHCPv6 on"
        case .noAddress(let name, let prefix):
            "interface '\(name)' has no address in \(prefix), so DHCPv6 cannot be served"
        }
    }
}
