import Foundation
import Glibc

/// A machine's serial port behind TCP: greets, and says again in capitals what it is told.
final class SerialMachine: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        (listener, port) = try boundSocket(Int32(SOCK_STREAM.rawValue))
        guard listen(listener, 4) == 0 else { throw POSIXError(.EADDRINUSE) }
        let listener = listener
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { Self.talk(connection) }
            }
        }
    }

    private static func talk(_ connection: Int32) {
        defer { close(connection) }
        write(connection, Array("ready\r\n".utf8))
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            write(connection, buffer[..<count].map { (97...122).contains($0) ? $0 - 32 : $0 })
        }
    }

    private static func write(_ connection: Int32, _ octets: [UInt8]) {
        let flags = Int32(MSG_NOSIGNAL)
        _ = unsafe octets.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, flags) }
    }

    func end() {
        // Wakes the thread that waits there.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
