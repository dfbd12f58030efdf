import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Logging
import NIOSSL

/// An HTTP server on a socket in the state folder or on a port of loopback.
actor LocalServer {
    enum Place: Hashable, Sendable {
        case socket(String)
        /// 127.0.0.1; 0 has the kernel choose.
        case port(Int)
        /// A port of one address of loopback.
        case address(String, Int)
        /// A port of every address.
        case everywhere(Int)
    }

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        /// The connection ends before the answer's body.
        var isLost = false
    }

    typealias Handler = @Sendable (_ head: HTTPRequest, _ body: [UInt8]) async -> Answer

    private let place: Place
    private let tls: TLSConfiguration?
    private let logger: Logger
    private let handler: Handler
    private var running: Task<Void, Never>?

    init(place: Place, tls: TLSConfiguration? = nil, logger: Logger, handler: @escaping Handler) {
        self.place = place
        self.tls = tls
        self.logger = logger
        self.handler = handler
    }

    /// Returns when the server listens, with the port if it has one; throws when it could not.
    @discardableResult
    func start() async throws -> Int? {
        let address: BindAddress
        switch place {
        case .socket(let path):
            try? FileManager.default.removeItem(atPath: path)
            address = .unixDomainSocket(path: path)
        case .port(let port): address = .hostname("127.0.0.1", port: port)
        case .address(let host, let port): address = .hostname(host, port: port)
        case .everywhere(let port): address = .hostname("0.0.0.0", port: port)
        }
        var quiet = logger
        // Stopping cuts connections, which the server would log as errors.
        quiet.logLevel = .critical
        let (listening, continuation) = AsyncStream.makeStream(of: Int?.self)
        let server = Application(
            responder: Self.responder(handler),
            server: try tls.map { try .tls(tlsConfiguration: $0) } ?? .http1(),
            configuration: ApplicationConfiguration(address: address),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port)
            },
            logger: quiet
        )
        let (place, logger) = (place, logger)
        running = Task {
            do {
                try await server.run()
            } catch is CancellationError {
                // The ordinary end.
            } catch {
                logger.error("server", metadata: ["place": "\(place)", "error": "\(error)"])
            }
            continuation.finish()
        }
        for await port in listening { return port }
        throw StateError(action: "listening on \(place)", code: 0)
    }

    private static func responder(_ handler: @escaping Handler) -> CallbackResponder<BasicRequestContext> {
        CallbackResponder { request, _ in
            let body = try await request.body.collect(upTo: 64 << 20)
            let answer = await handler(request.head, Array(body.readableBytesView))
            var headers = HTTPFields()
            for (name, value) in answer.headers {
                if let name = HTTPField.Name(name) { headers[name] = value }
            }
            // RFC 9112 section 9.6: a client that was not told would send its next request into the closed connection.
            if request.headers[.connection]?.lowercased() == "close" { headers[.connection] = "close" }
            return Response(
                status: HTTPResponse.Status(code: answer.status),
                headers: headers,
                body: answer.isLost
                    ? ResponseBody(contentLength: 1) { _ in throw CancellationError() }
                    : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
            )
        }
    }

    func stop() async {
        running?.cancel()
        await running?.value
        if case .socket(let path) = place { try? FileManager.default.removeItem(atPath: path) }
    }
}
