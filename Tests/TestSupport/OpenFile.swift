import CSpawn
import Glibc

/// A file that is open in the tests alone, until this value goes.
final class OpenFile: Sendable {
    let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// - Parameter mode: as of open(2); what it makes may be read by all
    static func at(_ path: String, _ mode: Int32) throws -> OpenFile {
        let descriptor = unsafe open(path, mode | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ProgramError(action: "opening \(path)", code: errno) }
        return OpenFile(descriptor)
    }

    /// In memory, which unlike a pipe never holds up who writes to it.
    static func inMemory(_ octets: [UInt8] = []) throws -> OpenFile {
        let descriptor = cspawn_memory()
        guard descriptor >= 0 else { throw ProgramError(action: "making a file in memory", code: -descriptor) }
        let file = OpenFile(descriptor)
        var start = 0
        while start < octets.count {
            let count = unsafe octets[start...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw ProgramError(action: "filling a file in memory", code: errno) }
            start += count
        }
        lseek(descriptor, 0, SEEK_SET)
        return file
    }

    /// Two ends of one line. Unlike a pipe's, what nobody reads any more sends no signal to who writes it.
    static func line() throws -> (near: OpenFile, far: OpenFile) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ProgramError(action: "making a pair of sockets", code: errno)
        }
        return (OpenFile(ends[0]), OpenFile(ends[1]))
    }

    /// All that is in it, wherever its writer is.
    var octets: [UInt8] {
        var found: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe pread(descriptor, &part, part.count, found.count)
            guard count > 0 else { return found }
            found += part.prefix(count)
        }
    }
}

/// What kept a program from being started.
public struct ProgramError: Error, CustomStringConvertible {
    public var action: String
    /// As errno(3) has it.
    public var code: Int32

    public var description: String {
        "\(action): \(unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")"
    }
}
