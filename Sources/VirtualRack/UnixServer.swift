import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// An HTTP server on a socket in the state folder; nothing on the network reaches it by itself.
actor UnixServer {
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var body: [UInt8] = []
    }

    typealias Handler = @Sendable (_ head: HTTPRequest, _ body: [UInt8]) async -> Answer

    private let path: String
    private let logger: Logger
    private let handler: Handler
    private var running: Task<Void, Never>?

    init(path: String, logger: Logger, handler: @escaping Handler) {
        self.path = path
        self.logger = logger
        self.handler = handler
    }

    /// Returns when the server listens; throws when it could not.
    func start() async throws {
        try? FileManager.default.removeItem(atPath: path)
        let handler = handler
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let answer = await handler(request.head, Array(body.readableBytesView))
            var headers = HTTPFields()
            for (name, value) in answer.headers {
                if let name = HTTPField.Name(name) { headers[name] = value }
            }
            return Response(
                status: HTTPResponse.Status(code: answer.status),
                headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
            )
        }
        var quiet = logger
        // Stopping cuts connections, which the server would log as errors.
        quiet.logLevel = .critical
        let (listening, continuation) = AsyncStream.makeStream(of: Bool.self)
        let server = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in
                continuation.yield(true)
            },
            logger: quiet
        )
        let path = path
        let logger = logger
        running = Task {
            do {
                try await server.run()
            } catch is CancellationError {
                // The ordinary end.
            } catch {
                logger.error("server", metadata: ["socket": "\(path)", "error": "\(error)"])
            }
            continuation.finish()
        }
        for await _ in listening { return }
        throw StateError(action: "listening on \(path)", code: 0)
    }

    func stop() async {
        running?.cancel()
        await running?.value
        try? FileManager.default.removeItem(atPath: path)
    }
}
