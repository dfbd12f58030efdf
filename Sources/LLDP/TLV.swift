public import Octets

/// One part of an LLDPDU: a type of seven bits, a length of nine, and as many octets (IEEE 802.1AB-2016 section 8.4).
public struct TLV: Hashable, Sendable {
    public let type: TLVType
    /// At most 511 octets.
    public let value: [UInt8]

    static let maximumLength = 511

    /// Refuses what the header has no room for.
    public init(_ type: TLVType, _ value: [UInt8]) throws(WireError) {
        guard type.rawValue <= 127 else { throw .invalid(field: "TLV type", value: UInt64(type.rawValue)) }
        guard value.count <= Self.maximumLength else {
            throw .invalid(field: "TLV length", value: UInt64(value.count))
        }
        self.type = type
        self.value = value
    }
}

extension TLV {
    init(reading reader: inout OctetReader) throws(WireError) {
        let header: UInt16 = try reader.readInteger()
        type = TLVType(rawValue: UInt8(header >> 9))
        value = Array(try reader.read(Int(header & 0x1FF)))
    }

    func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: UInt16(type.rawValue) << 9 | UInt16(value.count))
        octets += value
    }
}

/// The type of a TLV (IEEE 802.1AB-2016 table 8-1).
public struct TLVType: RawRepresentable, Hashable, Sendable {
    public static let end = Self(rawValue: 0)
    public static let chassisID = Self(rawValue: 1)
    public static let portID = Self(rawValue: 2)
    public static let timeToLive = Self(rawValue: 3)
    public static let portDescription = Self(rawValue: 4)
    public static let systemName = Self(rawValue: 5)
    public static let systemDescription = Self(rawValue: 6)
    public static let systemCapabilities = Self(rawValue: 7)
    public static let managementAddress = Self(rawValue: 8)
    /// Begins with the organisation that says what the rest means.
    public static let organizational = Self(rawValue: 127)

    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}

/// What a TLV is about: its type, and behind type 127 whose it is and which one of theirs.
public struct TLVKind: Hashable, Sendable {
    public var type: TLVType
    /// The organisation's identifier of 24 bits.
    public var organization: UInt32?
    public var subtype: UInt8?

    public static func basic(_ type: TLVType) -> Self { Self(type: type) }

    public static func organizational(_ organization: UInt32, _ subtype: UInt8) -> Self {
        Self(type: .organizational, organization: organization & 0xFF_FFFF, subtype: subtype)
    }

    /// IEEE 802.1: VLANs (IEEE 802.1Q annex D).
    public static func ieee8021(_ subtype: UInt8) -> Self { organizational(0x0080C2, subtype) }

    /// IEEE 802.3: the Ethernet link (IEEE 802.3 clause 79).
    public static func ieee8023(_ subtype: UInt8) -> Self { organizational(0x00120F, subtype) }

    /// LLDP-MED: telephones and what powers them (ANSI/TIA-1057).
    public static func med(_ subtype: UInt8) -> Self { organizational(0x0012BB, subtype) }
}

extension TLV {
    public var kind: TLVKind {
        guard type == .organizational, value.count >= 4 else { return .basic(type) }
        let organization = value[..<3].reduce(0) { $0 << 8 | UInt32($1) }
        return TLVKind(type: type, organization: organization, subtype: value[3])
    }

    /// What stands behind the type, or behind the organisation and its subtype.
    public var content: ArraySlice<UInt8> {
        kind.organization == nil ? value[...] : value[4...]
    }

    public init(_ kind: TLVKind, content: some Sequence<UInt8>) throws(WireError) {
        var value: [UInt8] = []
        if let organization = kind.organization {
            value = [16, 8, 0].map { UInt8(truncatingIfNeeded: organization >> $0) } + [kind.subtype ?? 0]
        }
        try self.init(kind.type, value + content)
    }
}
