import Glibc

/// A pipe whose agent-side ends never block; both ends close with it.
final class Pipe {
    private(set) var reader: Int32
    private(set) var writer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw CommandError(program: "pipe", reason: errorText(errno))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        closeReader()
        closeWriter()
    }

    func closeReader() {
        if reader >= 0 { close(reader) }
        reader = -1
    }

    func closeWriter() {
        if writer >= 0 { close(writer) }
        writer = -1
    }

    /// Reads what is there; false at the end.
    func read(into output: inout BoundedOutput) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        for _ in 0..<64 {
            let count = unsafe Glibc.read(reader, &buffer, buffer.count)
            if count == 0 { return false }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            output.append(buffer[..<count])
        }
        return true
    }

    /// Writes what fits; nil when nobody reads any more.
    func write(_ octets: ArraySlice<UInt8>) -> Int? {
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
        let part = Array(octets.prefix(65536))
        let count = unsafe Glibc.write(writer, part, part.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? 0 : nil }
        return count
    }
}
