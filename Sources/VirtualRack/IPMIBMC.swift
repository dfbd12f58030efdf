import IPMI
import Logging
import NIOCore
import NIOPosix
import Octets

/// One machine's IPMI BMC at work: a UDP socket, the machine's serial port, and the value that decides.
actor IPMIBMC {
    enum Event: Sendable {
        case datagram([UInt8], from: BMCSessions.Peer)
        case serial([UInt8])
        /// The machine's serial port is at the other end of this connection.
        case plugged(any Channel)
        case timer(Int)
    }

    private let machine: any ManagedMachine
    private let faults: BMCFaults
    private let logger: Logger
    private let group: any EventLoopGroup
    private var service: IPMIService
    private var random = SystemRandomNumberGenerator()
    private var channel: (any Channel)?
    private var serialServer: (any Channel)?
    private var serial: (any Channel)?
    private var running: [Task<Void, Never>] = []
    private var timer = 0
    private let events: AsyncStream<Event>
    private let sink: AsyncStream<Event>.Continuation
    private let orders: AsyncStream<IPMIService.Order>
    private let orderSink: AsyncStream<IPMIService.Order>.Continuation
    private let start = ContinuousClock.now
    private let startsAt: Duration

    init(
        machine: any ManagedMachine,
        description: IPMIMachine,
        faults: BMCFaults,
        limits: BMCSessions.Limits = BMCSessions.Limits(),
        logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.machine = machine
        self.faults = faults
        self.logger = logger
        self.group = group
        startsAt = WallClock.sinceEpoch
        service = IPMIService(machine: description, limits: limits, at: startsAt)
        // A flood is cut off: consoles ask again.
        (events, sink) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(4096))
        (orders, orderSink) = AsyncStream.makeStream(of: IPMIService.Order.self, bufferingPolicy: .bufferingNewest(64))
    }

    /// Answers on a bound UDP socket, which it then owns, until it is stopped.
    /// - Parameter serialSocket: the path of a socket that the machine's serial port connects to; nil for none.
    func start(on descriptor: Int32, serialSocket: String? = nil) async throws {
        let sink = sink
        channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramReceiver(sink: sink))
                }
            }
            .withBoundSocket(descriptor).get()
        if let serialSocket {
            serialServer = try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(SerialReceiver(sink: sink))
                    }
                }
                .bind(unixDomainSocketPath: serialSocket, cleanupExistingSocketFile: true).get()
        }
        running = [Task { await run() }, Task { await carryOutOrders() }]
    }

    func stop() async {
        sink.finish()
        orderSink.finish()
        for task in running {
            task.cancel()
            await task.value
        }
        running = []
        for channel in [channel, serialServer, serial] { try? await channel?.close() }
    }

    // MARK: Events

    private func run() async {
        for await event in events {
            switch event {
            case .datagram(let octets, let peer):
                await handle(.datagram(octets, from: peer))
            case .serial(let characters): await handle(.serial(characters))
            case .plugged(let channel):
                try? await serial?.close()
                serial = channel
            case .timer(let number):
                if number == timer { await handle(.timer) }
            }
        }
    }

    private func handle(_ event: IPMIService.Event) async {
        let now = ContinuousClock.now
        let around = IPMIService.Surroundings(
            now: startsAt + (now - start),
            power: await machine.power,
            starts: await machine.starts,
            bootOverride: await machine.bootOverride,
            faults: faults.inForce(at: now)
        )
        for effect in service.handle(event, in: around, random: &random) { await perform(effect) }
        timer += 1
        guard let wakeAt = service.wakeAt, let channel else { return }
        let (number, sink) = (timer, sink)
        channel.eventLoop.scheduleTask(in: .nanoseconds(max(.zero, wakeAt - around.now).nanoseconds)) {
            _ = sink.yield(.timer(number))
        }
    }

    private func perform(_ effect: IPMIService.Effect) async {
        switch effect {
        case .send(let octets, let peer, let delay):
            guard let channel,
                let address = try? SocketAddress(ipAddress: "\(peer.address)", port: Int(peer.port))
            else { return }
            let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: octets))
            guard delay > .zero else { return channel.writeAndFlush(envelope, promise: nil) }
            channel.eventLoop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) {
                channel.writeAndFlush(envelope, promise: nil)
            }
        case .order(let order): orderSink.yield(order)
        case .setBootOverride(let override): await machine.setBootOverride(override)
        case .type(let characters): serial?.writeAndFlush(ByteBuffer(bytes: characters), promise: nil)
        case .sendBreak: await machine.sendBreak()
        case .faultIsOver(let name): faults.clear(name)
        }
    }

    private func carryOutOrders() async {
        for await order in orders {
            logger.info("IPMI", metadata: ["order": "\(order)"])
            switch order {
            case .powerOn: await machine.powerOn()
            case .powerOff: await machine.powerOff()
            case .powerCycle:
                await machine.powerOff()
                await machine.powerOn()
            case .reset: await machine.reset()
            case .pressPowerButton: await machine.pressPowerButton()
            }
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

private final class DatagramReceiver: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    let sink: AsyncStream<IPMIBMC.Event>.Continuation

    init(sink: AsyncStream<IPMIBMC.Event>.Continuation) {
        self.sink = sink
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let text = envelope.remoteAddress.ipAddress, let address = IPv4Address(text),
            let port = envelope.remoteAddress.port.flatMap({ UInt16(exactly: $0) })
        else { return }
        let peer = BMCSessions.Peer(address: address, port: port)
        sink.yield(.datagram([UInt8](envelope.data.readableBytesView), from: peer))
    }
}

private final class SerialReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let sink: AsyncStream<IPMIBMC.Event>.Continuation

    init(sink: AsyncStream<IPMIBMC.Event>.Continuation) {
        self.sink = sink
    }

    func channelActive(context: ChannelHandlerContext) {
        sink.yield(.plugged(context.channel))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sink.yield(.serial([UInt8](unwrapInboundIn(data).readableBytesView)))
    }
}
