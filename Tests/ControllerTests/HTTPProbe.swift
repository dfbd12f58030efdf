import Foundation
import Glibc
import Logging
import Synchronization

/// A plain HTTP client that sees every octet of an answer.
struct HTTPProbe: Sendable {
    let port: Int

    struct Answer: Sendable {
        var status: Int
        var headers: [String]
        var body: [UInt8]

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name + ":") }.map {
                String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces)
            }
        }
    }

    struct Broken: Error {}

    func get(_ path: String, _ headers: [String] = [], method: String = "GET") async throws -> Answer {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: boot", "Connection: close"] + headers
        let octets = try await exchange(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        guard let end = octets.firstRange(of: Array("\r\n\r\n".utf8)) else { throw Broken() }
        let head = String(decoding: octets[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = head.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Broken()
        }
        return Answer(status: status, headers: Array(head.dropFirst()), body: Array(octets[end.upperBound...]))
    }

    /// Sends text and reads until the server closes; on a thread of its own, since it blocks.
    func exchange(_ text: String) async throws -> [UInt8] {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.talk(text, port: port) })
            }
        }
    }

    private static func talk(_ text: String, port: Int) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Broken() }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // `struct sockaddr_in`: family, port, 127.0.0.1.
        var address: [UInt8] = [UInt8(AF_INET), 0, UInt8(port >> 8), UInt8(port & 0xFF), 127, 0, 0, 1]
        address += [UInt8](repeating: 0, count: 8)
        let connected = unsafe address.withUnsafeMutableBytes { buffer in
            unsafe buffer.withMemoryRebound(to: sockaddr.self) { unsafe connect(descriptor, $0.baseAddress, 16) }
        }
        guard connected == 0 else { throw Broken() }
        let request = Array(text.utf8)
        guard unsafe send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Broken()
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return answer }
            answer += buffer[..<count]
        }
    }
}

/// What a server said that it sent.
final class Fetches: Sendable {
    private let seen = Mutex<Set<String>>([])

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func add(_ text: String) {
        seen.withLock { _ = $0.insert(text) }
    }

    /// Waits a little: the word follows the last octet.
    func has(_ text: String) async -> Bool {
        for _ in 0..<200 {
            if seen.withLock({ $0.contains(text) }) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
