public import Boot
import DHCP
import FoundationEssentials
public import Logging
import NIOCore
import NIOPosix
public import Octets
import Synchronization

/// Answers DHCP and proxyDHCP on the interfaces of its subnets until it is cancelled.
public final class DHCPServer: Sendable {
    /// Where the server listens. The ports are those of the standards except in tests.
    public struct Ports: Hashable, Sendable {
        public var server: UInt16 = 67
        public var client: UInt16 = 68
        public var proxy: UInt16 = 4011

        public init() {}
    }

    /// One interface that is listened on.
    public struct Listener: Hashable, Sendable {
        public var interface: String
        /// The server's own address there.
        public var address: IPv4Address
        /// The kernel's number of the interface; the sockets hear and speak through it alone. Nil: bind to `address`
        /// instead, which hears no broadcasts.
        public var index: Int?

        public init(interface: String, address: IPv4Address, index: Int?) {
            self.interface = interface
            self.address = address
            self.index = index
        }
    }

    /// What the server needs of the controller; each answers from memory and must not block.
    public struct Callbacks: Sendable {
        /// What the controller wants of a machine.
        public var decide: @Sendable (BootRequest) -> BootDecision
        /// Told before the answer goes out of every lease that was taken, given back or declined.
        public var keep: @Sendable (Lease) -> Void = { _ in }
        /// Told when a machine was handed a loader that shall start the ramdisk.
        public var handedLoader: @Sendable (MACAddress) -> Void = { _ in }
        /// Told of everything that was received and sent.
        public var event: @Sendable (BootEvent) -> Void = { _ in }
        /// Whether someone on the wire has the address already; bounded by the one who answers.
        public var isInUse: (@Sendable (IPv4Address, _ interface: String) async -> Bool)?

        public init(decide: @escaping @Sendable (BootRequest) -> BootDecision) {
            self.decide = decide
        }
    }

    private let responder: Mutex<DHCPResponder>
    private let listeners: [Listener]
    private let ports: Ports
    private let callbacks: Callbacks
    private let logger: Logger

    /// - Parameter listeners: see `listeners(for:)`.
    public init(
        responder: DHCPResponder,
        listeners: [Listener],
        ports: Ports = Ports(),
        callbacks: Callbacks,
        logger: Logger = Logger(label: "dhcp")
    ) {
        self.responder = Mutex(responder)
        self.listeners = listeners
        self.ports = ports
        self.callbacks = callbacks
        self.logger = logger
    }

    /// The interfaces that the subnets name, as this machine has them now.
    ///
    /// - Throws: `DHCPServerError` for an interface that is not there or has no address in its subnet.
    public static func listeners(for subnets: [DHCPSubnet]) throws -> [Listener] {
        let devices = try System.enumerateDevices()
        var listeners: [Listener] = []
        for subnet in subnets where subnet.mode != .off {
            guard let name = subnet.interface else { continue }
            let here = devices.filter { $0.name == name }
            guard !here.isEmpty else { throw DHCPServerError.noInterface(name) }
            let addresses = here.compactMap { device in
                device.address?.ipAddress.flatMap { IPv4Address($0) }
            }
            guard let address = addresses.first(where: { subnet.subnet.contains($0) }) else {
                throw DHCPServerError.noAddress(interface: name, subnet: subnet.subnet)
            }
            guard !listeners.contains(where: { $0.interface == name }) else { continue }
            listeners.append(
                Listener(interface: name, address: address, index: here.first?.interfaceIndex)
            )
        }
        return listeners
    }

    /// The machine that has an address, for naming TFTP and HTTP clients.
    public func mac(of address: IPv4Address) -> MACAddress? {
        responder.withLock { $0.mac(of: address) }
    }

    /// Whether all addresses of the address's network are given from here.
    public func gives(_ address: IPv4Address) -> Bool {
        responder.withLock { responder in
            responder.subnets.contains { $0.mode == .full && $0.pool != nil && $0.subnet.contains(address) }
        }
    }

    /// The address that a machine has or had last.
    public func lease(of mac: MACAddress) -> Lease? {
        responder.withLock { $0.lease(of: mac) }
    }

    /// Listens and answers; returns when the task is cancelled, with all sockets closed.
    ///
    /// - Parameter ready: called with the bound server ports in the listeners' order once all sockets are open.
    /// - Throws: what the system says when a port cannot be had.
    public func run(ready: @Sendable ([Int]) -> Void = { _ in }) async throws {
        var sockets: [(listener: Listener, proxy: Bool, channel: Datagrams)] = []
        do {
            for listener in listeners {
                sockets.append((listener, false, try await open(listener, port: ports.server)))
                sockets.append((listener, true, try await open(listener, port: ports.proxy)))
            }
        } catch {
            for socket in sockets { try? await socket.channel.channel.close() }
            throw error
        }
        ready(sockets.filter { !$0.proxy }.map { $0.channel.channel.localAddress?.port ?? 0 })
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (listener, proxy, channel) in sockets {
                    group.addTask { try await self.serve(channel, listener: listener, proxy: proxy) }
                }
                try await group.waitForAll()
            }
        } catch is CancellationError {
            // Asked to stop: the sockets are closed.
        }
    }

    private typealias Datagrams = NIOAsyncChannel<
        AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>
    >

    /// `SO_BINDTOIFINDEX` of Linux 5.0, which takes a number where `SO_BINDTODEVICE` wants text.
    static let bindToInterface = ChannelOptions.Types.SocketOption(
        level: .socket,
        name: .init(rawValue: 62)
    )

    private func open(_ listener: Listener, port: UInt16) async throws -> Datagrams {
        var bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Others may have sockets of this port on other interfaces.
            .channelOption(.socketOption(.so_reuseaddr), value: port == 0 ? 0 : 1)
            .channelOption(.socketOption(.so_broadcast), value: 1)
        var host = listener.address.description
        if let index = listener.index {
            bootstrap = bootstrap.channelOption(Self.bindToInterface, value: .init(index))
            host = "0.0.0.0"
        }
        return try await bootstrap.bind(host: host, port: Int(port)) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel(wrappingChannelSynchronously: channel)
            }
        }
    }

    private func serve(_ channel: Datagrams, listener: Listener, proxy: Bool) async throws {
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await envelope in inbound {
                    let ingress = DHCPIngress(
                        interface: listener.interface,
                        address: listener.address,
                        source: envelope.remoteAddress.ipAddress.flatMap { IPv4Address($0) } ?? .any,
                        sourcePort: UInt16(envelope.remoteAddress.port ?? Int(ports.client)),
                        onProxyPort: proxy
                    )
                    guard let message = read(envelope.data, from: ingress) else { continue }
                    if let candidate = addressToProbe(message, from: ingress) {
                        // The others do not wait while the wire is asked.
                        group.addTask {
                            await self.probe(candidate, on: ingress.interface)
                            try await self.send(self.answer(message, from: ingress), by: outbound)
                        }
                    } else {
                        try await send(answer(message, from: ingress), by: outbound)
                    }
                }
                group.cancelAll()
            }
        }
    }

    private typealias Writer = NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>>
    private typealias Outgoing = AddressedEnvelope<ByteBuffer>

    private func send(_ envelope: Outgoing?, by outbound: Writer) async throws {
        guard let envelope else { return }
        do {
            try await outbound.write(envelope)
        } catch let error as IOError {
            // A route or an interface that is away for the moment concerns this client only.
            logger.warning("DHCP reply to \(envelope.remoteAddress) not sent: \(error)")
        }
    }

    private func read(_ data: ByteBuffer, from ingress: DHCPIngress) -> DHCPMessage? {
        do {
            return try DHCPMessage(parsing: data.readableBytesView)
        } catch {
            logger.debug(
                "\(data.readableBytes) octets from \(ingress.source) on \(ingress.interface) are no DHCP: \(error)"
            )
            return nil
        }
    }

    /// The address that the client would be offered, when nobody knows yet whether it is free.
    private func addressToProbe(_ message: DHCPMessage, from ingress: DHCPIngress) -> IPv4Address? {
        guard callbacks.isInUse != nil else { return nil }
        return responder.withLock { $0.addressToProbe(for: message, from: ingress, at: Date()) }
    }

    /// Asks the wire; what is in use is set aside, and the client is then offered another address.
    private func probe(_ address: IPv4Address, on interface: String) async {
        guard let isInUse = callbacks.isInUse, await isInUse(address, interface) else { return }
        logger.warning("\(address) is in use by a machine that has no lease of it: it is offered to nobody for a while")
        if let lease = responder.withLock({ $0.setAside(address, at: Date()) }) { callbacks.keep(lease) }
    }

    private func answer(_ message: DHCPMessage, from ingress: DHCPIngress) -> Outgoing? {
        let request = responder.withLock { $0.bootRequest(for: message, from: ingress) }
        var wish = BootDecision(.ignore(reason: "nothing is known of it"))
        if let request, request.stage != .system { wish = callbacks.decide(request) }
        let now = Date()
        let decision = responder.withLock {
            $0.respond(to: message, from: ingress, decision: wish, at: now)
        }
        logger.info(
            "\(decision.summary)",
            metadata: [
                "mac": "\(message.macAddress.map(\.description) ?? "?")", "interface": "\(ingress.interface)",
            ]
        )
        if let lease = decision.lease { callbacks.keep(lease) }
        if decision.namesLoader, case .ramdisk = wish.intent, let mac = message.macAddress {
            callbacks.handedLoader(mac)
        }
        for event in decision.events { callbacks.event(event) }
        guard let reply = decision.reply, let target = try? socketAddress(reply.destination) else {
            return nil
        }
        let octets = reply.message.octets(maximumSize: message.maximumSize ?? 576)
        return AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: octets))
    }

    private func socketAddress(_ destination: DHCPDecision.Destination) throws -> SocketAddress {
        switch destination {
        case .broadcast: try SocketAddress(ipAddress: "255.255.255.255", port: Int(ports.client))
        case .relay(let address):
            try SocketAddress(ipAddress: address.description, port: Int(ports.server))
        case .client(let address):
            try SocketAddress(ipAddress: address.description, port: Int(ports.client))
        case .source(let address, let port):
            try SocketAddress(ipAddress: address.description, port: Int(port))
        }
    }
}

/// Why DHCP cannot be served as configured.
public enum DHCPServerError: Error, Hashable, CustomStringConvertible {
    case noInterface(String)
    case noAddress(interface: String, subnet: IPv4Subnet)

    public var description: String {
        switch self {
        case .noInterface(let name): "there is no network interface '\(name)' to serve DHCP on"
        case .noAddress(let name, let subnet):
            "interface '\(name)' has no address in \(subnet), so DHCP cannot be served"
        }
    }
}
