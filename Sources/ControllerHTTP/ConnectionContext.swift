import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// What a request's handler knows besides the request: the connection it came on.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The peer's address, without its port.
    var address: String? { channel.remoteAddress?.ipAddress }

    /// The client certificate in DER, which TLS has checked against our CA; nil if the client showed none.
    func peerCertificate() async throws -> [UInt8]? {
        let certificate = try await channel.nioSSL_peerCertificate().get()
        return try certificate?.toDERBytes()
    }
}
