public import Boot
import FoundationEssentials
public import Logging
import NIOCore
import NIOPosix
public import Octets
import Synchronization
public import TFTP

/// Serves files by TFTP until it is cancelled; each transfer has a port of its own (RFC 1350 section 4).
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
    private let macOf: @Sendable (IPv4Address) -> MACAddress?
    private let event: @Sendable (BootEvent) -> Void
    private let logger: Logger
    private let active = Mutex<[SocketAddress: String]>([:])

    /// - Parameters:
    ///   - macOf: names a client by its address, for instance `DHCPServer.mac(of:)`.
    ///   - event: told when a transfer ends; must not block.
    public init(
        files: TFTPFiles,
        host: String = "0.0.0.0",
        port: Int = 69,
        limits: TFTPTransfer.Limits = .init(),
        caps: Caps = .init(),
        macOf: @escaping @Sendable (IPv4Address) -> MACAddress? = { _ in nil },
        event: @escaping @Sendable (BootEvent) -> Void = { _ in },
        logger: Logger = Logger(label: "tftp")
    ) {
        self.files = files
        self.host = host
        self.port = port
        self.limits = limits
        self.caps = caps
        self.macOf = macOf
        self.event = event
        self.logger = logger
    }

    /// Listens and serves; returns when the task is cancelled, with all sockets closed.
    ///
    /// - Parameter ready: called with the bound port once the socket is open.
    /// - Throws: what the system says when the port cannot be had.
    public func run(ready: @Sendable (Int) -> Void = { _ in }) async throws {
        let server = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.receivePacketInfo, value: true)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel
                    )
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
                            group.addTask { await self.serve(request, to: client, from: local) }
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
                // A request sent twice is served once: the port that it came from tells.
                guard active[client] == nil else { return .drop }
                let sameClient = active.keys.count { $0.ipAddress == client.ipAddress }
                guard active.count < caps.transfers, sameClient < caps.perClient else {
                    return .refuse(.undefined, "too many transfers, ask again")
                }
                active[client] = name.path
                return .serve(Request(file: name.path, netascii: mode == "netascii", options: options))
            }
        case .writeRequest:
            return .refuse(.accessViolation, "nothing can be written here")
        case .data, .acknowledgement, .error, .optionAcknowledgement:
            return .drop
        }
    }

    private func serve(_ request: Request, to client: SocketAddress, from local: String) async {
        defer { active.withLock { $0[client] = nil } }
        let clock = ContinuousClock()
        let start = clock.now
        let file = await files.read(request.file).map { request.netascii ? $0.netascii : $0 }
        var transfer = file.map { TFTPTransfer(file: $0, options: request.options, limits: limits) }
        let ending = TransferEnding()
        do {
            let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { [transfer] channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let transfer else { return }
                        try channel.pipeline.syncOperations.addHandler(
                            TFTPTransferHandler(transfer, client: client) { ending.set($0) }
                        )
                    }
                }
                .bind(host: local, port: 0).get()
            transfer = nil
            guard let file else {
                let packet = TFTPPacket.error(.fileNotFound, message: "\(request.file) is not here")
                try await channel.writeAndFlush(
                    AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: packet.octets))
                )
                try await channel.close()
                report(client, .tftpFailed(file: request.file, reason: "there is no such file"))
                return
            }
            try await withTaskCancellationHandler {
                try await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
            switch ending.value {
            case .finished(.sent(let octets, let resent)):
                logger.debug(
                    "\(client) read \(request.file): \(octets) of \(file.count) octets, \(resent) resent"
                )
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

    private func report(_ client: SocketAddress, _ kind: BootEvent.Kind) {
        let address = client.ipAddress.flatMap { IPv4Address($0) }
        if case .tftpFailed(let file, let reason) = kind {
            logger.info("TFTP of '\(file)' to \(client) failed: \(reason)")
        }
        event(BootEvent(mac: address.flatMap(macOf), address: address, at: Date(), kind: kind))
    }
}

/// How a transfer ended, written by its channel's handler and read after the channel closed.
private final class TransferEnding: Sendable {
    private let ending = Mutex<TFTPTransferHandler.Ending?>(nil)

    var value: TFTPTransferHandler.Ending? { ending.withLock(\.self) }

    func set(_ value: TFTPTransferHandler.Ending) {
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
