import Foundation
import Glibc
import TestSupport

/// TLS in front of a plain server on loopback, by socat, with a certificate made for the test.
final class TLSFront {
    let port: Int
    /// SHA-256 in hexadecimal digits, as `openssl x509 -fingerprint` says it.
    let fingerprint: String
    private let certificate: TLSServer.Certificate
    private let program: RunningProgram

    init(before plain: Int) throws {
        certificate = try TLSServer.Certificate()
        fingerprint = certificate.fingerprint
        port = try freePort(Int32(SOCK_STREAM.rawValue))
        let listen = "OPENSSL-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork,verify=0"
        program = try RunningProgram([
            "/usr/bin/timeout", "-s", "KILL", "60", "/usr/bin/socat",
            "\(listen),cert=\(certificate.path),key=\(certificate.key)", "TCP:127.0.0.1:\(plain)",
        ])
    }

    func end() {
        program.end()
        certificate.remove()
    }
}
