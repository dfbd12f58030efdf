public import Octets

/// Boot option 5: what the machine boots next (IPMI 2.0 table 28-14).
public struct BootFlags: Equatable, Sendable {
    /// Bits 5 to 2 of the second octet.
    public struct Device: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue & 0x0F }

        public static let none = Self(rawValue: 0)
        public static let pxe = Self(rawValue: 1)
        public static let disk = Self(rawValue: 2)
        public static let safeModeDisk = Self(rawValue: 3)
        public static let cd = Self(rawValue: 5)
        public static let setup = Self(rawValue: 6)
    }

    /// The other bits say something; a BMC clears this after the boot, or after 60 seconds.
    public var isValid: Bool
    public var isPersistent: Bool
    /// Without it many machines boot in the old way.
    public var isUEFI: Bool
    public var device: Device

    public init(device: Device, isPersistent: Bool, isUEFI: Bool, isValid: Bool = true) {
        self.device = device
        self.isPersistent = isPersistent
        self.isUEFI = isUEFI
        self.isValid = isValid
    }

    /// Reads the answer to Get System Boot Options for parameter 5.
    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        _ = try reader.read(1)
        let parameter: UInt8 = try reader.readInteger()
        guard parameter & 0x7F == 5 else { throw .invalid(field: "boot option", value: UInt64(parameter & 0x7F)) }
        let flags: UInt8 = try reader.readInteger()
        let second: UInt8 = try reader.readInteger()
        // Bit 7 of the parameter's number marks it as locked or invalid.
        isValid = parameter & 0x80 == 0 && flags & 0x80 != 0
        isPersistent = flags & 0x40 != 0
        isUEFI = flags & 0x20 != 0
        device = Device(rawValue: second >> 2)
    }

    /// The five octets of the parameter, as they are set.
    public static func read(_ data: [UInt8]) throws(WireError) -> Self {
        guard data.count >= 5 else { throw .truncated(needed: 5, left: data.count, at: 0) }
        return try Self([0x01, 0x05] + data)
    }

    public var octets: [UInt8] {
        let flags: UInt8 = (isValid ? 0x80 : 0) | (isPersistent ? 0x40 : 0) | (isUEFI ? 0x20 : 0)
        return [flags, device.rawValue << 2, 0, 0, 0]
    }
}

extension IPMIRequest {
    private static func setBootOption(_ parameter: UInt8, _ data: [UInt8]) -> Self {
        Self(networkFunction: 0x00, command: 0x08, data: [parameter] + data)
    }

    /// Parameter 0: marks the options as being changed (1) or done (0). BMCs that lack it refuse harmlessly.
    public static func setBootOptionsInProgress(_ isInProgress: Bool) -> Self {
        setBootOption(0, [isInProgress ? 1 : 0])
    }

    /// Parameter 3: the flags do not expire 60 seconds after they were set.
    public static var keepBootFlagsUntilBoot: Self { setBootOption(3, [0x08]) }

    /// Parameter 4: takes back what firmware acknowledged, so that it looks at the flags anew.
    public static var clearBootAcknowledgement: Self { setBootOption(4, [0x01, 0x01]) }

    public static func setBootFlags(_ flags: BootFlags) -> Self { setBootOption(5, flags.octets) }

    public static var bootFlags: Self { Self(networkFunction: 0x00, command: 0x09, data: [5, 0, 0]) }
}
