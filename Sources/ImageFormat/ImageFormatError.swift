/// Why some octets are not the manifest, partition table or file system they were read as.
public enum ImageFormatError: Error, Hashable, Sendable {
    /// A manifest that cannot be right; the text says what was found and what is allowed.
    case manifest(String)
    /// A signature that does not fit the manifest and the keys that are trusted.
    case signature(String)
    /// A partition table that cannot be read, or cannot be changed as asked.
    case partitionTable(String)
    /// A file system that cannot be read.
    case fileSystem(String)
}

extension ImageFormatError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .manifest(let reason): "image manifest: \(reason)"
        case .signature(let reason): "image signature: \(reason)"
        case .partitionTable(let reason): "partition table: \(reason)"
        case .fileSystem(let reason): "file system: \(reason)"
        }
    }
}
