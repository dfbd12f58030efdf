public import Octets

/// Option 5, IAADDR: one address and how long it may be used (RFC 8415 section 21.6).
public struct AssociatedAddress: Hashable, Sendable {
    public var address: IPv6Address
    /// Seconds for which new connections may use it; all ones is for ever.
    public var preferredLifetime: UInt32
    /// Seconds for which it may be used at all; all ones is for ever.
    public var validLifetime: UInt32
    public var options = DHCPv6Options()

    public init(_ address: IPv6Address, preferredLifetime: UInt32 = 0, validLifetime: UInt32 = 0) {
        self.address = address
        self.preferredLifetime = preferredLifetime
        self.validLifetime = validLifetime
    }
}

extension AssociatedAddress {
    /// Reads the value of option 5.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        self.init(
            try reader.readIPv6Address(),
            preferredLifetime: try reader.readInteger(),
            validLifetime: try reader.readInteger()
        )
        options = try DHCPv6Options(reading: &reader)
    }

    public var octets: [UInt8] {
        var octets = address.octets
        octets.append(bigEndian: preferredLifetime)
        octets.append(bigEndian: validLifetime)
        return octets + options.octets
    }
}
