public import FoundationEssentials

/// What an image consists of: its size and, in order, the name of each of its chunks.
public struct ImageManifest: Hashable, Sendable {
    /// One chunk's place in the image.
    public enum Entry: Hashable, Sendable {
        case chunk(ChunkID)
        /// Nothing but zeroes; stored nowhere.
        case hole
    }

    public static let currentVersion = 1
    /// 1 MiB.
    public static let defaultChunkSize = 1 << 20

    public let version: Int
    /// Letters, digits, `.`, `_` and `-`, at most 128, beginning with a letter or digit.
    public let name: String
    /// Octets of the image as it lies on a disk.
    public let size: UInt64
    /// Octets of every chunk but the last, which may be shorter.
    public let chunkSize: Int
    public let chunks: [Entry]
    /// In whole seconds.
    public let createdAt: Date

    /// Refuses what `validate` of a read manifest would refuse.
    public init(
        name: String,
        size: UInt64,
        chunkSize: Int = defaultChunkSize,
        chunks: [Entry],
        createdAt: Date
    ) throws(ImageFormatError) {
        version = Self.currentVersion
        self.name = name
        self.size = size
        self.chunkSize = chunkSize
        self.chunks = chunks
        let second = min(max(0, createdAt.timeIntervalSince1970), TimeInterval(Self.latestSecond))
        self.createdAt = Date(timeIntervalSince1970: second.rounded(.down))
        try validate()
    }

    /// Where chunk `index` begins in the image, in octets.
    public func offset(ofChunk index: Int) -> UInt64 {
        UInt64(index) * UInt64(chunkSize)
    }

    /// How many octets chunk `index` has before compression.
    public func length(ofChunk index: Int) -> Int {
        Int(min(UInt64(chunkSize), size - offset(ofChunk: index)))
    }

    /// The chunks that the image needs, each once.
    public var distinctChunks: Set<ChunkID> {
        Set(chunks.compactMap { if case .chunk(let id) = $0 { id } else { nil } })
    }
}

// MARK: - What can be right

extension ImageManifest {
    /// 64 TiB: larger is a mistake or an attack.
    static let largestSize: UInt64 = 1 << 46
    static let chunkSizes = 4096...(16 << 20)
    static let mostChunks = 1 << 24
    /// The end of the year 9999, in seconds since 1970.
    static let latestSecond: Int64 = 253_402_300_799

    public static func isValid(name: String) -> Bool {
        let octets = Array(name.utf8)
        guard let first = octets.first, octets.count <= 128, isLetterOrDigit(first) else { return false }
        return octets.allSatisfy { isLetterOrDigit($0) || [UInt8(ascii: "."), 0x5F, 0x2D].contains($0) }
    }

    private static func isLetterOrDigit(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    func validate() throws(ImageFormatError) {
        guard version == Self.currentVersion else {
            throw .manifest("version \(version), understood is \(Self.currentVersion)")
        }
        guard Self.isValid(name: name) else { throw .manifest("the name \(name.debugDescription) is not allowed") }
        guard Self.chunkSizes.contains(chunkSize), chunkSize.nonzeroBitCount == 1 else {
            throw .manifest("chunks of \(chunkSize) octets; allowed is a power of two in \(Self.chunkSizes)")
        }
        guard size > 0, size <= Self.largestSize else {
            throw .manifest("an image of \(size) octets; allowed is 1 to \(Self.largestSize)")
        }
        let needed = (size - 1) / UInt64(chunkSize) + 1
        guard needed <= UInt64(Self.mostChunks), UInt64(chunks.count) == needed else {
            throw .manifest("\(chunks.count) chunks for \(size) octets, which are \(needed) chunks of \(chunkSize)")
        }
    }
}

// MARK: - Its octets

extension ImageManifest {
    /// The manifest's octets: JSON with sorted keys and no spaces. Equal manifests have equal octets.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(self))
    }

    /// Reads a manifest and refuses one that cannot be right.
    public init(decoding octets: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(octets))
        } catch let error as ImageFormatError {
            throw error
        } catch {
            throw ImageFormatError.manifest("not readable: \(error)")
        }
    }

    public func digest() throws -> ImageDigest {
        try ImageDigest(ofManifest: encoded())
    }
}

extension ImageManifest: Codable {
    private enum Key: String, CodingKey {
        case version, name, size, chunkSize, chunks, createdAt
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        version = try container.decode(Int.self, forKey: .version)
        name = try container.decode(String.self, forKey: .name)
        size = try container.decode(UInt64.self, forKey: .size)
        chunkSize = try container.decode(Int.self, forKey: .chunkSize)
        chunks = try container.decode([Entry].self, forKey: .chunks)
        let seconds = try container.decode(Int64.self, forKey: .createdAt)
        guard (0...Self.latestSecond).contains(seconds) else {
            throw ImageFormatError.manifest("made at second \(seconds) of 1970")
        }
        createdAt = Date(timeIntervalSince1970: TimeInterval(seconds))
        try validate()
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(name, forKey: .name)
        try container.encode(size, forKey: .size)
        try container.encode(chunkSize, forKey: .chunkSize)
        try container.encode(chunks, forKey: .chunks)
        try container.encode(Int64(createdAt.timeIntervalSince1970), forKey: .createdAt)
    }
}

/// The chunk's name, or null for a hole.
extension ImageManifest.Entry: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .hole : .chunk(try container.decode(ChunkID.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .chunk(let id): try container.encode(id)
        case .hole: try container.encodeNil()
        }
    }
}
