import Crypto

/// What a chunk is called: the SHA-256 of its octets before compression.
public struct ChunkID: Hashable, Sendable {
    /// 32 octets.
    public let octets: [UInt8]

    /// Nil unless there are 32 octets.
    public init?(octets: [UInt8]) {
        guard octets.count == SHA256.byteCount else { return nil }
        self.octets = octets
    }

    /// Nil unless `text` is 64 lower-case hexadecimal digits, so that a name from outside is safe as a file name.
    public init?(_ text: some StringProtocol) {
        guard let octets = Hex.octets(text) else { return nil }
        self.init(octets: octets)
    }

    /// The name of a chunk with this content.
    public init(hashing content: some Sequence<UInt8>) {
        octets = Array(SHA256.hash(data: Array(content)))
    }

    /// The name of a chunk with this content, read in place.
    public init(hashing content: UnsafeRawBufferPointer) {
        var hash = SHA256()
        unsafe hash.update(bufferPointer: content)
        octets = Array(hash.finalize())
    }
}

extension ChunkID: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String { Hex.text(octets) }
}

extension ChunkID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ChunkID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 in lower-case hex")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
