import AgentAPI
import AsyncHTTPClient
import FoundationEssentials
import LinuxKernel
import NIOCore
import NIOHTTP1
import NIOSSL

/// HTTPS to the controller, trusting its CA alone, with the agent's certificate once there is one.
struct ControllerClient: Controller {
    private let client: HTTPClient
    private let url: String

    /// - Parameters:
    ///   - url: without a slash at the end
    ///   - authority: the CA's certificate as PEM
    ///   - credentials: absent until the agent has enrolled
    init(url: String, authority: String, credentials: Credentials?) throws {
        self.url = url
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        tls.certificateVerification = .fullVerification
        if let credentials {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(credentials.certificate.utf8))
                .map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(credentials.key.utf8), format: .pem))
        }
        client = Self.httpClient(tls: tls)
    }

    /// Requests must be finished before.
    func shutdown() async {
        try? await client.shutdown()
    }

    func call<Request, Answer>(_ endpoint: Endpoint<Request, Answer>, _ request: Request) async throws -> Answer {
        var http = HTTPClientRequest(url: url + endpoint.path)
        http.method = .POST
        http.headers.add(name: "content-type", value: "application/json")
        http.body = .bytes(Array(try JSONEncoder().encode(request)))
        let octets = try await execute(http, path: endpoint.path, timeout: .seconds(60), limit: 64 << 20)
        return try JSONDecoder().decode(Answer.self, from: Data(octets))
    }

    func fetch(_ path: String) async throws -> [UInt8] {
        try await execute(HTTPClientRequest(url: url + path), path: path, timeout: .seconds(120), limit: 256 << 20)
    }

    private func execute(
        _ request: HTTPClientRequest,
        path: String,
        timeout: TimeAmount,
        limit: Int
    ) async throws -> [UInt8] {
        let response = try await client.execute(request, timeout: timeout)
        let body: ByteBuffer
        do {
            body = try await response.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ControllerRefusal(path: path, status: response.status.code, text: "more than \(limit) octets")
        }
        let octets = Array(body.readableBytesView)
        guard (200..<300).contains(response.status.code) else {
            let text = String(decoding: octets.prefix(300), as: UTF8.self)
            throw ControllerRefusal(path: path, status: response.status.code, text: text)
        }
        return octets
    }

    /// What the boot server says over plain HTTP, and its clock.
    static func plainFetch(_ url: String) async throws -> (octets: [UInt8], date: String?) {
        let client = httpClient(tls: nil)
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
            let body = try await response.body.collect(upTo: 1 << 20)
            try? await client.shutdown()
            let octets = Array(body.readableBytesView)
            guard response.status == .ok else {
                throw ControllerRefusal(path: url, status: response.status.code, text: "")
            }
            return (octets, response.headers.first(name: "date"))
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// Octets a second of the body of `url`, over plain HTTP, from its first to its last or as far as the time goes.
    static func speed(of url: String, seconds: Double) async throws -> Double {
        let client = httpClient(tls: nil)
        let result: Result<Double, any Error>
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
            let began = MonotonicClock.now
            var (octets, passed) = (0, 0.0)
            for try await part in response.body {
                octets += part.readableBytes
                passed = MonotonicClock.now - began
                if passed > seconds { break }
            }
            result = .success(response.status == .ok && passed > 0 ? Double(octets) / passed : 0)
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    private static func httpClient(tls: TLSConfiguration?) -> HTTPClient {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .seconds(60))
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
