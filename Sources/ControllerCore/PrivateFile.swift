public import FoundationEssentials
import Glibc

/// Files that hold keys: written whole or not at all, with their permissions from the first octet on.
public enum PrivateFile {
    public static func write(_ data: Data, to path: String, mode: UInt32) throws {
        let temporary = path + ".new"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Problem(path: path, code: errno) }
        defer { close(descriptor) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Problem(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
            throw Problem(path: path, code: errno)
        }
    }

    /// Adds to the end of a file, which is made with mode 0600 where there is none.
    static func append(_ octets: [UInt8], to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Problem(path: path, code: errno) }
        defer { close(descriptor) }
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Problem(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// What the file holds; made by `make` and written with mode 0600 when it is not there.
    public static func read(_ path: String, orMake make: () -> Data) throws -> Data {
        if FileManager.default.fileExists(atPath: path) {
            return try Data(contentsOf: URL(filePath: path))
        }
        let data = make()
        try write(data, to: path, mode: 0o600)
        return data
    }

    struct Problem: Error, CustomStringConvertible {
        var path: String
        var code: Int32

        var description: String { unsafe "\(path) cannot be written: \(String(cString: strerror(code)))" }
    }
}
