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
    private var mover: Mover?
    private let startsAt: Duration

    /// Makes a socket at another address of the BMC's network.
    typealias Mover = @Sendable (IPv4Address) async throws -> Int32

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
    /// - Parameters:
    ///   - serialSocket: the path of a socket that the machine's serial port connects to; nil for none.
    ///   - mover: nil keeps the socket where it is, whatever address the BMC is given.
    func start(on descriptor: Int32, serialSocket: String? = nil, mover: Mover? = nil) async throws {
        let sink = sink
        self.mover = mover
        channel = try await receiving(on: descriptor)
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

    private func receiving(on descriptor: Int32) async throws -> any Channel {
        let sink = sink
        return try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramReceiver(sink: sink))
                }
            }
            .withBoundSocket(descriptor).get()
    }

    /// Listens at another address, and no more at the one before.
    private func move(to address: IPv4Address) async {
        guard let mover else { return }
        do {
            let old = channel
            channel = try await receiving(on: mover(address))
            try? await old?.close()
            logger.info("IPMI", metadata: ["address": "\(address)"])
        } catch {
            logger.error("the BMC cannot listen at \(address): \(error)")
        }
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
        // An answer goes out from where the question came in.
        var target: IPv4Address?
        for effect in service.handle(event, in: around, random: &random) {
            if case .move(let address) = effect { target = address } else { await perform(effect) }
        }
        if let target { await move(to: target) }
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
        case .move: break
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
