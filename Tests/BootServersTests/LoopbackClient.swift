import NIOCore
import NIOPosix
import Synchronization
import TFTP

/// A UDP socket on 127.0.0.1.
struct LoopbackClient: Sendable {
    let channel: NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

    var port: Int { channel.channel.localAddress?.port ?? 0 }

    init(port: Int = 0) async throws {
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65536))
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    static func send(
        _ octets: [UInt8],
        to port: Int,
        _ outbound: NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>>
    ) async throws {
        let target = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await outbound.write(
            AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: octets))
        )
    }

    /// Sends `octets` to `port` and gives what comes back first.
    func ask(_ octets: [UInt8], port: Int) async throws -> [UInt8]? {
        try await channel.executeThenClose { inbound, outbound in
            try await Self.send(octets, to: port, outbound)
            for try await envelope in inbound { return Array(buffer: envelope.data) }
            return nil
        }
    }

    /// Reads a file by TFTP as firmware does: acknowledges the last block of each window.
    func read(_ file: String, options: TFTPOptions = TFTPOptions(), from port: Int) async throws
        -> Download
    {
        try await channel.executeThenClose { inbound, outbound in
            var download = Download()
            var blockSize = 512
            var windowSize = 1
            var inWindow = 0
            var next: UInt16 = 1
            let request = TFTPPacket.readRequest(file: file, mode: "octet", options: options)
            try await Self.send(request.octets, to: port, outbound)
            for try await envelope in inbound {
                let peer = envelope.remoteAddress.port ?? 0
                download.port = peer
                switch try TFTPPacket(parsing: Array(buffer: envelope.data)) {
                case .optionAcknowledgement(let granted):
                    download.granted = granted
                    blockSize = granted.blockSize ?? blockSize
                    windowSize = granted.windowSize ?? windowSize
                    try await Self.send(TFTPPacket.acknowledgement(block: 0).octets, to: peer, outbound)
                case .data(let block, let octets) where block == next:
                    download.octets += octets
                    next &+= 1
                    inWindow += 1
                    let last = octets.count < blockSize
                    if last || inWindow == windowSize {
                        inWindow = 0
                        try await Self.send(TFTPPacket.acknowledgement(block: block).octets, to: peer, outbound)
                    }
                    if last { return download }
                case .data:
                    inWindow = 0
                    try await Self.send(
                        TFTPPacket.acknowledgement(block: next &- 1).octets,
                        to: peer,
                        outbound
                    )
                case .error(let code, _):
                    download.error = code
                    return download
                case .acknowledgement, .readRequest, .writeRequest:
                    break
                }
            }
            return download
        }
    }

    struct Download: Sendable {
        var octets: [UInt8] = []
        var granted: TFTPOptions?
        var error: TFTPErrorCode?
        var port = 0
    }
}

/// Collects what a hook is told, and lets a test wait for it.
final class Recorder<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func record(_ value: Value) {
        continuation.yield(value)
    }

    /// The first value that fits; those before it are dropped.
    func first(where fits: (Value) -> Bool) async -> Value? {
        for await value in stream where fits(value) { return value }
        return nil
    }
}

/// Runs `body` with the value that `server` gives to its callback; then cancels the server and waits for its end.
func withServer<Ready: Sendable>(
    _ server: @escaping @Sendable (@escaping @Sendable (Ready) -> Void) async throws -> Void,
    body: (Ready) async throws -> Void
) async throws {
    let ready = Recorder<Ready>()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server { ready.record($0) } }
        let value = try await withThrowingTaskGroup(of: Ready?.self) { waiting in
            waiting.addTask { await ready.first { _ in true } }
            waiting.addTask {
                try await Task.sleep(for: .seconds(20))
                return nil
            }
            defer { waiting.cancelAll() }
            return try await waiting.next() ?? nil
        }
        guard let value else { throw NotReady() }
        try await body(value)
        group.cancelAll()
        try await group.waitForAll()
    }
}

struct NotReady: Error {}
