import Curl
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CurlTests {
    private func server() throws -> HTTPServer {
        try HTTPServer { request in
            switch request.path {
            case "/long": .init(body: String(repeating: "x", count: 300_000))
            case "/moved": .init(status: 302, headers: ["Location": "/long"])
            case "/error": .init(status: 404, body: "nothing here")
            default:
                .init(headers: ["X-Thing": " a value "], body: "\(request.method) \(request.body.count)")
            }
        }
    }

    @Test func methodsHeadersAndBodiesGoOverAndConnectionsAreKept() async throws {
        let server = try server()
        defer { server.end() }
        let client = CurlClient()
        let url = "http://127.0.0.1:\(server.port)"
        for (method, body) in [("GET", nil), ("POST", [1, 2, 3]), ("PATCH", []), ("DELETE", nil)]
            as [(String, [UInt8]?)]
        {
            let response = try await client.perform(
                CurlRequest(
                    method: method,
                    url: url + "/a",
                    headers: [(name: "X-Mine", value: "yes")],
                    body: body,
                    authentication: .basic(username: "me", password: "a:b")
                )
            )
            #expect(response.status == 200)
            #expect(String(decoding: response.body, as: UTF8.self) == "\(method) \(body?.count ?? 0)")
            #expect(response.headers["x-thing"] == "a value")
        }
        let request = try #require(server.requests.last)
        #expect(request.headers["x-mine"] == "yes")
        #expect(request.headers["authorization"] == "Basic bWU6YTpi")
        let bearer = try await client.perform(CurlRequest(url: url + "/a", authentication: .bearer("token")))
        #expect(bearer.isSuccess)
        #expect(server.requests.last?.headers["authorization"] == "Bearer token")
    }

    @Test func aBodyIsHandedOverInPiecesAndALongOneRefused() async throws {
        let server = try server()
        defer { server.end() }
        let client = CurlClient()
        let url = "http://127.0.0.1:\(server.port)"
        let pieces = Counter()
        let response = try await client.download(CurlRequest(url: url + "/moved", followsRedirects: true)) { octets in
            pieces.add(octets.count)
        }
        #expect(response.status == 200)
        #expect(pieces.total == 300_000)
        let missing = try await client.download(CurlRequest(url: url + "/error")) { _ in
            Issue.record("an error is no body")
        }
        #expect(String(decoding: missing.body, as: UTF8.self) == "nothing here")
        let error = await #expect(throws: CurlError.self) {
            _ = try await client.perform(CurlRequest(url: url + "/long", maximumBodyLength: 1000))
        }
        #expect(error?.reason == .tooLong)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var total: Int { count.withLock { $0 } }
        func add(_ number: Int) { count.withLock { $0 += number } }
    }

    @Test func aFileIsSentWithItsProgress() async throws {
        let server = try server()
        defer { server.end() }
        let file = FileManager.default.temporaryDirectory.appending(path: "upload-\(UUID().uuidString)")
        try Data(repeating: 7, count: 2_000_000).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let most = Counter()
        let response = try await CurlClient().upload(
            file: file.path,
            CurlRequest(method: "PUT", url: "http://127.0.0.1:\(server.port)/up")
        ) { sent, total in
            #expect(total == 2_000_000)
            most.add(max(0, Int(sent) - most.total))
        }
        #expect(String(decoding: response.body, as: UTF8.self) == "PUT 2000000")
        #expect(most.total == 2_000_000)
    }

    @Test func whatFailsIsNamedWithoutSecrets() async throws {
        let server = try server()
        server.end()
        let error = await #expect(throws: CurlError.self) {
            _ = try await CurlClient().perform(
                CurlRequest(
                    url: "http://127.0.0.1:\(server.port)/a?token=hush",
                    authentication: .basic(username: "me", password: "hush")
                )
            )
        }
        #expect(error?.reason == .unreachable)
        #expect(!"\(error as Any)".contains("hush"))
        let named = await #expect(throws: CurlError.self) {
            _ = try await CurlClient().perform(CurlRequest(url: "https://me:hush@127.0.0.1/"))
        }
        #expect(named?.reason == .invalidRequest)
        #expect(!"\(named as Any)".contains("hush"))
    }

    @Test func aCancelledExchangeEnds() async throws {
        let server = try HTTPServer { _ in
            Foundation.Thread.sleep(forTimeInterval: 30)
            return .init()
        }
        defer { server.end() }
        let task = Task {
            try await CurlClient().perform(CurlRequest(url: "http://127.0.0.1:\(server.port)/"))
        }
        task.cancel()
        let result = await task.result
        let error = #expect(throws: CurlError.self) { _ = try result.get() }
        #expect(error?.reason == .cancelled)
    }

    /// A server that is being started again says nothing about its certificate: whoever waits for it goes on waiting.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/socat")))
    func aHandshakeThatBreaksOffIsNoVerdictOnTheCertificate() async throws {
        let port = try freePort(Int32(SOCK_STREAM.rawValue))
        let address = "TCP-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork"
        let server = try RunningProgram([
            "/usr/bin/timeout", "-s", "KILL", "60", "/usr/bin/socat", address, "EXEC:/bin/true",
        ])
        defer { server.end() }
        var reason: CurlError.Reason?
        for _ in 0..<200 {
            do {
                _ = try await CurlClient().perform(CurlRequest(url: "https://127.0.0.1:\(port)/"))
            } catch {
                reason = error.reason
                if error.reason != .unreachable { break }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        guard case .other = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
    }

    @Test(.enabled(if: TLSServer.isInstalled))
    func aCertificateIsSeenPinnedAndMissed() async throws {
        let server = try TLSServer()
        defer { server.end() }
        let client = CurlClient()
        let url = "https://127.0.0.1:\(server.port)/"
        func request(_ tls: CurlTLS) -> CurlRequest { CurlRequest(url: url, tls: tls) }

        let first = try await server.whenUp { try await client.perform(request(.insecureFirstUse)) }
        #expect(first.status == 200)
        let seen = try #require(first.certificateSHA256)
        #expect(seen == server.fingerprint)
        let pinned = try #require(CurlTLS.pinnedSHA256(seen))
        #expect(try await client.perform(request(pinned)).certificateSHA256 == seen)

        let other = try #require(CurlTLS.pinnedSHA256(String(repeating: "ab", count: 32)))
        let missed = await #expect(throws: CurlError.self) { _ = try await client.perform(request(other)) }
        #expect(missed?.reason == .otherCertificate(seen: seen))

        let system = await #expect(throws: CurlError.self) { _ = try await client.perform(request(.system)) }
        #expect(system?.reason == .tls)
        #expect(try await client.perform(request(.caFile(server.certificate))).status == 200)
        #expect(CurlTLS.pinnedSHA256("12:34") == nil)
    }
}
