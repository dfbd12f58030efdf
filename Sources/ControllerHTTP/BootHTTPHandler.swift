import Glibc
import NIOCore
import NIOHTTP1

/// Answers the requests of one connection; files go from the page cache to the socket by `sendfile`.
final class BootHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    typealias Routes = @Sendable (BootHTTPRequest) async -> BootHTTPAnswer
    /// A file went out: its name, who fetched it, octets.
    typealias Fetched = @Sendable (String, String, Int) async -> Void

    private let routes: Routes
    private let fetched: Fetched

    init(routes: @escaping Routes, fetched: @escaping Fetched) {
        self.routes = routes
        self.fetched = fetched
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What a request carries besides its head means nothing here.
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let request = Self.request(head, address: context.remoteAddress?.ipAddress)
        let (routes, loop) = (routes, context.eventLoop)
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        Task {
            let answer = await routes(request)
            loop.execute {
                let (handler, context) = bound.value
                handler.respond(answer, to: request, keepsAlive: head.isKeepAlive, context)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private static func request(_ head: HTTPRequestHead, address: String?) -> BootHTTPRequest {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = BootHTTPRequest(method: head.method, path: parts.first.map(String.init) ?? "/")
        if parts.count == 2 { request.query = PercentEncoding.form(Array(parts[1].utf8)) }
        request.path = PercentEncoding.decoded(request.path) ?? "/"
        // An IPv4 peer of a socket that hears both families.
        request.address = address.map { $0.hasPrefix("::ffff:") ? String($0.dropFirst(7)) : $0 }
        request.range = head.headers.first(name: "range")
        request.ifNoneMatch = head.headers.first(name: "if-none-match")
        request.ifRange = head.headers.first(name: "if-range")
        return request
    }

    private func respond(
        _ answer: BootHTTPAnswer,
        to request: BootHTTPRequest,
        keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
        switch answer {
        case .text(let text, let type):
            let headers: HTTPHeaders = ["content-type": type, "cache-control": "no-store"]
            send(.ok, headers, Array(text.utf8), request, keepsAlive, context)
        case .problem(let status, let reason):
            send(status, ["content-type": "text/plain"], Array("\(reason)\n".utf8), request, keepsAlive, context)
        case .file(let file):
            send(file, request, keepsAlive, context)
        case .medium(let medium):
            send(medium, request, keepsAlive, context)
        }
    }

    func send(
        _ status: HTTPResponseStatus,
        _ headers: HTTPHeaders,
        _ octets: [UInt8],
        _ request: BootHTTPRequest,
        _ keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        if !(request.method == .HEAD && octets.isEmpty) {
            headers.replaceOrAdd(name: "content-length", value: "\(octets.count)")
        }
        begin(status, headers, keepsAlive, context)
        if request.method != .HEAD, !octets.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: octets)))), promise: nil)
        }
        end(keepsAlive, context)
    }

    private func send(
        _ file: BootHTTPFile,
        _ request: BootHTTPRequest,
        _ keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        let descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno != ENOENT {
            let octets = Array("the boot file cannot be opened now: \(unsafe String(cString: strerror(errno)))\n".utf8)
            return send(.serviceUnavailable, ["content-type": "text/plain"], octets, request, keepsAlive, context)
        }
        var status = stat()
        guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            let octets = Array("there is no boot file of this name\n".utf8)
            return send(.notFound, ["content-type": "text/plain"], octets, request, keepsAlive, context)
        }
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
        let size = Int(status.st_size)
        let tag = "\"\(size)-\(status.st_mtim.tv_sec)-\(status.st_mtim.tv_nsec)\""
        let range = RangeAnswer(to: request, size: size, tag: tag, type: file.type, isFresh: file.isFresh)
        let part = range.part
        begin(range.status, range.headers, keepsAlive, context)
        if request.method != .HEAD {
            for piece in file.pieces(part) {
                let data: IOData =
                    switch piece {
                    case .octets(let octets): .byteBuffer(ByteBuffer(bytes: octets))
                    case .disk(let stretch):
                        .fileRegion(
                            FileRegion(
                                fileHandle: handle,
                                readerIndex: stretch.lowerBound,
                                endIndex: stretch.upperBound
                            )
                        )
                    }
                context.write(wrapOutboundOut(.body(data)), promise: nil)
            }
        }
        let done = end(keepsAlive, context)
        let (fetched, name, address, count) = (fetched, file.name, request.address ?? "unknown", part.count)
        let tells = request.method != .HEAD && count > 0
        let open = NIOLoopBound(handle, eventLoop: context.eventLoop)
        done.whenComplete { result in
            try? open.value.close()
            if tells, case .success = result { Task { await fetched(name, address, count) } }
        }
    }

    func begin(
        _ status: HTTPResponseStatus,
        _ headers: HTTPHeaders,
        _ keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        if !keepsAlive { headers.replaceOrAdd(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    @discardableResult
    func end(_ keepsAlive: Bool, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !keepsAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            done.whenComplete { _ in bound.value.close(promise: nil) }
        }
        return done
    }
}
