public import Octets

/// A record of the system event log, 16 octets (IPMI 2.0 section 32).
public struct SELRecord: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// Record type 2.
        case event(SystemEvent)
        /// Types 0xC0 to 0xDF: a time, the maker's IANA number and six octets.
        case timestamped(kind: UInt8, time: SELTime, manufacturer: UInt32, data: [UInt8])
        /// Types 0xE0 to 0xFF, and those that no table has: thirteen octets.
        case other(kind: UInt8, data: [UInt8])
    }

    public var id: UInt16
    public var content: Content

    public init(id: UInt16, content: Content) {
        self.id = id
        self.content = content
    }

    static let length = 16

    public init(_ octets: [UInt8]) throws(WireError) {
        var reader = OctetReader(octets)
        id = try reader.readLittleEndian()
        let kind: UInt8 = try reader.readInteger()
        var body = OctetReader(try reader.read(Self.length - 3))
        switch kind {
        case 0x02: content = .event(try SystemEvent(reading: &body))
        case 0xC0...0xDF:
            let time = SELTime(rawValue: try body.readLittleEndian())
            let maker: ArraySlice<UInt8> = try body.read(3)
            content = .timestamped(
                kind: kind,
                time: time,
                manufacturer: maker.reversed().reduce(0) { $0 << 8 | UInt32($1) },
                data: [UInt8](body.readRemaining())
            )
        default: content = .other(kind: kind, data: [UInt8](body.readRemaining()))
        }
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(littleEndian: id)
        switch content {
        case .event(let event):
            octets.append(0x02)
            event.write(to: &octets)
        case .timestamped(let kind, let time, let manufacturer, let data):
            octets.append(kind)
            octets.append(littleEndian: time.rawValue)
            octets.append(littleEndian: UInt16(truncatingIfNeeded: manufacturer))
            octets.append(UInt8(truncatingIfNeeded: manufacturer >> 16))
            octets += data
        case .other(let kind, let data):
            octets.append(kind)
            octets += data
        }
        return [UInt8](octets.prefix(Self.length)) + [UInt8](repeating: 0, count: max(0, Self.length - octets.count))
    }

    /// Nil where the record has none.
    public var time: SELTime? {
        switch content {
        case .event(let event): event.time
        case .timestamped(_, let time, _, _): time
        case .other: nil
        }
    }
}

/// A time of the log (IPMI 2.0 section 37).
public struct SELTime: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Seconds since 1970 by the BMC's clock, which may go by local time; nil when the clock was not set.
    public var instant: Double? {
        rawValue == 0xFFFF_FFFF || isSinceStart ? nil : Double(rawValue)
    }

    /// Seconds since the BMC started: its clock was not set yet.
    public var isSinceStart: Bool { rawValue < 0x2000_0000 }
}

/// Something that a sensor noticed (IPMI 2.0 table 32-1).
public struct SystemEvent: Hashable, Sendable {
    public var time: SELTime
    /// Which controller, or with bit 0 of the low octet which program, and over which channel and unit.
    public var generator: UInt16
    /// Of the event's form: 4, or 3 from IPMI 1.0.
    public var revision: UInt8
    public var sensorType: SensorType
    public var sensorNumber: UInt8
    public var isDeassertion: Bool
    public var readingType: EventReadingType
    /// Three octets; the low four bits of the first are the number of the state.
    public var data: [UInt8]

    public init(
        time: SELTime,
        generator: UInt16 = 0x20,
        revision: UInt8 = 4,
        sensorType: SensorType,
        sensorNumber: UInt8,
        isDeassertion: Bool = false,
        readingType: EventReadingType,
        data: [UInt8]
    ) {
        self.time = time
        self.generator = generator
        self.revision = revision
        self.sensorType = sensorType
        self.sensorNumber = sensorNumber
        self.isDeassertion = isDeassertion
        self.readingType = readingType
        self.data = data
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        time = SELTime(rawValue: try reader.readLittleEndian())
        generator = try reader.readLittleEndian()
        revision = try reader.readInteger()
        sensorType = SensorType(rawValue: try reader.readInteger())
        sensorNumber = try reader.readInteger()
        let kind: UInt8 = try reader.readInteger()
        isDeassertion = kind & 0x80 != 0
        readingType = EventReadingType(rawValue: kind & 0x7F)
        data = try [UInt8](reader.read(3))
    }

    func write(to octets: inout [UInt8]) {
        octets.append(littleEndian: time.rawValue)
        octets.append(littleEndian: generator)
        octets += [revision, sensorType.rawValue, sensorNumber]
        octets.append((isDeassertion ? 0x80 : 0) | readingType.rawValue & 0x7F)
        octets += data
    }
}
