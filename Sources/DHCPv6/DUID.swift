public import Octets

/// Who a client or a server is, whatever interface it speaks from (RFC 8415 section 11).
///
/// Two are the same when all their octets are; what is in them is but a hint at the machine.
public struct DUID: Hashable, Sendable {
    /// How the identifier was made.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public static let linkLayerTime = Self(rawValue: 1)
        public static let enterprise = Self(rawValue: 2)
        public static let linkLayer = Self(rawValue: 3)
        public static let uuid = Self(rawValue: 4)

        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }
    }

    /// The kind, then 1 to 128 octets.
    public let octets: [UInt8]

    /// Nil when there are too few or too many octets for any DUID.
    public init?(octets: some Collection<UInt8>) {
        guard (3...130).contains(octets.count) else { return nil }
        self.octets = Array(octets)
    }

    private init(_ kind: Kind, _ fields: [UInt8]) {
        octets = [UInt8(kind.rawValue >> 8), UInt8(truncatingIfNeeded: kind.rawValue)] + fields
    }

    private static let ethernet: UInt16 = 1
}

extension DUID {
    /// DUID-LL: an Ethernet address.
    public static func linkLayer(_ address: MACAddress) -> DUID {
        var fields: [UInt8] = []
        fields.append(bigEndian: ethernet)
        return DUID(.linkLayer, fields + address.octets)
    }

    /// DUID-LLT: an Ethernet address and when the identifier was made, in seconds since the year 2000 (UTC).
    public static func linkLayer(_ address: MACAddress, time: UInt32) -> DUID {
        var fields: [UInt8] = []
        fields.append(bigEndian: ethernet)
        fields.append(bigEndian: time)
        return DUID(.linkLayerTime, fields + address.octets)
    }

    /// DUID-EN: a number from IANA and what its holder tells machines apart by, 1 to 124 octets.
    public static func enterprise(_ number: UInt32, identifier: [UInt8]) -> DUID? {
        guard (1...124).contains(identifier.count) else { return nil }
        var fields: [UInt8] = []
        fields.append(bigEndian: number)
        return DUID(.enterprise, fields + identifier)
    }

    /// DUID-UUID: sixteen octets in network order (RFC 6355).
    public static func uuid(octets: [UInt8]) -> DUID? {
        octets.count == 16 ? DUID(.uuid, octets) : nil
    }
}

extension DUID {
    public var kind: Kind { Kind(rawValue: UInt16(octets[0]) << 8 | UInt16(octets[1])) }

    private var fields: OctetReader { OctetReader(octets.dropFirst(2)) }

    /// DUID-LL and DUID-LLT: an address and the kind of network it is for.
    public var linkLayerAddress: LinkLayerAddress? {
        guard kind == .linkLayer || kind == .linkLayerTime else { return nil }
        var reader = fields
        guard let hardwareType = try? reader.readInteger(UInt16.self),
            kind == .linkLayer || (try? reader.read(4)) != nil, reader.remaining > 0
        else { return nil }
        return LinkLayerAddress(hardwareType: hardwareType, octets: Array(reader.readRemaining()))
    }

    /// The Ethernet address in it: of one of the machine's interfaces, not always the one that speaks.
    public var macAddress: MACAddress? { linkLayerAddress?.macAddress }

    /// DUID-LLT: when it was made, in seconds since the year 2000 (UTC).
    public var time: UInt32? {
        guard kind == .linkLayerTime else { return nil }
        var reader = fields
        guard (try? reader.read(2)) != nil else { return nil }
        return try? reader.readInteger()
    }

    /// DUID-EN: whose identifier it is.
    public var enterpriseNumber: UInt32? {
        guard kind == .enterprise else { return nil }
        var reader = fields
        return try? reader.readInteger()
    }

    /// DUID-UUID as RFC 6355 has it, in network order.
    public var uuid: String? { uuid(in: 0..<16) }

    /// DUID-UUID as EDK2 fills it: a copy of SMBIOS's structure, where the first three fields have their lowest octet
    /// first. Which of the two was meant cannot be seen.
    public var uuidInSMBIOSOrder: String? {
        uuid(in: [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15])
    }

    private func uuid(in order: some Sequence<Int>) -> String? {
        let octets = octets.dropFirst(2).map(\.self)
        // All zeroes or all ones are what boards without a UUID have.
        guard kind == .uuid, octets.count == 16, octets.contains(where: { $0 != 0 }),
            octets.contains(where: { $0 != 0xFF })
        else { return nil }
        return order.enumerated().map { position, index in
            ([4, 6, 8, 10].contains(position) ? "-" : "") + Self.hexadecimal(octets[index])
        }.joined()
    }

    private static func hexadecimal(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }
}

extension DUID: CustomStringConvertible {
    /// All octets, in lower case with colons between, as most servers write them.
    public var description: String { octets.map(Self.hexadecimal).joined(separator: ":") }
}
