import CZstd

/// Decompresses one zstd frame (RFC 8878).
enum Zstandard {
    enum Failure: Error, Hashable, CustomStringConvertible {
        case malformed(String)
        case length(expected: Int, found: Int)

        var description: String {
            switch self {
            case .malformed(let reason): "not decompressible: \(reason)"
            case .length(let expected, let found): "has \(found) octets decompressed, not \(expected)"
            }
        }
    }

    /// Fills `buffer` exactly; never writes beyond it.
    static func decompress(_ octets: [UInt8], into buffer: UnsafeMutableRawBufferPointer) throws(Failure) {
        let count = unsafe octets.withUnsafeBytes { source in
            unsafe ZSTD_decompress(buffer.baseAddress, buffer.count, source.baseAddress, source.count)
        }
        guard ZSTD_isError(count) == 0 else {
            throw .malformed(unsafe String(cString: ZSTD_getErrorName(count)))
        }
        guard count == buffer.count else { throw .length(expected: buffer.count, found: count) }
    }
}
