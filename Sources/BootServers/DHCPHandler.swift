import NIOCore
import Octets

/// Answers the messages of one socket where they come in, on its event loop: nothing on the way waits.
final class DHCPHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let server: DHCPServer
    private let listener: DHCPServer.Listener
    private let onProxyPort: Bool
    /// What the answers of this round promise.
    private var leases: [Lease] = []

    init(server: DHCPServer, listener: DHCPServer.Listener, onProxyPort: Bool) {
        self.server = server
        self.listener = listener
        self.onProxyPort = onProxyPort
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let ingress = DHCPIngress(
            interface: listener.interface,
            address: listener.address,
            source: Self.address(of: envelope.remoteAddress),
            sourcePort: UInt16(envelope.remoteAddress.port ?? Int(server.clientPort)),
            onProxyPort: onProxyPort
        )
        guard let message = server.read(envelope.data, from: ingress) else { return }
        guard let candidate = server.addressToProbe(message, from: ingress) else {
            let (answer, lease) = server.answer(message, from: ingress)
            if let lease { leases.append(lease) }
            send(answer, context)
            return
        }
        // The others do not wait while the wire is asked.
        let (server, channel) = (server, context.channel)
        Task {
            await server.probe(candidate, on: ingress.interface)
            let (answer, lease) = server.answer(message, from: ingress)
            if let lease { server.keep([lease]) }
            guard let answer else { return }
            do {
                try await channel.writeAndFlush(answer)
            } catch {
                server.couldNotSend(to: answer.remoteAddress, error)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // A lease that is promised is a lease that is kept: first the journal, then the answers.
        if !leases.isEmpty { server.keep(leases) }
        leases.removeAll(keepingCapacity: true)
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP error from one client ends nothing for the others.
    }

    /// Queued until all messages of this round are answered: the system is called once for all of them.
    private func send(_ answer: AddressedEnvelope<ByteBuffer>?, _ context: ChannelHandlerContext) {
        guard let answer else { return }
        let (server, target) = (server, answer.remoteAddress)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenFailure { server.couldNotSend(to: target, $0) }
        context.write(wrapOutboundOut(answer), promise: promise)
    }

    /// Without a detour by text: the octets 4 to 7 of `struct sockaddr_in`.
    private static func address(of remote: SocketAddress) -> IPv4Address {
        guard remote.protocol == .inet else { return .any }
        return unsafe remote.withSockAddr { pointer, size in
            guard size >= 8 else { return .any }
            let octets = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
            return unsafe IPv4Address(octets[4], octets[5], octets[6], octets[7])
        }
    }
}
