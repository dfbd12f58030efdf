import Foundation
import Glibc
import Synchronization

/// A small HTTP server on loopback for one test: each request is given to a closure, on a thread of the server's.
final class HTTPServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: [UInt8]
    }
    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
    }

    let port: Int
    private let descriptor: Int32
    private let answer: @Sendable (Request) -> Answer
    private let log = Mutex<[Request]>([])

    var requests: [Request] { log.withLock { $0 } }

    init(answer: @escaping @Sendable (Request) -> Answer) throws {
        (descriptor, port) = try boundSocket(Int32(SOCK_STREAM.rawValue))
        self.answer = answer
        guard listen(descriptor, 16) == 0 else {
            close(descriptor)
            throw POSIXError(.EADDRINUSE)
        }
        Foundation.Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else {
                    close(descriptor)  // Not earlier: its number would go to another socket while we listen.
                    return
                }
                Foundation.Thread.detachNewThread { [self] in serve(connection) }
            }
        }
    }

    func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = Self.read(connection, &buffer) {
            log.withLock { $0.append(request) }
            let answer = answer(request)
            var text = "HTTP/1.1 \(answer.status) Text\r\nContent-Length: \(answer.body.utf8.count)\r\n"
            for (name, value) in answer.headers { text += "\(name): \(value)\r\n" }
            let octets = [UInt8]((text + "\r\n" + answer.body).utf8)
            guard unsafe send(connection, octets, octets.count, Int32(MSG_NOSIGNAL)) == octets.count else { return }
        }
    }

    private static func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end = [UInt8]("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self).split(separator: "\r\n")
                let words = lines.first?.split(separator: " ") ?? []
                guard words.count == 3 else { return nil }
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 {
                        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                    }
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if buffer.count >= range.upperBound + length {
                    let body = [UInt8](buffer[range.upperBound..<range.upperBound + length])
                    buffer.removeFirst(range.upperBound + length)
                    return Request(method: String(words[0]), path: String(words[1]), headers: headers, body: body)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}
