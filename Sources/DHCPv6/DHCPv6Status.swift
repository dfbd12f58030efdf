public import Octets

/// Option 13: how a request went (RFC 8415 section 21.13). A message or association without it went well.
public struct DHCPv6Status: Hashable, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public static let success = Self(rawValue: 0)
        public static let unspecifiedFailure = Self(rawValue: 1)
        public static let noAddressesAvailable = Self(rawValue: 2)
        public static let noBinding = Self(rawValue: 3)
        public static let notOnLink = Self(rawValue: 4)
        public static let useMulticast = Self(rawValue: 5)
        public static let noPrefixesAvailable = Self(rawValue: 6)

        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }

    public var code: Code
    /// For people to read; may be empty.
    public var message: String

    public init(_ code: Code, message: String = "") {
        self.code = code
        self.message = message
    }
}

extension DHCPv6Status {
    /// Reads the value of option 13; octets that are no UTF-8 are replaced.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        self.init(Code(rawValue: try reader.readInteger()))
        message = String(decoding: reader.readRemaining(), as: UTF8.self)
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(bigEndian: code.rawValue)
        return octets + message.utf8
    }
}
