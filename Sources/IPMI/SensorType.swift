/// What a sensor watches (IPMI 2.0 table 42-3).
public struct SensorType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let temperature = Self(rawValue: 0x01)
    public static let voltage = Self(rawValue: 0x02)
    public static let fan = Self(rawValue: 0x04)
    public static let powerSupply = Self(rawValue: 0x08)
    public static let powerUnit = Self(rawValue: 0x09)
    public static let otherUnits = Self(rawValue: 0x0B)
    public static let memory = Self(rawValue: 0x0C)
    public static let firmwareProgress = Self(rawValue: 0x0F)
    public static let eventLog = Self(rawValue: 0x10)
    public static let systemEvent = Self(rawValue: 0x12)
    public static let systemBoot = Self(rawValue: 0x1D)
    public static let slot = Self(rawValue: 0x21)
    public static let watchdog2 = Self(rawValue: 0x23)
    public static let sessionAudit = Self(rawValue: 0x2A)
    public static let versionChange = Self(rawValue: 0x2B)
    public static let fruState = Self(rawValue: 0x2C)
}

extension SensorType {
    /// The name of a state of a sensor of this type.
    public func stateName(_ offset: Int, _ readingType: EventReadingType) -> String {
        StateNames.text(offset, self, readingType)
    }
}

extension SensorType: CustomStringConvertible {
    public var description: String {
        if Self.names.indices.contains(Int(rawValue)) { return Self.names[Int(rawValue)] }
        return (rawValue >= 0xC0 ? "maker's type 0x" : "type 0x") + String(rawValue, radix: 16)
    }

    private static let names = [
        "reserved", "Temperature", "Voltage", "Current", "Fan", "Physical Security", "Platform Security",
        "Processor", "Power Supply", "Power Unit", "Cooling Device", "Other", "Memory", "Drive Slot",
        "POST Memory Resize", "System Firmware", "Event Logging", "Watchdog 1", "System Event",
        "Critical Interrupt", "Button", "Module or Board", "Microcontroller", "Add-in Card", "Chassis", "Chip Set",
        "Other FRU", "Cable or Interconnect", "Terminator", "System Boot", "Boot Error", "OS Boot", "OS Stop",
        "Slot or Connector", "ACPI Power State", "Watchdog 2", "Platform Alert", "Entity Presence", "Monitor ASIC",
        "LAN", "Management Subsystem Health", "Battery", "Session Audit", "Version Change", "FRU State",
    ]
}

/// How a sensor's states are meant (IPMI 2.0 table 42-1).
public struct EventReadingType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Six thresholds and a value.
    public static let threshold = Self(rawValue: 0x01)
    /// By the sensor's type.
    public static let sensorSpecific = Self(rawValue: 0x6F)

    /// By tables that hold for all types.
    var isGeneric: Bool { (0x01...0x0C).contains(rawValue) }
}
