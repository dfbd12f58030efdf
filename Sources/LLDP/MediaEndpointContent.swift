public import Octets

/// What of LLDP-MED the sender speaks (ANSI/TIA-1057 section 10.2.2).
public struct MediaCapabilities: TLVContent {
    public static var kind: TLVKind { .med(1) }

    /// Bit 0: capabilities, 1: network policy, 2: location, 3: power sourced, 4: power drawn, 5: inventory.
    public var capabilities: UInt16
    /// 1, 2 and 3 are classes of endpoints, 4 is a device of the network's.
    public var deviceType: UInt8

    public init(capabilities: UInt16, deviceType: UInt8) {
        self.capabilities = capabilities
        self.deviceType = deviceType
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        capabilities = try reader.readInteger()
        deviceType = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: capabilities)
        octets.append(deviceType)
    }
}

/// The VLAN and the priorities that an application's frames are to have (section 10.2.3).
public struct NetworkPolicy: TLVContent {
    public static var kind: TLVKind { .med(2) }

    /// 1 is voice, 2 its signalling, up to 8.
    public var application: UInt8
    /// 24 bits: unknown, tagged, reserved, VLAN of twelve, priority of three, DSCP of six.
    public var policy: UInt32

    public init(application: UInt8, policy: UInt32) {
        self.application = application
        self.policy = policy & 0xFF_FFFF
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        application = try reader.readInteger()
        let high: UInt8 = try reader.readInteger()
        let low: UInt16 = try reader.readInteger()
        policy = UInt32(high) << 16 | UInt32(low)
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(application)
        octets.append(UInt8(truncatingIfNeeded: policy >> 16))
        octets.append(bigEndian: UInt16(truncatingIfNeeded: policy))
    }

    /// Whether the sender does not know its policy yet.
    public var isUnknown: Bool { policy >> 23 & 1 == 1 }
    public var isTagged: Bool { policy >> 22 & 1 == 1 }
    public var vlan: UInt16 { UInt16(policy >> 9 & 0xFFF) }
    public var priority: UInt8 { UInt8(policy >> 6 & 7) }
    public var dscp: UInt8 { UInt8(policy & 0x3F) }
}

/// Where the sender is (section 10.2.4).
public struct MediaLocation: TLVContent {
    public static var kind: TLVKind { .med(3) }

    /// 1: coordinates, 2: a civic address, 3: an emergency number.
    public var format: UInt8
    public var location: [UInt8]

    public init(format: UInt8, location: [UInt8]) {
        self.format = format
        self.location = location
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        format = try reader.readInteger()
        location = Array(reader.readRemaining())
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(format)
        octets += location
    }
}

/// Power over the cable as telephones ask for it (section 10.2.5).
public struct MediaPower: TLVContent {
    public static var kind: TLVKind { .med(4) }

    /// Type, source and priority.
    public var flags: UInt8
    /// Tenths of a watt.
    public var power: UInt16

    public init(flags: UInt8, power: UInt16) {
        self.flags = flags
        self.power = power
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        flags = try reader.readInteger()
        power = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(flags)
        octets.append(bigEndian: power)
    }
}

extension TLVKind {
    /// Texts of what the sender is made of (section 10.2.6).
    public static let hardwareRevision = med(5)
    public static let firmwareRevision = med(6)
    public static let softwareRevision = med(7)
    public static let serialNumber = med(8)
    public static let manufacturer = med(9)
    public static let model = med(10)
    public static let assetID = med(11)
}
