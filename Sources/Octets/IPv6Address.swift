/// An IPv6 address; written and encoded as text (`2001:db8::1`, RFC 5952).
public struct IPv6Address: Hashable, Sendable {
    /// `::`: no address.
    public static let any = Self(high: 0, low: 0)

    /// The first 64 bits: the prefix, on an ordinary network.
    public var high: UInt64
    /// The last 64 bits: the interface, on an ordinary network.
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Exactly sixteen octets in network order.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 16 else { return nil }
        high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = octets.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The address's sixteen octets in network order.
    public var octets: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    /// The Ethernet address that this link-local address was made from (RFC 4291 appendix A): firmware makes its
    /// address so, operating systems often do not.
    public var linkLayerAddress: MACAddress? {
        let octets = octets
        guard high == 0xFE80 << 48, octets[11] == 0xFF, octets[12] == 0xFE else { return nil }
        return MACAddress(octets: [octets[8] ^ 2] + octets[9...10] + octets[13...])
    }
}

extension IPv6Address {
    /// All forms of RFC 4291 section 2.2: eight groups, `::` for one or more groups of zeroes, an IPv4 address in place
    /// of the last two groups. No zone and no brackets.
    public init?(_ text: some StringProtocol) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        // A `::` at an end leaves two empty parts there; a single colon leaves one, which is nothing.
        if let first = parts.first, first.isEmpty {
            guard parts.count >= 3, parts[1].isEmpty else { return nil }
            parts.removeFirst()
        }
        if parts.count >= 2, parts[parts.endIndex - 1].isEmpty {
            guard parts[parts.endIndex - 2].isEmpty else { return nil }
            parts.removeLast()
        }
        var groups: [UInt16] = []
        var gap: Int?
        for (index, part) in zip(parts.indices, parts) {
            if part.isEmpty {
                guard gap == nil else { return nil }
                gap = groups.count
            } else if index == parts.endIndex - 1, part.contains(".") {
                guard let address = IPv4Address(part) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: address.rawValue >> 16))
                groups.append(UInt16(truncatingIfNeeded: address.rawValue))
            } else {
                guard let group = Self.group(part) else { return nil }
                groups.append(group)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// One to four hexadecimal digits.
    private static func group(_ text: some StringProtocol) -> UInt16? {
        guard (1...4).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) })
        else { return nil }
        return UInt16(text, radix: 16)
    }
}

extension IPv6Address: LosslessStringConvertible, CustomStringConvertible {
    public init?(_ description: String) {
        self.init(description[...])
    }

    /// As RFC 5952 asks: lower case, no zeroes in front, `::` for the longest run of two or more groups of zeroes, the
    /// first of equal runs; addresses that stand for IPv4 end as such (`::ffff:192.0.2.1`).
    public var description: String {
        if high == 0, low >> 32 == 0xFFFF {
            return "::ffff:\(IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)))"
        }
        let groups = [high, low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
        }
        var longest = 0..<0
        var run = 0..<0
        for (index, group) in groups.enumerated() {
            run = group == 0 ? run.lowerBound..<index + 1 : index + 1..<index + 1
            if run.count > longest.count { longest = run }
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard longest.count >= 2 else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

extension IPv6Address: Comparable {
    public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension IPv6Address: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no IPv6 address"
            )
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
