public import Octets

/// A record of the sensor data repository (IPMI 2.0 section 43).
public struct SDRRecord: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case full(FullSensorRecord)
        case compact(CompactSensorRecord)
        case eventOnly(EventOnlyRecord)
        case fruLocator(FRULocatorRecord)
        case controllerLocator(ControllerLocatorRecord)
        /// Of a kind that is not read here, by its number.
        case other(UInt8, [UInt8])
    }

    public var id: UInt16
    public var content: Content

    public init(id: UInt16, content: Content) {
        self.id = id
        self.content = content
    }

    static let headerLength = 5
    private static let version: UInt8 = 0x51

    /// A record's first five octets.
    struct Header: Hashable, Sendable {
        var id: UInt16
        var kind: UInt8
        /// Of what follows.
        var length: Int

        init(reading reader: inout OctetReader) throws(WireError) {
            id = try reader.readLittleEndian()
            // Some leave the version as it was in IPMI 1.0; the records are the same.
            _ = try reader.read(1)
            kind = try reader.readInteger()
            length = Int(try reader.readInteger(UInt8.self))
        }
    }

    public init(_ octets: [UInt8]) throws(WireError) {
        var reader = OctetReader(octets)
        let header = try Header(reading: &reader)
        id = header.id
        var body = OctetReader(try reader.read(header.length))
        content =
            switch header.kind {
            case FullSensorRecord.kind: .full(try FullSensorRecord(reading: &body))
            case CompactSensorRecord.kind: .compact(try CompactSensorRecord(reading: &body))
            case EventOnlyRecord.kind: .eventOnly(try EventOnlyRecord(reading: &body))
            case FRULocatorRecord.kind: .fruLocator(try FRULocatorRecord(reading: &body))
            case ControllerLocatorRecord.kind: .controllerLocator(try ControllerLocatorRecord(reading: &body))
            default: .other(header.kind, [UInt8](body.readRemaining()))
            }
    }

    public var octets: [UInt8] {
        var body: [UInt8] = []
        let kind: UInt8
        switch content {
        case .full(let record):
            kind = FullSensorRecord.kind
            record.write(to: &body)
        case .compact(let record):
            kind = CompactSensorRecord.kind
            record.write(to: &body)
        case .eventOnly(let record):
            kind = EventOnlyRecord.kind
            record.write(to: &body)
        case .fruLocator(let record):
            kind = FRULocatorRecord.kind
            record.write(to: &body)
        case .controllerLocator(let record):
            kind = ControllerLocatorRecord.kind
            record.write(to: &body)
        case .other(let number, let octets):
            kind = number
            body = [UInt8](octets.prefix(255))
        }
        var octets: [UInt8] = []
        octets.append(littleEndian: id)
        return octets + [Self.version, kind, UInt8(truncatingIfNeeded: body.count)] + body
    }
}
