import Octets

/// What a sensor's values are measured in (IPMI 2.0 table 43-1, octets 21 to 23, and table 43-15).
public struct SensorUnits: Hashable, Sendable {
    /// How a raw value is a number.
    public enum Format: UInt8, Hashable, Sendable {
        case unsigned, onesComplement, twosComplement
        /// It is none: the sensor has states alone.
        case none
    }

    /// How the second unit goes with the first.
    public enum Relation: UInt8, Hashable, Sendable {
        case none, per, times, reserved
    }

    public var format: Format
    /// In what time, as a number of the table: none, per microsecond, … per day.
    public var rate: UInt8
    public var relation: Relation
    public var isPercentage: Bool
    public var base: UInt8
    public var modifier: UInt8

    public init(
        format: Format = .unsigned,
        rate: UInt8 = 0,
        relation: Relation = .none,
        isPercentage: Bool = false,
        base: UInt8,
        modifier: UInt8 = 0
    ) {
        self.format = format
        self.rate = rate
        self.relation = relation
        self.isPercentage = isPercentage
        self.base = base
        self.modifier = modifier
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        let flags: UInt8 = try reader.readInteger()
        format = [.unsigned, .onesComplement, .twosComplement, .none][Int(flags >> 6)]
        rate = flags >> 3 & 0x07
        relation = [.none, .per, .times, .reserved][Int(flags >> 1 & 0x03)]
        isPercentage = flags & 0x01 != 0
        base = try reader.readInteger()
        modifier = try reader.readInteger()
    }

    func write(to octets: inout [UInt8]) {
        let flags = format.rawValue << 6 | (rate & 0x07) << 3 | relation.rawValue << 1 | (isPercentage ? 1 : 0)
        octets += [flags, base, modifier]
    }
}

extension SensorUnits: CustomStringConvertible {
    /// As `ipmitool` writes it.
    public var description: String {
        let unit = Self.name(base)
        let percent = isPercentage ? "% " : ""
        switch relation {
        case .per: return "\(percent)\(unit)/\(Self.name(modifier))"
        case .times: return "\(percent)\(unit)*\(Self.name(modifier))"
        case .none, .reserved: return base == 0 && isPercentage ? "percent" : percent + unit
        }
    }

    private static func name(_ number: UInt8) -> String {
        names.indices.contains(Int(number)) ? names[Int(number)] : "unit \(number)"
    }

    private static let names = [
        "unspecified", "degrees C", "degrees F", "degrees K", "Volts", "Amps", "Watts", "Joules", "Coulombs", "VA",
        "Nits", "lumen", "lux", "Candela", "kPa", "PSI", "Newton", "CFM", "RPM", "Hz", "microsecond", "millisecond",
        "second", "minute", "hour", "day", "week", "mil", "inches", "feet", "cu in", "cu feet", "mm", "cm", "m",
        "cu cm", "cu m", "liters", "fluid ounce", "radians", "steradians", "revolutions", "cycles", "gravities",
        "ounce", "pound", "ft-lb", "oz-in", "gauss", "gilberts", "henry", "millihenry", "farad", "microfarad",
        "ohms", "siemens", "mole", "becquerel", "PPM", "reserved", "Decibels", "DbA", "DbC", "gray", "sievert",
        "color temp deg K", "bit", "kilobit", "megabit", "gigabit", "byte", "kilobyte", "megabyte", "gigabyte",
        "word", "dword", "qword", "line", "hit", "miss", "retry", "reset", "overflow", "underrun", "collision",
        "packets", "messages", "characters", "error", "correctable error", "uncorrectable error", "fatal error",
        "grams",
    ]
}
