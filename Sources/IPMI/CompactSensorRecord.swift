import Octets

/// How one record stands for several sensors in a row (IPMI 2.0 table 43-2, octets 24 and 25).
public struct RecordSharing: Hashable, Sendable {
    /// Bits 7 and 6: the sensor's direction; 5 and 4: whether numbers or letters follow the name; 3 to 0: how many.
    public var first: UInt8
    /// Bit 7: the entity's instance counts along; 6 to 0: where the names begin to count.
    public var second: UInt8

    public init(first: UInt8 = 1, second: UInt8 = 0) {
        self.first = first
        self.second = second
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        first = try reader.readInteger()
        second = try reader.readInteger()
    }

    func write(to octets: inout [UInt8]) { octets += [first, second] }

    /// How many sensors there are; zero in the record means one as well.
    public var count: Int { max(1, Int(first & 0x0F)) }

    /// What follows the name of the sensor with this place in the row: "7", "C", or nothing.
    public func suffix(_ index: Int) -> String {
        guard count > 1 else { return "" }
        let number = Int(second & 0x7F) + index
        guard first >> 4 & 0x03 == 1 else { return String(number) }
        func letter(_ number: Int) -> String {
            String(Unicode.Scalar(UInt8(ascii: "A") + UInt8(truncatingIfNeeded: number % 26)))
        }
        return (number < 26 ? "" : letter(number / 26 - 1)) + letter(number)
    }

    /// What the sensor with this place in the row is on.
    public func entity(_ entity: EntityReference, _ index: Int) -> EntityReference {
        guard second & 0x80 != 0 else { return entity }
        return EntityReference(id: entity.id, instance: entity.instance &+ UInt8(truncatingIfNeeded: index))
    }
}

/// Record type 2: a sensor of states, or several alike (IPMI 2.0 table 43-2).
public struct CompactSensorRecord: Hashable, Sendable {
    static let kind: UInt8 = 0x02

    public var sensor: SensorDescription
    public var sharing: RecordSharing
    public var positiveHysteresis: UInt8
    public var negativeHysteresis: UInt8
    public var oem: UInt8
    public var name: SDRName

    public init(
        sensor: SensorDescription,
        sharing: RecordSharing = RecordSharing(),
        positiveHysteresis: UInt8 = 0,
        negativeHysteresis: UInt8 = 0,
        oem: UInt8 = 0,
        name: SDRName
    ) {
        self.sensor = sensor
        self.sharing = sharing
        self.positiveHysteresis = positiveHysteresis
        self.negativeHysteresis = negativeHysteresis
        self.oem = oem
        self.name = name
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        sensor = try SensorDescription(reading: &reader)
        sharing = try RecordSharing(reading: &reader)
        positiveHysteresis = try reader.readInteger()
        negativeHysteresis = try reader.readInteger()
        _ = try reader.read(3)
        oem = try reader.readInteger()
        name = SDRName(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        sensor.write(to: &octets)
        sharing.write(to: &octets)
        octets += [positiveHysteresis, negativeHysteresis, 0, 0, 0, oem]
        name.write(to: &octets)
    }
}
