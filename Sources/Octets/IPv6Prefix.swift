/// A range of IPv6 addresses that share their first bits; written and encoded as text (`2001:db8::/64`).
public struct IPv6Prefix: Hashable, Sendable {
    /// The lowest address: all bits after the prefix are zero.
    public let network: IPv6Address
    /// How many leading bits are shared, 0 to 128.
    public let prefixLength: Int

    /// The prefix that `address` lies in; nil when `prefixLength` is not 0 to 128.
    public init?(_ address: IPv6Address, prefixLength: Int) {
        guard (0...128).contains(prefixLength) else { return nil }
        self.prefixLength = prefixLength
        network = address.masked(prefixLength)
    }

    /// `address/length`; bits after the prefix are dropped.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv6Address(parts[0]),
            (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1])
        else { return nil }
        self.init(address, prefixLength: length)
    }

    public func contains(_ address: IPv6Address) -> Bool {
        address.masked(prefixLength) == network
    }
}

extension IPv6Address {
    /// The address with zeroes after its first `length` bits.
    fileprivate func masked(_ length: Int) -> IPv6Address {
        // A shift by all 64 bits leaves nothing.
        IPv6Address(
            high: high & UInt64.max << (64 - min(length, 64)),
            low: low & UInt64.max << (64 - max(length - 64, 0))
        )
    }
}

extension IPv6Prefix: CustomStringConvertible {
    public var description: String { "\(network)/\(prefixLength)" }
}

extension IPv6Prefix: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let prefix = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no IPv6 prefix"
            )
        }
        self = prefix
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
