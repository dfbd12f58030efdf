public import Octets

/// A sensor's six thresholds as raw values, in the order of Get Sensor Thresholds (IPMI 2.0 section 35.9).
public struct RawThresholds: Hashable, Sendable {
    public enum Kind: Int, Hashable, Sendable, CaseIterable {
        case lowerNonCritical, lowerCritical, lowerNonRecoverable
        case upperNonCritical, upperCritical, upperNonRecoverable
    }

    var octets: [UInt8]

    public init() { octets = [UInt8](repeating: 0, count: 6) }

    public subscript(kind: Kind) -> UInt8 {
        get { octets[kind.rawValue] }
        set { octets[kind.rawValue] = newValue }
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        octets = try [UInt8](reader.read(6))
    }

    /// A full record has them the other way round.
    init(highestFirst reader: inout OctetReader) throws(WireError) {
        octets = try reader.read(6).reversed()
    }
}

/// The answer to Get Sensor Thresholds (IPMI 2.0 section 35.9).
public struct SensorThresholds: Hashable, Sendable {
    private var mask: UInt8
    private var raw: RawThresholds

    public init(_ data: [UInt8]) throws(WireError) {
        var reader = OctetReader(data)
        mask = try reader.readInteger() & 0x3F
        raw = try RawThresholds(reading: &reader)
    }

    /// The thresholds that a record says are readable, with the values it has.
    public init(of record: FullSensorRecord) {
        mask = UInt8(truncatingIfNeeded: record.sensor.readingMask) & 0x3F
        raw = record.thresholds
    }

    public var octets: [UInt8] { [mask] + raw.octets }

    /// The comparisons that hold for a raw value, as Get Sensor Reading tells them.
    public func comparisons(_ value: UInt8) -> UInt16 {
        RawThresholds.Kind.allCases.reduce(0) { states, kind in
            guard let threshold = self[kind] else { return states }
            let isLower = kind.rawValue < RawThresholds.Kind.upperNonCritical.rawValue
            let holds = isLower ? value <= threshold : value >= threshold
            return states | (holds ? 1 << kind.rawValue : 0)
        }
    }

    /// Nil where the sensor has no such threshold.
    public subscript(kind: RawThresholds.Kind) -> UInt8? {
        mask & 1 << kind.rawValue != 0 ? raw[kind] : nil
    }
}
