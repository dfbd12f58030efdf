import Octets

/// Record type 3: a sensor that raises events and cannot be read (IPMI 2.0 table 43-3).
public struct EventOnlyRecord: Hashable, Sendable {
    static let kind: UInt8 = 0x03

    public var owner: SensorOwner
    public var number: UInt8
    public var entity: EntityReference
    public var type: SensorType
    public var readingType: EventReadingType
    public var sharing: RecordSharing
    public var oem: UInt8
    public var name: SDRName

    public init(
        owner: SensorOwner = SensorOwner(),
        number: UInt8,
        entity: EntityReference,
        type: SensorType,
        readingType: EventReadingType,
        sharing: RecordSharing = RecordSharing(),
        oem: UInt8 = 0,
        name: SDRName
    ) {
        self.owner = owner
        self.number = number
        self.entity = entity
        self.type = type
        self.readingType = readingType
        self.sharing = sharing
        self.oem = oem
        self.name = name
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        owner = try SensorOwner(reading: &reader)
        number = try reader.readInteger()
        entity = try EntityReference(reading: &reader)
        type = SensorType(rawValue: try reader.readInteger())
        readingType = EventReadingType(rawValue: try reader.readInteger())
        sharing = try RecordSharing(reading: &reader)
        _ = try reader.read(1)
        oem = try reader.readInteger()
        name = SDRName(reading: &reader)
    }

    func write(to octets: inout [UInt8]) {
        owner.write(to: &octets)
        octets.append(number)
        entity.write(to: &octets)
        octets += [type.rawValue, readingType.rawValue]
        sharing.write(to: &octets)
        octets += [0, oem]
        name.write(to: &octets)
    }
}
