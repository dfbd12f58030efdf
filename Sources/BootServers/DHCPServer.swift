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
        /// Told before the answers go out of the leases that were taken, given back or declined.
        public var keep: @Sendable ([Lease]) -> Void = { _ in }
        /// Told when a machine was handed a loader that shall start the ramdisk.
        public var handedLoader: @Sendable (MACAddress) -> Void = { _ in }
        /// Told of everything that was received and sent.
        public var event: @Sendable (BootEvent) -> Void = { _ in }
        /// Whether the machine is a node; of others that ask for an address and no more, nothing is told.
        public var isNode: @Sendable (MACAddress) -> Bool = { _ in true }
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

    /// Listens and answers; returns when the task is cancelled, with all sockets closed.
    ///
    /// - Parameter ready: called with the bound server ports in the listeners' order once all sockets are open.
    /// - Throws: what the system says when a port cannot be had.
    public func run(ready: @Sendable ([Int]) -> Void = { _ in }) async throws {
        var channels: [any Channel] = []
        var bound: [Int] = []
        do {
            for listener in listeners {
                let channel = try await open(listener, onProxyPort: false)
                channels.append(channel)
                bound.append(channel.localAddress?.port ?? 0)
                channels.append(try await open(listener, onProxyPort: true))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        ready(bound)
        let open = channels
        await withTaskCancellationHandler {
            for channel in open { try? await channel.closeFuture.get() }
        } onCancel: {
            for channel in open { channel.close(promise: nil) }
        }
    }

    /// `SO_BINDTOIFINDEX` of Linux 5.0, which takes a number where `SO_BINDTODEVICE` wants text.
    static let bindToInterface = ChannelOptions.Types.SocketOption(
        level: .socket,
        name: .init(rawValue: 62)
    )

    /// Octets of messages that wait: a room full of machines that come back after a power cut, all at once.
    private static let receiveBuffer = 8 << 20

    /// `SO_RCVBUFFORCE` of socket(7).
    private static let forcedReceiveBuffer = ChannelOptions.Types.SocketOption(
        level: .socket,
        name: .init(rawValue: 33)
    )

    /// Messages that are read from the system at once.
    private static let batch = 32

    private func open(_ listener: Listener, onProxyPort: Bool) async throws -> any Channel {
        let port = onProxyPort ? ports.proxy : ports.server
        var bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Others may have sockets of this port on other interfaces.
            .channelOption(.socketOption(.so_reuseaddr), value: port == 0 ? 0 : 1)
            .channelOption(.socketOption(.so_broadcast), value: 1)
            .channelOption(.socketOption(.so_rcvbuf), value: .init(Self.receiveBuffer))
            .channelOption(.datagramVectorReadMessageCount, value: Self.batch)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.batch * 2048))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DHCPHandler(server: self, listener: listener, onProxyPort: onProxyPort)
                    )
                }
            }
        var host = listener.address.description
        if let index = listener.index {
            bootstrap = bootstrap.channelOption(Self.bindToInterface, value: .init(index))
            host = "0.0.0.0"
        }
        let channel = try await bootstrap.bind(host: host, port: Int(port)).get()
        // Beyond the system's limit for everyone; without the right to it the buffer stays at that limit.
        try? await channel.setOption(Self.forcedReceiveBuffer, value: .init(Self.receiveBuffer)).get()
        return channel
    }

    var clientPort: UInt16 { ports.client }

    func read(_ data: ByteBuffer, from ingress: DHCPIngress) -> DHCPMessage? {
        do {
            return try DHCPMessage(parsing: Array(buffer: data))
        } catch {
            logger.debug(
                "\(data.readableBytes) octets from \(ingress.source) on \(ingress.interface) are no DHCP: \(error)"
            )
            return nil
        }
    }

    /// The address that the client would be offered, when nobody knows yet whether it is free.
    func addressToProbe(_ message: DHCPMessage, from ingress: DHCPIngress) -> IPv4Address? {
        guard callbacks.isInUse != nil, message.messageType == .discover else { return nil }
        return responder.withLock { $0.addressToProbe(for: message, from: ingress, at: Date()) }
    }

    /// Asks the wire; what is in use is set aside, and the client is then offered another address.
    func probe(_ address: IPv4Address, on interface: String) async {
        guard let isInUse = callbacks.isInUse, await isInUse(address, interface) else { return }
        logger.warning("\(address) is in use by a machine that has no lease of it: it is offered to nobody for a while")
        if let lease = responder.withLock({ $0.setAside(address, at: Date()) }) { callbacks.keep([lease]) }
    }

    func keep(_ leases: [Lease]) {
        callbacks.keep(leases)
    }

    /// What goes out, and the lease that must be kept before it does.
    func answer(
        _ message: DHCPMessage,
        from ingress: DHCPIngress
    ) -> (answer: AddressedEnvelope<ByteBuffer>?, lease: Lease?) {
        var wish = BootDecision(.ignore(reason: "nothing is known of it"))
        var boots = false
        if message.bootStage != .system,
            let request = responder.withLock({ $0.bootRequest(for: message, from: ingress) })
        {
            boots = true
            wish = callbacks.decide(request)
        }
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
        if decision.namesLoader, case .ramdisk = wish.intent, let mac = message.macAddress {
            callbacks.handedLoader(mac)
        }
        if boots || message.macAddress.map(callbacks.isNode) ?? true {
            for event in decision.events { callbacks.event(event) }
        }
        guard let reply = decision.reply, let target = try? socketAddress(reply.destination) else {
            return (nil, decision.lease)
        }
        let octets = reply.message.octets(maximumSize: message.maximumSize ?? 576)
        return (AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: octets)), decision.lease)
    }

    func couldNotSend(to target: SocketAddress, _ error: any Error) {
        // A route or an interface that is away for the moment concerns this client only.
        logger.warning("DHCP reply to \(target) not sent: \(error)")
    }

    private func socketAddress(_ destination: DHCPDecision.Destination) throws -> SocketAddress {
        let (address, port) =
            switch destination {
            case .broadcast: (IPv4Address.broadcast, ports.client)
            case .relay(let address): (address, ports.server)
            case .client(let address): (address, ports.client)
            case .source(let address, let port): (address, port)
            }
        return try SocketAddress(packedIPAddress: ByteBuffer(integer: address.rawValue), port: Int(port))
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
