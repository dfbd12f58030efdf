public import ImageFormat

/// Why an image could not be written.
public enum ImageWriteError: Error, Hashable, Sendable {
    /// Found out before the first write. In octets.
    case diskTooSmall(image: String, needs: UInt64, device: String, has: UInt64)
    /// A chunk that did not come, or not as the manifest has it, however often it was asked for.
    case chunk(image: String, index: Int, offset: UInt64, expected: ChunkID, attempts: Int, problem: ChunkProblem)

    /// What was wrong with a chunk at the last attempt.
    public enum ChunkProblem: Hashable, Sendable {
        case notFetched(String)
        case notDecompressible(String)
        case hash(found: ChunkID)
    }
}

extension ImageWriteError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .diskTooSmall(let image, let needs, let device, let has):
            "image \(image) needs \(needs) octets, \(device) has \(has)"
        case .chunk(let image, let index, let offset, let expected, let attempts, let problem):
            "image \(image), chunk \(index) at \(offset): expected \(expected), \(problem) (\(attempts) attempts)"
        }
    }
}

extension ImageWriteError.ChunkProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFetched(let reason): "not fetched: \(reason)"
        case .notDecompressible(let reason): reason
        case .hash(let found): "found \(found)"
        }
    }
}
