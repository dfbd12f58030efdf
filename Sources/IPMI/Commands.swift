public import Octets

extension IPMIRequest {
    public static func channelAuthenticationCapabilities(privilege: PrivilegeLevel) -> Self {
        // Channel 0xE is the one this comes in by; bit 7 asks for what IPMI 2.0 added.
        Self(networkFunction: 0x06, command: 0x38, data: [0x8E, privilege.rawValue])
    }

    static func closeSession(_ id: UInt32) -> Self {
        var data: [UInt8] = []
        data.append(littleEndian: id)
        return Self(networkFunction: 0x06, command: 0x3C, data: data)
    }

    /// Raises the session from user to `privilege`; a session starts as user.
    public static func setSessionPrivilege(_ privilege: PrivilegeLevel) -> Self {
        Self(networkFunction: 0x06, command: 0x3B, data: [privilege.rawValue])
    }

    public static var deviceID: Self { Self(networkFunction: 0x06, command: 0x01) }
    public static var systemGUID: Self { Self(networkFunction: 0x06, command: 0x37) }
    public static var chassisStatus: Self { Self(networkFunction: 0x00, command: 0x01) }

    public static func chassisControl(_ action: ChassisAction) -> Self {
        Self(networkFunction: 0x00, command: 0x02, data: [action.rawValue])
    }
}

/// Chassis Control's actions (IPMI 2.0 table 28-4).
public enum ChassisAction: UInt8, Hashable, Sendable {
    case powerDown = 0
    case powerUp = 1
    /// Refused by many BMCs when the power is off.
    case powerCycle = 2
    case hardReset = 3
    case softShutdown = 5
}

/// What a BMC says of its logins before one (IPMI 2.0 table 22-15).
public struct ChannelAuthenticationCapabilities: Equatable, Sendable {
    public var supportsVersion2: Bool
    /// The BMC has a K_G other than zero.
    public var needsGeneratorKey: Bool
    /// A session can be had without a name and password.
    public var allowsAnonymous: Bool
    /// The IANA number of who made the logins of it; zero for none.
    public var maker: UInt32

    public init(supportsVersion2: Bool, needsGeneratorKey: Bool, allowsAnonymous: Bool = false, maker: UInt32 = 0) {
        self.supportsVersion2 = supportsVersion2
        self.needsGeneratorKey = needsGeneratorKey
        self.allowsAnonymous = allowsAnonymous
        self.maker = maker & 0xFF_FFFF
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(1)
        let types: UInt8 = try reader.readInteger()
        let status: UInt8 = try reader.readInteger()
        let extended: UInt8 = try reader.readInteger()
        supportsVersion2 = types & 0x80 != 0 && extended & 0x02 != 0
        needsGeneratorKey = status & 0x20 != 0
        allowsAnonymous = status & 0x01 != 0
        maker = (try? reader.read(3))?.reversed().reduce(0) { $0 << 8 | UInt32($1) } ?? 0
    }

    /// What a BMC without IPMI 1.5 logins answers on a channel, all of whose users have names.
    public func octets(channel: UInt8) -> [UInt8] {
        let status: UInt8 = 0x04 | (needsGeneratorKey ? 0x20 : 0) | (allowsAnonymous ? 0x01 : 0)
        let number = [0, 8, 16].map { UInt8(truncatingIfNeeded: maker >> $0) }
        return [channel, supportsVersion2 ? 0x80 : 0x01, status, supportsVersion2 ? 0x02 : 0x01] + number + [0]
    }
}

/// What a BMC is (IPMI 2.0 section 20.1).
public struct DeviceID: Equatable, Sendable {
    public var device: UInt8
    /// It has sensor records of its own beside the repository.
    public var hasDeviceSDRs: Bool
    /// Major and minor number, as text: "2.50".
    public var firmware: String
    /// "2.0" or "1.5".
    public var version: String
    /// What it is besides (table 20-2): bit 0 has sensors, 1 the repository of sensor records, 2 the event log, 3 FRU
    /// information.
    public var roles: UInt8
    /// The IANA enterprise number of the maker.
    public var manufacturer: UInt32
    public var product: UInt16

    /// - Parameters:
    ///   - firmware: "2.50": a major number up to 127 and two digits.
    ///   - manufacturer: at most 20 bits.
    public init(
        device: UInt8,
        hasDeviceSDRs: Bool,
        firmware: String,
        roles: UInt8,
        manufacturer: UInt32,
        product: UInt16
    ) {
        self.device = device
        self.hasDeviceSDRs = hasDeviceSDRs
        self.firmware = firmware
        version = "2.0"
        self.roles = roles
        self.manufacturer = manufacturer
        self.product = product
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        device = try reader.readInteger()
        hasDeviceSDRs = try reader.readInteger(UInt8.self) & 0x80 != 0
        let major: UInt8 = try reader.readInteger()
        let minor: UInt8 = try reader.readInteger()
        firmware = "\(major & 0x7F).\(minor >> 4)\(minor & 0x0F)"
        let encoded: UInt8 = try reader.readInteger()
        version = "\(encoded & 0x0F).\(encoded >> 4)"
        roles = try reader.readInteger()
        let maker: ArraySlice<UInt8> = try reader.read(3)
        manufacturer = maker.reversed().reduce(0) { $0 << 8 | UInt32($1) } & 0xF_FFFF
        product = try reader.readLittleEndian()
    }

    public var octets: [UInt8] {
        let numbers = firmware.split(separator: ".")
        let major = numbers.first.flatMap { UInt8($0) } ?? 0
        // Two decimal digits stand in an octet as they are written.
        let minor = numbers.dropFirst().first.flatMap { UInt8($0, radix: 16) } ?? 0
        let generation = version.split(separator: ".").compactMap { UInt8($0) }
        var octets = [device, hasDeviceSDRs ? 0x81 : 0x01, major & 0x7F, minor]
        octets.append((generation.last ?? 0) << 4 | (generation.first ?? 0) & 0x0F)
        octets.append(roles)
        octets.append(littleEndian: UInt16(truncatingIfNeeded: manufacturer))
        octets.append(UInt8(truncatingIfNeeded: manufacturer >> 16) & 0x0F)
        octets.append(littleEndian: product)
        return octets
    }

    /// Where the sensor records are: not every BMC keeps a repository.
    public var sdrSource: SDRSource { roles & 0x02 == 0 && hasDeviceSDRs ? .device : .repository }

    /// The maker's name, where it is one that makes servers.
    public var manufacturerName: String { Self.name(ofMaker: manufacturer) }

    /// - Parameter manufacturer: an IANA enterprise number
    public static func name(ofMaker manufacturer: UInt32) -> String {
        switch manufacturer {
        case 2: "IBM"
        case 11, 47196: "HPE"
        case 42: "Sun"
        case 343: "Intel"
        case 674: "Dell"
        case 2011: "Huawei"
        case 5771: "Cisco"
        case 7154: "IPMI forum"
        case 7244: "Quanta"
        case 10876, 47488: "Supermicro"
        case 15370: "Gigabyte"
        case 19046: "Lenovo"
        case 37945: "Inspur"
        case 42817: "OpenBMC"
        default: "IANA \(manufacturer)"
        }
    }
}

/// The power and the faults of a chassis (IPMI 2.0 section 28.2).
public struct ChassisStatus: Equatable, Sendable {
    public var isPowerOn: Bool
    public var hasPowerFault: Bool

    public init(isPowerOn: Bool, hasPowerFault: Bool = false) {
        self.isPowerOn = isPowerOn
        self.hasPowerFault = hasPowerFault
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        let power: UInt8 = try reader.readInteger()
        _ = try reader.read(2)
        isPowerOn = power & 0x01 != 0
        hasPowerFault = power & 0x08 != 0
    }

    /// - Parameters:
    ///   - event: the second octet: what was the last event of the power.
    ///   - misc: the third octet: identification, lock-out, faults of drives and fans.
    public func octets(event: UInt8 = 0, misc: UInt8 = 0) -> [UInt8] {
        [(isPowerOn ? 0x01 : 0) | (hasPowerFault ? 0x08 : 0), event, misc]
    }
}
