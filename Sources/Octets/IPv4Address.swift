/// An IPv4 address; written and encoded as text (`10.77.0.1`).
public struct IPv4Address: RawRepresentable, Hashable, Sendable {
    /// 0.0.0.0: no address.
    public static let any = Self(rawValue: 0)
    /// 255.255.255.255: everyone on this wire.
    public static let broadcast = Self(rawValue: .max)

    /// The address as a number, its first octet highest.
    public var rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Four decimal numbers with dots between; nothing else is taken.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let octet = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(octet)
        }
        rawValue = number
    }

    /// Exactly four octets in network order.
    @inlinable
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 4 else { return nil }
        var number: UInt32 = 0
        for octet in octets { number = number << 8 | UInt32(octet) }
        self.init(rawValue: number)
    }

    /// The address's four octets in network order.
    public var octets: [UInt8] {
        [
            UInt8(truncatingIfNeeded: rawValue >> 24), UInt8(truncatingIfNeeded: rawValue >> 16),
            UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue),
        ]
    }
}

extension IPv4Address: LosslessStringConvertible, CustomStringConvertible {
    public init?(_ description: String) {
        self.init(description[...])
    }

    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 255).\(rawValue >> 8 & 255).\(rawValue & 255)"
    }
}

extension IPv4Address: Comparable {
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension IPv4Address: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no IPv4 address"
            )
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
