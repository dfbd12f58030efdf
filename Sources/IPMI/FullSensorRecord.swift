import Octets

/// What full and compact records have in common (IPMI 2.0 tables 43-1 and 43-2, octets 6 to 23).
public struct SensorDescription: Hashable, Sendable {
    public var owner: SensorOwner
    public var number: UInt8
    public var entity: EntityReference
    /// What is set up when the system starts.
    public var initialization: UInt8
    public var capabilities: UInt8
    public var type: SensorType
    public var readingType: EventReadingType
    /// Which events it raises as a state begins; of threshold sensors, which lower comparisons it returns as well.
    public var assertionMask: UInt16
    public var deassertionMask: UInt16
    /// Which states it returns; of threshold sensors, which thresholds can be read (low octet) and set (high octet).
    public var readingMask: UInt16
    public var units: SensorUnits

    public init(
        owner: SensorOwner = SensorOwner(),
        number: UInt8,
        entity: EntityReference,
        initialization: UInt8 = 0,
        capabilities: UInt8 = 0,
        type: SensorType,
        readingType: EventReadingType,
        assertionMask: UInt16 = 0,
        deassertionMask: UInt16 = 0,
        readingMask: UInt16 = 0,
        units: SensorUnits
    ) {
        self.owner = owner
        self.number = number
        self.entity = entity
        self.initialization = initialization
        self.capabilities = capabilities
        self.type = type
        self.readingType = readingType
        self.assertionMask = assertionMask
        self.deassertionMask = deassertionMask
        self.readingMask = readingMask
        self.units = units
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        owner = try SensorOwner(reading: &reader)
        number = try reader.readInteger()
        entity = try EntityReference(reading: &reader)
        initialization = try reader.readInteger()
        capabilities = try reader.readInteger()
        type = SensorType(rawValue: try reader.readInteger())
        readingType = EventReadingType(rawValue: try reader.readInteger())
        assertionMask = try reader.readLittleEndian()
        deassertionMask = try reader.readLittleEndian()
        readingMask = try reader.readLittleEndian()
        units = try SensorUnits(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        owner.write(to: &octets)
        octets.append(number)
        entity.write(to: &octets)
        octets += [initialization, capabilities, type.rawValue, readingType.rawValue]
        octets.append(littleEndian: assertionMask)
        octets.append(littleEndian: deassertionMask)
        octets.append(littleEndian: readingMask)
        units.write(to: &octets)
    }

    /// The thresholds can be asked for: they are in the sensor, not in the record alone.
    public var hasReadableThresholds: Bool { readingType == .threshold && [1, 2].contains(capabilities >> 2 & 0x03) }
}

/// Record type 1: a sensor with a measured value (IPMI 2.0 table 43-1).
public struct FullSensorRecord: Hashable, Sendable {
    static let kind: UInt8 = 0x01

    public var sensor: SensorDescription
    public var linearization: Linearization
    public var factors: ReadingFactors
    /// Bits 0 to 2: the nominal value, the normal maximum and the normal minimum mean something.
    public var characteristics: UInt8
    public var nominal: UInt8
    public var normalMaximum: UInt8
    public var normalMinimum: UInt8
    public var maximum: UInt8
    public var minimum: UInt8
    /// As they were when the record was made.
    public var thresholds: RawThresholds
    public var positiveHysteresis: UInt8
    public var negativeHysteresis: UInt8
    public var oem: UInt8
    public var name: SDRName

    public init(
        sensor: SensorDescription,
        linearization: Linearization = .linear,
        factors: ReadingFactors = ReadingFactors(),
        characteristics: UInt8 = 0,
        nominal: UInt8 = 0,
        normalMaximum: UInt8 = 0,
        normalMinimum: UInt8 = 0,
        maximum: UInt8 = 0xFF,
        minimum: UInt8 = 0,
        thresholds: RawThresholds = RawThresholds(),
        positiveHysteresis: UInt8 = 0,
        negativeHysteresis: UInt8 = 0,
        oem: UInt8 = 0,
        name: SDRName
    ) {
        self.sensor = sensor
        self.linearization = linearization
        self.factors = factors
        self.characteristics = characteristics
        self.nominal = nominal
        self.normalMaximum = normalMaximum
        self.normalMinimum = normalMinimum
        self.maximum = maximum
        self.minimum = minimum
        self.thresholds = thresholds
        self.positiveHysteresis = positiveHysteresis
        self.negativeHysteresis = negativeHysteresis
        self.oem = oem
        self.name = name
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        sensor = try SensorDescription(reading: &reader)
        linearization = Linearization(rawValue: try reader.readInteger())
        factors = try ReadingFactors(reading: &reader)
        characteristics = try reader.readInteger()
        nominal = try reader.readInteger()
        normalMaximum = try reader.readInteger()
        normalMinimum = try reader.readInteger()
        maximum = try reader.readInteger()
        minimum = try reader.readInteger()
        thresholds = try RawThresholds(highestFirst: &reader)
        positiveHysteresis = try reader.readInteger()
        negativeHysteresis = try reader.readInteger()
        _ = try reader.read(2)
        oem = try reader.readInteger()
        name = SDRName(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        sensor.write(to: &octets)
        octets.append(linearization.rawValue)
        factors.write(to: &octets)
        octets += [characteristics, nominal, normalMaximum, normalMinimum, maximum, minimum]
        octets += thresholds.octets.reversed()
        octets += [positiveHysteresis, negativeHysteresis, 0, 0, oem]
        name.write(to: &octets)
    }

    /// The measured value of a raw one. `factors` are those asked for where the record's do not hold.
    public func value(_ raw: UInt8, factors: ReadingFactors? = nil) -> Double? {
        (factors ?? self.factors).value(raw, sensor.units.format, linearization)
    }

    /// It has values, not states alone. Some BMCs give values for sensors of states as well.
    public var isMeasured: Bool {
        let units = sensor.units
        return units.format != .none && (sensor.readingType == .threshold || units.base != 0 || units.isPercentage)
    }

    /// A value as `ipmitool` writes it, without the unit.
    public func text(of value: Double) -> String { DecimalText.short(value, places: 2) }

    /// How far a value may be off, up and down.
    public var tolerance: Double? {
        sensor.units.format == .none ? nil : factors.toleranceValue(linearization)
    }
}
