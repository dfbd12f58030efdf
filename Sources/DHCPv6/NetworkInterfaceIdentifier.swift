public import Octets

/// Option 62: which network driver interface the firmware has (RFC 5970 section 3.4).
public struct NetworkInterfaceIdentifier: Hashable, Sendable {
    /// 1 is UNDI.
    public var type: UInt8
    public var major: UInt8
    public var minor: UInt8

    public init(type: UInt8 = 1, major: UInt8, minor: UInt8) {
        self.type = type
        self.major = major
        self.minor = minor
    }
}

extension NetworkInterfaceIdentifier {
    /// Reads the value of option 62.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        guard octets.count == 3 else {
            throw .invalid(field: "length of option 62", value: UInt64(octets.count))
        }
        var reader = OctetReader(octets)
        self.init(
            type: try reader.readInteger(),
            major: try reader.readInteger(),
            minor: try reader.readInteger()
        )
    }

    public var octets: [UInt8] { [type, major, minor] }
}
