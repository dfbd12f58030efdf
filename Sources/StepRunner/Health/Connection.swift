import Glibc

/// A TCP connection with a deadline for all that is done on it. Blocks its thread.
final class Connection {
    private let descriptor: Int32
    private let clock: any StepClock
    private let deadline: Double

    /// Connects to the first address of the host that answers.
    init(host: String, port: Int, timeout: Double, clock: any StepClock) throws(ConnectionError) {
        self.clock = clock
        deadline = clock.now() + timeout
        guard (1...65535).contains(port) else { throw ConnectionError("\(port) is not a port") }
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else {
            throw ConnectionError("no address for \(host): \(unsafe String(cString: gai_strerror(code)))")
        }
        defer { unsafe freeaddrinfo(list) }
        var reason = "no address"
        var next = unsafe list
        while let address = unsafe next {
            unsafe next = address.pointee.ai_next
            let socket = unsafe socket(
                address.pointee.ai_family,
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
                0
            )
            guard socket >= 0 else { continue }
            let code = unsafe Self.connect(socket, address, deadline - clock.now())
            if code == 0 {
                descriptor = socket
                return
            }
            close(socket)
            reason = errorText(code)
        }
        throw ConnectionError("connecting to \(place): \(reason)")
    }

    deinit { close(descriptor) }

    private static func connect(_ socket: Int32, _ address: UnsafeMutablePointer<addrinfo>, _ seconds: Double) -> Int32
    {
        guard unsafe Glibc.connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) != 0 else { return 0 }
        guard errno == EINPROGRESS else { return errno }
        guard wait(socket, POLLOUT, seconds) else { return ETIMEDOUT }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
        return code
    }

    private static func wait(_ socket: Int32, _ events: Int32, _ seconds: Double) -> Bool {
        guard seconds > 0 else { return false }
        var polled = pollfd(fd: socket, events: Int16(events), revents: 0)
        return unsafe poll(&polled, 1, Int32(min(seconds * 1000, 3_600_000).rounded(.up))) > 0
    }

    func send(_ octets: [UInt8]) throws(ConnectionError) {
        var sent = 0
        while sent < octets.count {
            guard Self.wait(descriptor, POLLOUT, deadline - clock.now()) else {
                throw ConnectionError("sending: no answer in time")
            }
            let rest = Array(octets[sent...])
            let count = unsafe Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw ConnectionError("sending: \(errorText(errno))") }
            sent += count
        }
    }

    /// What has arrived, at least one octet; empty at the end.
    func receive() throws(ConnectionError) -> ArraySlice<UInt8> {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            guard Self.wait(descriptor, POLLIN, deadline - clock.now()) else {
                throw ConnectionError("no answer in time")
            }
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count >= 0 else { throw ConnectionError("receiving: \(errorText(errno))") }
            return buffer[..<count]
        }
    }
}

/// What went wrong with a connection, in words.
struct ConnectionError: Error, Hashable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
