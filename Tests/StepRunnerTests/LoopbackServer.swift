import Dispatch
import Glibc

@testable import StepRunner

/// Answers each connection on a loopback port with the next of its answers, the last one again and again.
final class LoopbackServer: Sendable {
    let port: Int
    private let listener: Int32

    init(_ answers: [String]) throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                unsafe bind(socket, raw, size) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, raw, &size) == 0
            }
        }
        guard bound else { throw ConnectionError("no loopback port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        listener = socket
        DispatchQueue(label: "loopback").async {
            var left = answers
            while true {
                let peer = accept(socket, nil, nil)
                guard peer >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 65536)
                if answers.first?.isEmpty == false { _ = unsafe recv(peer, &buffer, buffer.count, 0) }
                let answer = Array((left.count > 1 ? left.removeFirst() : left.first ?? "").utf8)
                _ = unsafe send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
                close(peer)
            }
        }
    }

    /// Ends the server; its port refuses connections from here on.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    deinit { stop() }

    var url: String { "http://127.0.0.1:\(port)" }

    static func answer(_ status: String, _ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }
}
