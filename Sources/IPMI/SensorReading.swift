public import Octets

extension IPMIRequest {
    /// Goes to the logical unit that the sensor belongs to.
    private static func sensor(_ command: UInt8, _ sensor: SensorDescription, _ more: [UInt8] = []) -> Self {
        Self(networkFunction: 0x04, command: command, data: [sensor.number] + more, lun: sensor.owner.lun)
    }

    /// IPMI 2.0 section 35.14.
    public static func sensorReading(_ sensor: SensorDescription) -> Self { Self.sensor(0x2D, sensor) }

    /// IPMI 2.0 section 35.9.
    public static func sensorThresholds(_ sensor: SensorDescription) -> Self { Self.sensor(0x27, sensor) }

    /// IPMI 2.0 section 35.5.
    public static func readingFactors(_ sensor: SensorDescription, reading: UInt8) -> Self {
        Self.sensor(0x23, sensor, [reading])
    }
}

/// The answer to Get Sensor Reading (IPMI 2.0 section 35.14).
public struct SensorReading: Hashable, Sendable {
    public var raw: UInt8
    public var isScanned: Bool
    /// The value and the states mean nothing now.
    public var isUnavailable: Bool
    /// The comparisons of a threshold sensor, six bits; the states of another, fifteen.
    public var states: UInt16

    public init(raw: UInt8, isScanned: Bool = true, isUnavailable: Bool = false, states: UInt16 = 0) {
        self.raw = raw
        self.isScanned = isScanned
        self.isUnavailable = isUnavailable
        self.states = states
    }

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        raw = try reader.readInteger()
        let flags: UInt8 = try reader.readInteger()
        isScanned = flags & 0x40 != 0
        isUnavailable = flags & 0x20 != 0
        // The octets of the states may be left out.
        let rest = [UInt8](reader.readRemaining())
        states = UInt16(rest.first ?? 0) | UInt16(rest.dropFirst().first ?? 0) << 8
    }

    public var octets: [UInt8] {
        [
            raw, 0x80 | (isScanned ? 0x40 : 0) | (isUnavailable ? 0x20 : 0),
            UInt8(truncatingIfNeeded: states), UInt8(truncatingIfNeeded: states >> 8) | 0x80,
        ]
    }

    public var isValid: Bool { isScanned && !isUnavailable }

    /// The state of a threshold sensor: the worst comparison that holds.
    public var level: SensorLevel {
        for (bits, level) in [(0x24, SensorLevel.nonRecoverable), (0x12, .critical), (0x09, .nonCritical)]
        where states & UInt16(bits) != 0 { return level }
        return .ok
    }

    /// How bad the states are, of a sensor whose states are degrees of severity (IPMI 2.0 table 42-2, type 7).
    public func severity(_ readingType: EventReadingType) -> SensorLevel {
        guard readingType.rawValue == 0x07 else { return .ok }
        for (bits, level) in [(0x48, SensorLevel.nonRecoverable), (0x24, .critical), (0x12, .nonCritical)]
        where states & UInt16(bits) != 0 { return level }
        return .ok
    }

    /// The numbers of the states that hold, of a sensor of states. Bit 15 is reserved.
    public var offsets: [Int] { (0..<15).filter { states & 1 << $0 != 0 } }
}

/// How a sensor with thresholds is.
public enum SensorLevel: String, Hashable, Sendable, CaseIterable {
    case ok
    case nonCritical = "non-critical"
    case critical
    case nonRecoverable = "non-recoverable"
}
