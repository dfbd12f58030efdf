import CZstd
import Glibc

/// One zstd frame (RFC 8878) a chunk.
enum Zstandard {
    static let level: Int32 = 3

    static func compress(_ octets: [UInt8]) throws -> [UInt8] {
        let bound = ZSTD_compressBound(octets.count)
        return unsafe try [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let written = unsafe octets.withUnsafeBytes { source in
                unsafe ZSTD_compress(buffer.baseAddress, bound, source.baseAddress, source.count, level)
            }
            guard ZSTD_isError(written) == 0 else {
                throw Failure(reason: unsafe String(cString: ZSTD_getErrorName(written)))
            }
            count = written
        }
    }

    /// The octets of a frame, which are `limit` at most.
    static func decompress(_ octets: [UInt8], limit: Int) throws -> [UInt8] {
        unsafe try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let written = unsafe octets.withUnsafeBytes { source in
                unsafe ZSTD_decompress(buffer.baseAddress, limit, source.baseAddress, source.count)
            }
            guard ZSTD_isError(written) == 0 else {
                throw Failure(reason: unsafe String(cString: ZSTD_getErrorName(written)))
            }
            count = written
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var reason: String
        var description: String { "zstd: \(reason)" }
    }
}

extension [UInt8] {
    /// Whether there is nothing but zeroes; as fast as memory can be read.
    var isAllZero: Bool {
        unsafe withUnsafeBytes { octets in
            guard let base = octets.baseAddress, unsafe octets[0] == 0 else { return unsafe octets.isEmpty }
            return unsafe memcmp(base, base + 1, octets.count - 1) == 0
        }
    }
}
