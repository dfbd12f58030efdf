import NIOCore
import TFTP

/// Carries out one transfer on its own socket; closes the socket when the transfer ends.
final class TFTPTransferHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    enum Ending: Sendable {
        case finished(TFTPTransfer.Outcome)
        case failed(String)
    }

    private var transfer: TFTPTransfer
    private let client: SocketAddress
    private let ended: (Ending) -> Void
    private var timer: Scheduled<Void>?
    private let start = ContinuousClock.now

    init(_ transfer: TFTPTransfer, client: SocketAddress, ended: @escaping (Ending) -> Void) {
        self.transfer = transfer
        self.client = client
        self.ended = ended
    }

    private var now: Duration { ContinuousClock.now - start }

    func channelActive(context: ChannelHandlerContext) {
        perform(transfer.start(at: now), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == client else {
            // Someone else's packet on this port ends nothing here (RFC 1350 section 4).
            send(
                .error(.unknownTransfer, message: "this port serves another client"),
                to: envelope.remoteAddress,
                context
            )
            context.flush()
            return
        }
        guard let packet = try? TFTPPacket(parsing: Array(buffer: envelope.data)) else { return }
        perform(transfer.handle(.received(packet), at: now), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP "port unreachable" is not the end either: the client may be between two sockets.
        guard !(error is IOError) else { return }
        ended(.failed("\(error)"))
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    private func perform(_ effects: [TFTPTransfer.Effect], _ context: ChannelHandlerContext) {
        for effect in effects {
            switch effect {
            case .send(let packet):
                send(packet, to: client, context)
            case .setTimer(let delay):
                timer?.cancel()
                timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
                    guard context.channel.isActive else { return }
                    self.perform(self.transfer.handle(.timerFired, at: self.now), context)
                }
            case .finish(let outcome):
                end(.finished(outcome), context)
            case .fail(let reason):
                end(.failed(reason), context)
            }
        }
        context.flush()
    }

    private func end(_ ending: Ending, _ context: ChannelHandlerContext) {
        timer?.cancel()
        ended(ending)
        context.close(promise: nil)
    }

    private func send(
        _ packet: TFTPPacket,
        to target: SocketAddress,
        _ context: ChannelHandlerContext
    ) {
        let envelope = AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: packet.octets))
        context.write(wrapOutboundOut(envelope), promise: nil)
    }
}
