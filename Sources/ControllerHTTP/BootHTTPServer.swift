import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves boot files by plain HTTP until it is cancelled.
struct BootHTTPServer: Sendable {
    var host: String
    var port: Int
    var routes: BootHTTPHandler.Routes
    var fetched: BootHTTPHandler.Fetched
    var log: Logger

    /// A connection on which nothing moves for so long is given up.
    private static let idle: TimeAmount = .seconds(120)

    /// - Parameter ready: called with the port once the socket is open.
    /// - Throws: what the system says when the port cannot be had.
    func run(ready: @Sendable (Int) -> Void = { _ in }) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // A rack's machines may all come within a second.
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [routes, fetched] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: Self.idle))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                    try pipeline.addHandler(BootHTTPHandler(routes: routes, fetched: fetched))
                }
            }
            .bind(host: host, port: port).get()
        log.info("boot files are served on port \(channel.localAddress?.port ?? port)")
        ready(channel.localAddress?.port ?? port)
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}
