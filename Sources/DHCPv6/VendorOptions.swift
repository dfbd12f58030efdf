public import Octets

/// Option 17: options that a vendor has defined for its products (RFC 8415 section 21.17).
public struct VendorOptions: Hashable, Sendable {
    public var enterpriseNumber: UInt32
    /// Framed as DHCPv6's options are, with the vendor's own numbers.
    public var options = DHCPv6Options()

    public init(_ enterpriseNumber: UInt32) {
        self.enterpriseNumber = enterpriseNumber
    }
}

extension VendorOptions {
    /// Reads the value of option 17.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        self.init(try reader.readInteger())
        options = try DHCPv6Options(reading: &reader)
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(bigEndian: enterpriseNumber)
        return octets + options.octets
    }
}
