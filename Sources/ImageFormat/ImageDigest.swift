import Crypto

/// What an image is called beyond doubt: the SHA-256 of its manifest's octets.
public struct ImageDigest: Hashable, Sendable {
    /// 32 octets.
    public let octets: [UInt8]

    public init(ofManifest octets: [UInt8]) {
        self.octets = Array(SHA256.hash(data: octets))
    }

    /// Nil unless `text` is 64 lower-case hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let octets = Hex.octets(text), octets.count == SHA256.byteCount else { return nil }
        self.octets = octets
    }
}

extension ImageDigest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String { Hex.text(octets) }
}

extension ImageDigest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = try ImageDigest(container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 in lower-case hex")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
