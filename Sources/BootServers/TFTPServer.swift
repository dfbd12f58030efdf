public import Boot
import FoundationEssentials
public import Logging
import NIOCore
import NIOPosix
public import Octets
import Synchronization
public import TFTP

/// Serves files by TFTP until it is cancelled, over IPv4 and IPv6.
///
/// Each transfer has a port of its own (RFC 1350 section 4), unless the server is told to keep to one port.
public final class TFTPServer: Sendable {
    /// How many transfers run at once.
    public struct Caps: Hashable, Sendable {
        public var transfers = 512
        public var perClient = 8

        public init() {}
    }

    private let files: TFTPFiles
    private let host: String
    private let port: Int
    private let limits: TFTPTransfer.Limits
    private let caps: Caps
    private let usesOnePort: Bool
    private let macOf: @Sendable (String) -> MACAddress?
    private let event: @Sendable (BootEvent) -> Void
    private let logger: Logger
    private let active = Mutex<[SocketAddress: Active]>([:])

    /// A request that is being served.
    private struct Active {
        var file: String
        /// The socket of the transfer, once it has one of its own.
        var channel: (any Channel)?
    }

    /// - Parameters:
    ///   - host: the address to listen on; `::` hears IPv4 as well.
    ///   - usesOnePort: answer from the server's port alone, for networks that translate addresses.
    ///   - macOf: names a client by its address, as text.
    ///   - event: told when a transfer ends; must not block.
    public init(
        files: TFTPFiles,
        host: String = "0.0.0.0",
        port: Int = 69,
        limits: TFTPTransfer.Limits = .init(),
        caps: Caps = .init(),
        usesOnePort: Bool = false,
        macOf: @escaping @Sendable (String) -> MACAddress? = { _ in nil },
        event: @escaping @Sendable (BootEvent) -> Void = { _ in },
        logger: Logger = Logger(label: "tftp")
    ) {
        self.files = files
        self.host = host
        self.port = port
        self.limits = limits
        self.caps = caps
        self.usesOnePort = usesOnePort
        self.macOf = macOf
        self.event = event
        self.logger = logger
    }

    /// Listens and serves; returns when the task is cancelled, with all sockets closed.
    ///
    /// - Parameter ready: called with the bound port once the socket is open.
    /// - Throws: what the system says when the port cannot be had.
    public func run(ready: @Sendable (Int) -> Void = { _ in }) async throws {
        let usesOnePort = usesOnePort
        let (server, onePort) = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.receivePacketInfo, value: true)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { () throws -> (Datagrams, OnePort?) in
                    var onePort: OnePort?
                    if usesOnePort {
                        let handler = TFTPSinglePortHandler()
                        try channel.pipeline.syncOperations.addHandler(handler)
                        onePort = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                    }
                    return (try NIOAsyncChannel(wrappingChannelSynchronously: channel), onePort)
                }
            }
        ready(server.channel.localAddress?.port ?? 0)
        do {
            try await server.executeThenClose { inbound, outbound in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await envelope in inbound {
                        let client = envelope.remoteAddress
                        switch admit(Array(buffer: envelope.data), from: client) {
                        case .serve(let request):
                            let local = envelope.metadata?.packetInfo?.destinationAddress.ipAddress ?? host
                            let answers = Answers(outbound: outbound, local: local, onePort: onePort)
                            group.addTask { await self.serve(request, to: client, by: answers) }
                        case .refuse(let code, let reason):
                            let packet = TFTPPacket.error(code, message: reason)
                            try? await outbound.write(
                                AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: packet.octets))
                            )
                        case .drop:
                            break
                        }
                    }
                    group.cancelAll()
                }
            }
        } catch is CancellationError {
            // Asked to stop: the sockets are closed.
        }
    }

    private typealias Datagrams = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>
    private typealias OnePort = NIOLoopBound<TFTPSinglePortHandler>

    /// The ways to answer a request.
    private struct Answers: Sendable {
        /// From the server's own port.
        var outbound: NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>>
        /// The address that the client sent to, from which it is answered.
        var local: String
        var onePort: OnePort?
    }

    private struct Request: Sendable {
        var file: String
        var netascii: Bool
        var options: TFTPOptions
    }

    private enum Admission {
        case serve(Request)
        case refuse(TFTPErrorCode, String)
        case drop
    }

    private func admit(_ octets: [UInt8], from client: SocketAddress) -> Admission {
        guard let packet = try? TFTPPacket(parsing: octets) else { return .drop }
        switch packet {
        case .readRequest(let asked, let mode, let options):
            guard let name = TFTPFileName(asked) else {
                report(client, .tftpFailed(file: asked, reason: "the name leaves the folder or is none"))
                return .refuse(.accessViolation, "no such name")
            }
            guard mode == "octet" || mode == "netascii" else {
                return .refuse(.illegalOperation, "mode \(mode) is not served")
            }
            return active.withLock { active in
                // A request sent twice is served once: the port that it came from tells. The transfer hears of it.
                if let running = active[client] {
                    if running.file == name.path { running.channel?.pipeline.fireUserInboundEventTriggered(packet) }
                    return .drop
                }
                let sameClient = active.keys.count { $0.ipAddress == client.ipAddress }
                guard active.count < caps.transfers, sameClient < caps.perClient else {
                    return .refuse(.undefined, "too many transfers, ask again")
                }
                active[client] = Active(file: name.path)
                return .serve(Request(file: name.path, netascii: mode == "netascii", options: options))
            }
        case .writeRequest:
            return .refuse(.accessViolation, "nothing can be written here")
        case .data, .acknowledgement, .error, .optionAcknowledgement:
            return .drop
        }
    }

    private func serve(_ request: Request, to client: SocketAddress, by answers: Answers) async {
        defer { active.withLock { $0[client] = nil } }
        let clock = ContinuousClock()
        let start = clock.now
        let found = await files.read(request.file, Self.address(of: client))
        guard case .octets(let octets) = found else {
            if found == .absent { report(client, .tftpFailed(file: request.file, reason: "there is no such file")) }
            await refuse(client, by: answers, .fileNotFound, "\(request.file) is not here")
            return
        }
        let file = request.netascii ? octets.netascii : octets
        let transfer = TFTPTransfer(file: file, options: request.options, limits: limits)
        do {
            let ending =
                if let onePort = answers.onePort {
                    await run(transfer, on: onePort, to: client)
                } else {
                    try await run(transfer, from: answers.local, to: client)
                }
            let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
            switch ending {
            case .finished(.sent(let octets, let resent)):
                logger.debug("\(client) read \(request.file): \(octets) of \(file.count) octets, \(resent) resent")
                report(client, .tftpRead(file: request.file, octets: octets, seconds: seconds))
            case .finished(.probed):
                logger.debug("\(client) asked for the size of \(request.file)")
            case .failed(let reason):
                report(client, .tftpFailed(file: request.file, reason: reason))
            case nil:
                report(client, .tftpFailed(file: request.file, reason: "the server stopped"))
            }
        } catch {
            report(client, .tftpFailed(file: request.file, reason: "\(error)"))
        }
    }

    /// A transfer on a port of its own; nil when the server stopped first.
    private func run(
        _ transfer: TFTPTransfer,
        from local: String,
        to client: SocketAddress
    ) async throws -> TFTPSession.Ending? {
        let ending = TransferEnding()
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // One packet is what a client answers with: to look for a second is a call for nothing.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TFTPTransferHandler(transfer, client: client) { ending.set($0) }
                    )
                }
            }
            .bind(host: local, port: 0).get()
        active.withLock { $0[client]?.channel = channel }
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
        return ending.value
    }

    /// A transfer on the server's port; ends with the server when that stops first.
    private func run(
        _ transfer: TFTPTransfer,
        on onePort: OnePort,
        to client: SocketAddress
    ) async -> TFTPSession.Ending? {
        let (endings, source) = AsyncStream.makeStream(of: TFTPSession.Ending.self)
        onePort.eventLoop.execute {
            onePort.value.begin(transfer, client: client) { ending in
                source.yield(ending)
                source.finish()
            }
        }
        for await ending in endings { return ending }
        return nil
    }

    private func refuse(
        _ client: SocketAddress,
        by answers: Answers,
        _ code: TFTPErrorCode,
        _ reason: String
    ) async {
        let octets = TFTPPacket.error(code, message: reason).octets
        let envelope = AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: octets))
        guard answers.onePort == nil,
            let channel = try? await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: answers.local, port: 0).get()
        else {
            try? await answers.outbound.write(envelope)
            return
        }
        try? await channel.writeAndFlush(envelope)
        try? await channel.close()
    }

    /// The client's address as text; IPv4 as such even when it came through an IPv6 socket.
    private static func address(of client: SocketAddress) -> String {
        let text = client.ipAddress ?? ""
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) ? String(text.dropFirst(mapped.count)) : text
    }

    private func report(_ client: SocketAddress, _ kind: BootEvent.Kind) {
        let address = Self.address(of: client)
        if case .tftpFailed(let file, let reason) = kind {
            logger.info("TFTP of '\(file)' to \(client) failed: \(reason)")
        }
        event(BootEvent(mac: macOf(address), address: IPv4Address(address), at: Date(), kind: kind))
    }
}

/// How a transfer ended, written by its channel's handler and read after the channel closed.
private final class TransferEnding: Sendable {
    private let ending = Mutex<TFTPSession.Ending?>(nil)

    var value: TFTPSession.Ending? { ending.withLock(\.self) }

    func set(_ value: TFTPSession.Ending) {
        ending.withLock { $0 = value }
    }
}

extension [UInt8] {
    /// As `netascii` wants text: lines end in CR LF, a bare CR is followed by a zero (RFC 764).
    var netascii: [UInt8] {
        flatMap { octet -> [UInt8] in
            switch octet {
            case 0x0A: [0x0D, 0x0A]
            case 0x0D: [0x0D, 0]
            default: [octet]
            }
        }
    }
}
