/// An IPv4 or IPv6 address, where both are counted in one way.
public struct IPAddress: Hashable, Sendable {
    public enum Family: String, Hashable, Sendable, Comparable {
        case v4 = "IPv4"
        case v6 = "IPv6"

        /// 32 or 128.
        public var bits: Int { self == .v4 ? 32 : 128 }

        public static func < (a: Self, b: Self) -> Bool { a == .v4 && b == .v6 }
    }

    public let family: Family
    /// The address as a number, its first octet highest.
    public let number: UInt128

    /// Nil when the number is more than the family has.
    public init?(_ family: Family, number: UInt128) {
        guard family == .v6 || number <= UInt128(UInt32.max) else { return nil }
        self.family = family
        self.number = number
    }

    /// `10.0.0.1` or `2001:db8::1`.
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self.init(.v4, number: UInt128(address.rawValue))
        } else if let address = IPv6Address(text) {
            self.init(.v6, number: UInt128(address.high) << 64 | UInt128(address.low))
        } else {
            return nil
        }
    }
}

extension IPAddress: CustomStringConvertible, Comparable {
    public var description: String {
        switch family {
        case .v4: IPv4Address(rawValue: UInt32(truncatingIfNeeded: number)).description
        case .v6:
            IPv6Address(
                high: UInt64(truncatingIfNeeded: number >> 64),
                low: UInt64(truncatingIfNeeded: number)
            ).description
        }
    }

    public static func < (a: Self, b: Self) -> Bool { (a.family, a.number) < (b.family, b.number) }
}

/// The addresses of one family that share their first bits: `10.0.0.0/24`, `2001:db8::/64`.
public struct IPSubnet: Hashable, Sendable {
    /// The lowest address: all bits after the prefix are zero.
    public let network: IPAddress
    public let prefixLength: Int

    /// The subnet that `address` lies in; nil when the family has no prefix of that length.
    public init?(_ address: IPAddress, prefixLength: Int) {
        let bits = address.family.bits
        guard (0...bits).contains(prefixLength) else { return nil }
        // A shift by all bits of the type leaves nothing.
        let kept = (address.number >> UInt128(bits - prefixLength)) << UInt128(bits - prefixLength)
        guard let network = IPAddress(address.family, number: kept) else { return nil }
        self.network = network
        self.prefixLength = prefixLength
    }

    /// `address/length`; bits after the prefix are dropped.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1])
        else { return nil }
        self.init(address, prefixLength: length)
    }

    public var family: IPAddress.Family { network.family }

    /// The highest address.
    public var last: IPAddress {
        let hosts = UInt128.max >> UInt128(128 - (family.bits - prefixLength))
        return IPAddress(family, number: network.number | hosts) ?? network
    }

    /// `255.255.255.0`; nil for IPv6, which has none.
    public var netmask: String? {
        guard family == .v4 else { return nil }
        return IPv4Subnet(IPv4Address(rawValue: 0), prefixLength: prefixLength)?.netmask.description
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && (network...last).contains(address)
    }

    public func overlaps(_ other: Self) -> Bool { contains(other.network) || other.contains(network) }

    /// What machines can have: in IPv4 neither the network's own nor the broadcast address, except in /31 and /32
    /// (RFC 3021); in IPv6 not the routers' anycast address (RFC 4291 section 2.6.1), except in /127 and /128 (RFC 6164).
    public var hosts: IPRange {
        let all = IPRange(first: network, last: last)
        guard family.bits - prefixLength > 1 else { return all }
        let end = family == .v4 ? last.number - 1 : last.number
        guard let first = IPAddress(family, number: network.number + 1), let last = IPAddress(family, number: end)
        else { return all }
        return IPRange(first: first, last: last)
    }
}

extension IPSubnet: CustomStringConvertible {
    public var description: String { "\(network)/\(prefixLength)" }
}

/// Addresses of one family from one to another, both included: `10.0.0.10-10.0.0.99`.
public struct IPRange: Hashable, Sendable {
    public var first: IPAddress
    public var last: IPAddress

    /// - Parameters:
    ///   - first: not above `last`, and of its family.
    public init(first: IPAddress, last: IPAddress) {
        self.first = first
        self.last = last
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.family == first.family && first <= address && address <= last
    }

    public func overlaps(_ other: Self) -> Bool {
        first.family == other.first.family && first <= other.last && other.first <= last
    }

    /// How many they are; 0 where the last is below the first.
    public var count: UInt128 {
        guard last.number >= first.number else { return 0 }
        return (last.number - first.number).addingReportingOverflow(1).partialValue
    }
}

extension IPRange: CustomStringConvertible {
    public var description: String { "\(first)-\(last)" }
}
