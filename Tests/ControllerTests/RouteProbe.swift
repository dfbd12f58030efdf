import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import OperatorAPI
import Synchronization

@testable import ControllerCore
@testable import ControllerHTTP

/// Operators' routes, asked without a socket.
struct RouteProbe {
    /// Of the operator ada.
    let token: String
    private let responder: RouterResponder<ConnectionContext>

    /// - Parameter add: adds what is to be asked beside the operators' routes themselves.
    init(
        _ controller: Controller,
        adding add: (OperatorRoutes, Router<ConnectionContext>) throws -> Void
    ) async throws {
        token = try await controller.createOperatorToken(name: "ada").token
        let router = Router(context: ConnectionContext.self)
        router.add(middleware: ProblemMiddleware())
        let operators = OperatorRoutes(
            controller: controller,
            door: Doorkeeper(controller: controller, sessions: SessionBoard { 0 }),
            log: Self.log
        )
        operators.add(to: router)
        try add(operators, router)
        responder = router.buildResponder()
    }

    private static var log: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    func answer(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String,
        token: String?,
        session: String? = nil
    ) async throws -> (status: Int, body: Data) {
        var head = HTTPRequest(method: method, scheme: "https", authority: "controller", path: path)
        if let token { head.headerFields[.authorization] = "Bearer " + token }
        if let session { head.headerFields[.cookie] = "\(SessionBoard.cookie)=\(session)" }
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Self.log)
        let response = try await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
            context: ConnectionContext(source: source)
        )
        let written = Written()
        try await response.body.write(Writer(written: written))
        return (response.status.code, Data(written.octets.withLock { $0 }))
    }

    private final class Written: Sendable {
        let octets = Mutex<[UInt8]>([])
    }

    private struct Writer: ResponseBodyWriter {
        let written: Written

        func write(_ buffer: ByteBuffer) async throws { written.octets.withLock { $0 += buffer.readableBytesView } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
