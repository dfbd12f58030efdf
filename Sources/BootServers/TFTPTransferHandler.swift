import NIOCore
import TFTP

/// One transfer on a socket of its own; closes the socket when the transfer ends.
final class TFTPTransferHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let transfer: TFTPTransfer
    private let client: SocketAddress
    private let ended: (TFTPSession.Ending) -> Void
    private var session: TFTPSession?

    init(_ transfer: TFTPTransfer, client: SocketAddress, ended: @escaping (TFTPSession.Ending) -> Void) {
        self.transfer = transfer
        self.client = client
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        let session = TFTPSession(
            transfer,
            on: context.eventLoop,
            ways: TFTPSession.Ways(
                send: { [client] packets in context.send(packets, to: client) },
                ended: { [ended] ending in
                    ended(ending)
                    context.close(promise: nil)
                }
            )
        )
        self.session = session
        session.begin()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress == client else {
            // Someone else's packet on this port ends nothing here (RFC 1350 section 4).
            context.send(
                [.error(.unknownTransfer, message: "this port serves another client")],
                to: envelope.remoteAddress
            )
            return
        }
        guard let packet = try? TFTPPacket(parsing: envelope.data.readableBytesView) else { return }
        session?.received(packet)
    }

    /// A request that came to the server's port once more.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let packet = event as? TFTPPacket { session?.received(packet) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP "port unreachable" is not the end either: the client may be between two sockets.
        guard !(error is IOError) else { return }
        session?.give(up: "\(error)")
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        session?.stop()
        session = nil
    }
}

/// All transfers on the server's own port, for clients behind address translation: a client is known by where it sends from.
final class TFTPSinglePortHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias InboundOut = AddressedEnvelope<ByteBuffer>

    private var sessions: [SocketAddress: TFTPSession] = [:]
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let session = sessions[envelope.remoteAddress],
            let packet = try? TFTPPacket(parsing: envelope.data.readableBytesView)
        else {
            context.fireChannelRead(data)
            return
        }
        session.received(packet)
    }

    /// Begins a transfer; `ended` is called on the event loop when it is over.
    func begin(_ transfer: TFTPTransfer, client: SocketAddress, ended: @escaping (TFTPSession.Ending) -> Void) {
        guard let context else {
            ended(.failed("the server stopped"))
            return
        }
        let session = TFTPSession(
            transfer,
            on: context.eventLoop,
            ways: TFTPSession.Ways(
                send: { packets in context.send(packets, to: client) },
                ended: { ending in
                    self.sessions[client] = nil
                    ended(ending)
                }
            )
        )
        sessions[client] = session
        session.begin()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        for session in sessions.values { session.stop() }
        sessions = [:]
    }
}

extension ChannelHandlerContext {
    /// Writes all packets, then flushes once: the system is called once for a window.
    fileprivate func send(_ packets: [TFTPPacket], to target: SocketAddress) {
        for packet in packets {
            let envelope = AddressedEnvelope(remoteAddress: target, data: buffer(of: packet))
            write(NIOAny(envelope), promise: nil)
        }
        flush()
    }

    /// The packet as it goes out; a block of the file is copied once.
    private func buffer(of packet: TFTPPacket) -> ByteBuffer {
        guard case .data(let block, let octets) = packet else { return ByteBuffer(bytes: packet.octets) }
        var buffer = channel.allocator.buffer(capacity: 4 + octets.count)
        buffer.writeInteger(3 as UInt16)
        buffer.writeInteger(block)
        buffer.writeBytes(octets)
        return buffer
    }
}
