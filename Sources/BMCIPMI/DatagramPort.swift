import NIOCore
import NIOPosix

/// A UDP socket to one BMC, whose datagrams, errors and time-outs come as one stream.
struct DatagramPort: Sendable {
    enum Event: Sendable {
        case datagram([UInt8])
        /// The timer that was started with this number ran out.
        case timeout(Int)
        case failed(String)
    }

    let events: AsyncStream<Event>
    private let channel: any Channel
    private let remote: SocketAddress
    private let continuation: AsyncStream<Event>.Continuation

    init(host: String, port: Int, group: any EventLoopGroup) async throws {
        // A flood is cut off: the answer that is waited for is sent again.
        let (events, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(64))
        let channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation: continuation))
                }
            }
            .connect(host: host, port: port).get()
        guard let remote = channel.remoteAddress else {
            try await channel.close()
            throw ChannelError.unknownLocalAddress
        }
        self.events = events
        self.channel = channel
        self.remote = remote
        self.continuation = continuation
    }

    func send(_ octets: [UInt8]) {
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: octets)), promise: nil)
    }

    func startTimer(_ number: Int, after delay: Duration) {
        let (seconds, attoseconds) = delay.components
        let amount = TimeAmount.milliseconds(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        channel.eventLoop.scheduleTask(in: amount) { _ = continuation.yield(.timeout(number)) }
    }

    func close() async {
        continuation.finish()
        try? await channel.close()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        let continuation: AsyncStream<Event>.Continuation

        init(continuation: AsyncStream<Event>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(.datagram([UInt8](unwrapInboundIn(data).data.readableBytesView)))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            continuation.yield(.failed("\(error)"))
        }
    }
}
