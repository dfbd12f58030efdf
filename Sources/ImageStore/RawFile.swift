import Glibc

/// A raw image, read piece by piece; the holes that the file system knows of are not read at all.
final class RawFile: Sendable {
    let path: String
    let size: UInt64
    private let descriptor: Int32

    /// lseek(2)'s number, which is not among what Swift sees of Glibc.
    private static let seekData: Int32 = 3

    init(path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DurableFile.failure(path, "open") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ImageStoreError.refused(file: path, reason: "not a plain file")
        }
        size = UInt64(clamping: status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// The `count` octets from `offset` on, or nil where they are one hole.
    func piece(_ count: Int, at offset: UInt64) throws -> [UInt8]? {
        let data = lseek(descriptor, off_t(clamping: offset), Self.seekData)
        if data < 0 && errno == ENXIO { return nil }
        if data >= 0 && UInt64(data) >= offset + UInt64(count) { return nil }
        var octets = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let part = unsafe octets.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    count - done,
                    off_t(clamping: offset + UInt64(done))
                )
            }
            if part < 0 && errno == EINTR { continue }
            guard part >= 0 else { throw DurableFile.failure(path, "pread") }
            guard part > 0 else {
                throw ImageStoreError.refused(
                    file: path,
                    reason: "ends at \(offset + UInt64(done)); it had \(size) octets when it was opened"
                )
            }
            done += part
        }
        return octets
    }
}
