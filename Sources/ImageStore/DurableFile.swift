import FoundationEssentials
import Glibc

/// Files that are there whole or not at all, even after a loss of power.
enum DurableFile {
    /// Removes a folder for files that are being made.
    static func clear(_ scratch: String) throws {
        guard FileManager.default.fileExists(atPath: scratch) else { return }
        try FileManager.default.removeItem(atPath: scratch)
    }

    /// Writes under a name of its own in `scratch`, which is on the same file system, and then renames.
    static func replace(_ path: String, with octets: [UInt8], scratch: String) throws {
        let new = scratch + "/" + UUID().uuidString
        let descriptor = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(new, "open") }
        do {
            defer { close(descriptor) }
            var rest = octets[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw failure(new, "write") }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw failure(new, "fsync") }
        } catch {
            _ = unsafe unlink(new)
            throw error
        }
        guard unsafe rename(new, path) == 0 else {
            let error = failure(path, "rename")
            _ = unsafe unlink(new)
            throw error
        }
    }

    /// Makes the names in a folder durable.
    static func synchronize(folder: String) throws {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(folder, "fsync") }
    }

    /// The file's octets; nil if there is none.
    static func read(_ path: String) throws -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, "open")
        }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "read") }
            if count == 0 { return octets }
            octets += buffer[..<count]
        }
    }

    static func failure(_ path: String, _ call: String) -> ImageStoreError {
        let code = errno
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "errno \(code)"
        return .file(path, call: call, reason: reason)
    }
}
