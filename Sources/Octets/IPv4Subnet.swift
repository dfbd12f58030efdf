/// A range of IPv4 addresses that share their first bits; written and encoded as text (`10.77.0.0/24`).
public struct IPv4Subnet: Hashable, Sendable {
    /// The lowest address: host bits are zero.
    public let network: IPv4Address
    /// How many leading bits are shared, 0 to 32.
    public let prefixLength: Int

    /// The subnet that `address` lies in; nil when `prefixLength` is not 0 to 32.
    public init?(_ address: IPv4Address, prefixLength: Int) {
        guard (0...32).contains(prefixLength) else { return nil }
        self.prefixLength = prefixLength
        network = IPv4Address(rawValue: address.rawValue & Self.mask(prefixLength))
    }

    /// `address/length`; host bits in the address are dropped.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]),
            (1...2).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = UInt8(parts[1])
        else { return nil }
        self.init(address, prefixLength: Int(length))
    }

    public var netmask: IPv4Address { IPv4Address(rawValue: Self.mask(prefixLength)) }

    /// The highest address.
    public var broadcast: IPv4Address {
        IPv4Address(rawValue: network.rawValue | ~Self.mask(prefixLength))
    }

    public func contains(_ address: IPv4Address) -> Bool {
        address.rawValue & Self.mask(prefixLength) == network.rawValue
    }

    /// Whether a machine can have `address` here: neither the network's own nor the broadcast address,
    /// except in /31 and /32 (RFC 3021).
    public func isHost(_ address: IPv4Address) -> Bool {
        contains(address) && (prefixLength >= 31 || (address != network && address != broadcast))
    }

    private static func mask(_ length: Int) -> UInt32 {
        length == 0 ? 0 : UInt32.max << UInt32(32 - length)
    }
}

extension IPv4Subnet: CustomStringConvertible {
    public var description: String { "\(network)/\(prefixLength)" }
}

extension IPv4Subnet: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let subnet = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no IPv4 subnet"
            )
        }
        self = subnet
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
