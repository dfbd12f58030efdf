import Curl
import Foundation
import Glibc
import TestSupport

/// OpenSSL's own server with a certificate made for the test.
final class TLSServer {
    static let program = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// A certificate for 127.0.0.1, good for two days, in a folder of its own.
    struct Certificate {
        let path: String
        let key: String
        /// SHA-256 in hexadecimal digits, as `openssl x509 -fingerprint` says it.
        let fingerprint: String
        private let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.path + "/certificate.pem"
            key = folder.path + "/key.pem"
            _ = try TLSServer.run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                "-out", path,
                "-days", "2", "-subj", "/CN=bmc", "-addext", "subjectAltName=IP:127.0.0.1",
            ])
            let text = try TLSServer.run(["x509", "-in", path, "-noout", "-fingerprint", "-sha256"])
            fingerprint = text.split(separator: "=").last.map { $0.filter(\.isHexDigit).lowercased() } ?? ""
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    let port: Int
    let certificate: String
    /// SHA-256 in hexadecimal digits, as `openssl x509 -fingerprint` says it.
    let fingerprint: String
    private let made: Certificate
    private let server: RunningProgram

    init() throws {
        made = try Certificate()
        certificate = made.path
        fingerprint = made.fingerprint
        port = try freePort(Int32(SOCK_STREAM.rawValue))
        server = try RunningProgram([
            "/usr/bin/timeout", "-s", "KILL", "60", Self.program, "s_server", "-accept", "127.0.0.1:\(port)", "-cert",
            certificate, "-key", made.key, "-www",
        ])
    }

    func end() {
        server.end()
        made.remove()
    }

    /// Tries until the server has come up.
    func whenUp<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        for _ in 0..<200 {
            do {
                return try await body()
            } catch let error as CurlError where error.reason == .unreachable {
                try await Task.sleep(for: .milliseconds(25))
            }
        }
        return try await body()
    }

    fileprivate static func run(_ arguments: [String]) throws -> String {
        try Program.run([program] + arguments, errors: .dropped).output
    }
}
