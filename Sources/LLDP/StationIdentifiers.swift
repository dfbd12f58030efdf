public import Octets

/// Who sends an LLDPDU (IEEE 802.1AB-2016 section 8.5.2).
public struct ChassisID: Hashable, Sendable {
    public var subtype: Subtype
    public var identifier: [UInt8]

    public struct Subtype: RawRepresentable, Hashable, Sendable {
        public static let chassisComponent = Self(rawValue: 1)
        public static let interfaceAlias = Self(rawValue: 2)
        public static let portComponent = Self(rawValue: 3)
        public static let macAddress = Self(rawValue: 4)
        public static let networkAddress = Self(rawValue: 5)
        public static let interfaceName = Self(rawValue: 6)
        public static let local = Self(rawValue: 7)

        public var rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }
    }

    public init(_ subtype: Subtype, _ identifier: [UInt8]) {
        self.subtype = subtype
        self.identifier = identifier
    }

    init(octets: [UInt8]) throws(WireError) {
        let (subtype, identifier) = try split(octets)
        self.init(Subtype(rawValue: subtype), identifier)
    }

    var octets: [UInt8] { [subtype.rawValue] + identifier }

    public var macAddress: MACAddress? { subtype == .macAddress ? MACAddress(octets: identifier) : nil }
}

/// The port that an LLDPDU is sent by (IEEE 802.1AB-2016 section 8.5.3).
public struct PortID: Hashable, Sendable {
    public var subtype: Subtype
    public var identifier: [UInt8]

    public struct Subtype: RawRepresentable, Hashable, Sendable {
        public static let interfaceAlias = Self(rawValue: 1)
        public static let portComponent = Self(rawValue: 2)
        public static let macAddress = Self(rawValue: 3)
        public static let networkAddress = Self(rawValue: 4)
        public static let interfaceName = Self(rawValue: 5)
        public static let agentCircuitID = Self(rawValue: 6)
        public static let local = Self(rawValue: 7)

        public var rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }
    }

    public init(_ subtype: Subtype, _ identifier: [UInt8]) {
        self.subtype = subtype
        self.identifier = identifier
    }

    init(octets: [UInt8]) throws(WireError) {
        let (subtype, identifier) = try split(octets)
        self.init(Subtype(rawValue: subtype), identifier)
    }

    var octets: [UInt8] { [subtype.rawValue] + identifier }
}

extension ChassisID: CustomStringConvertible {
    public var description: String {
        switch subtype {
        case .macAddress: macAddress.map { "\($0)" } ?? hexadecimal(identifier)
        case .networkAddress: NetworkAddress(octets: identifier).map { "\($0)" } ?? hexadecimal(identifier)
        default: name(identifier)
        }
    }
}

extension PortID: CustomStringConvertible {
    public var description: String {
        switch subtype {
        case .macAddress: MACAddress(octets: identifier).map { "\($0)" } ?? hexadecimal(identifier)
        case .networkAddress: NetworkAddress(octets: identifier).map { "\($0)" } ?? hexadecimal(identifier)
        case .agentCircuitID: hexadecimal(identifier)
        default: name(identifier)
        }
    }
}

/// An address and the number of its family, as IANA has it.
public struct NetworkAddress: Hashable, Sendable {
    public static let ipv4: UInt8 = 1
    public static let ipv6: UInt8 = 2
    /// IEEE 802 addresses.
    public static let ieee802: UInt8 = 6

    public var family: UInt8
    public var address: [UInt8]

    public init(family: UInt8, address: [UInt8]) {
        self.family = family
        self.address = address
    }

    init?(octets: [UInt8]) {
        guard let family = octets.first, octets.count > 1 else { return nil }
        self.init(family: family, address: Array(octets.dropFirst()))
    }

    var octets: [UInt8] { [family] + address }
}

extension NetworkAddress: CustomStringConvertible {
    public var description: String {
        let known: (any CustomStringConvertible)? =
            switch family {
            case Self.ipv4: IPv4Address(octets: address)
            case Self.ipv6: IPv6Address(octets: address)
            case Self.ieee802: MACAddress(octets: address)
            default: nil
            }
        return known?.description ?? hexadecimal(address)
    }
}

/// Subtype and identifier, which has 1 to 255 octets.
private func split(_ octets: [UInt8]) throws(WireError) -> (UInt8, [UInt8]) {
    guard let subtype = octets.first, octets.count > 1 else {
        throw .truncated(needed: 2, left: octets.count, at: 0)
    }
    guard octets.count <= 256 else { throw .invalid(field: "identifier length", value: UInt64(octets.count - 1)) }
    return (subtype, Array(octets.dropFirst()))
}

/// Identifiers are to be text, and some are not.
private func name(_ octets: [UInt8]) -> String {
    let shown = octets.prefix(octets.count - octets.reversed().prefix { $0 == 0 }.count)
    let isText = !shown.isEmpty && shown.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    return isText ? String(decoding: shown, as: UTF8.self) : hexadecimal(octets)
}

func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
}
