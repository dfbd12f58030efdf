import Octets

/// A record of the multirecord area (FRU Information Storage Definition 1.0 section 16).
public struct FRURecord: Hashable, Sendable {
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let powerSupply = Self(rawValue: 0x00)
        public static let dcOutput = Self(rawValue: 0x01)
        public static let dcLoad = Self(rawValue: 0x02)
        public static let managementAccess = Self(rawValue: 0x03)
        /// From here on, the data begin with the maker's IANA number.
        public static let firstOfMakers = Self(rawValue: 0xC0)
    }

    public var kind: Kind
    /// At most 255.
    public var data: [UInt8]

    public init(kind: Kind, data: [UInt8]) {
        self.kind = kind
        self.data = data
    }

    /// A record as it stands in the area.
    struct Entry {
        var record: FRURecord
        var isLast: Bool
        /// The data's checksum is right.
        var isSound: Bool

        init(reading reader: inout OctetReader) throws(WireError) {
            let header: [UInt8] = try [UInt8](reader.read(5))
            guard header.reduce(0, &+) == 0 else {
                throw .invalid(field: "record header checksum", value: UInt64(header[4]))
            }
            let data = try [UInt8](reader.read(Int(header[2])))
            record = FRURecord(kind: Kind(rawValue: header[0]), data: data)
            isLast = header[1] & 0x80 != 0
            isSound = data.reduce(header[3], &+) == 0
        }
    }

    static func octets(_ records: [FRURecord]) throws(WireError) -> [UInt8] {
        var octets: [UInt8] = []
        for (index, record) in records.enumerated() {
            guard let length = UInt8(exactly: record.data.count) else {
                throw .invalid(field: "length of a FRU record", value: UInt64(record.data.count))
            }
            let end: UInt8 = index == records.count - 1 ? 0x80 : 0
            let header = [record.kind.rawValue, end | 2, length, 0 &- record.data.reduce(0, &+)]
            octets += header + [0 &- header.reduce(0, &+)] + record.data
        }
        return octets
    }
}

// MARK: Contents

extension FRURecord {
    /// What of the data has a meaning here.
    public enum Content: Hashable, Sendable {
        case powerSupply(FRUPowerSupply)
        case dcOutput(FRUVoltage)
        case dcLoad(FRUVoltage)
        case managementAccess(FRUManagementAccess)
        /// By IANA number.
        case maker(UInt32, [UInt8])
        case other
    }

    public var content: Content {
        var reader = OctetReader(data)
        do {
            switch kind {
            case .powerSupply: return .powerSupply(try FRUPowerSupply(reading: &reader))
            case .dcOutput: return .dcOutput(try FRUVoltage(reading: &reader))
            case .dcLoad: return .dcLoad(try FRUVoltage(reading: &reader))
            case .managementAccess: return .managementAccess(try FRUManagementAccess(reading: &reader))
            case _ where kind.rawValue >= Kind.firstOfMakers.rawValue:
                let maker: ArraySlice<UInt8> = try reader.read(3)
                return .maker(maker.reversed().reduce(0) { $0 << 8 | UInt32($1) }, [UInt8](reader.readRemaining()))
            default: return .other
            }
        } catch {
            return .other
        }
    }
}

/// What a power supply can do (section 18.1).
public struct FRUPowerSupply: Hashable, Sendable {
    /// In watts.
    public var capacity: Int
    /// In volt-amperes, nil when it is not said.
    public var peakVA: Int?
    /// In volts: the first and the second range of input, nil where there is none.
    public var inputs: [ClosedRange<Double>]
    public var isHotSwappable: Bool
    /// Tells beforehand that it will fail.
    public var predictsFailure: Bool
    /// In watts, and for how many seconds.
    public var peakCapacity: Int
    public var peakHoldUp: Int

    init(reading reader: inout OctetReader) throws(WireError) {
        capacity = Int(try reader.readLittleEndian(UInt16.self) & 0x0FFF)
        let peak: UInt16 = try reader.readLittleEndian()
        peakVA = peak == 0xFFFF ? nil : Int(peak)
        _ = try reader.read(2)
        inputs = []
        for _ in 0..<2 {
            let low: UInt16 = try reader.readLittleEndian()
            let high: UInt16 = try reader.readLittleEndian()
            if high > 0, low <= high { inputs.append(Double(low) / 100...Double(high) / 100) }
        }
        _ = try reader.read(3)
        let flags: UInt8 = try reader.readInteger()
        isHotSwappable = flags & 0x08 != 0
        predictsFailure = flags & 0x01 != 0
        let most: UInt16 = try reader.readLittleEndian()
        peakCapacity = Int(most & 0x0FFF)
        peakHoldUp = Int(most >> 12)
    }
}

/// A voltage that a unit gives or takes (sections 18.2 and 18.3).
public struct FRUVoltage: Hashable, Sendable {
    public var output: Int
    /// In volts.
    public var nominal: Double
    public var lowest: Double
    public var highest: Double
    /// In amperes.
    public var leastCurrent: Double
    public var mostCurrent: Double

    init(reading reader: inout OctetReader) throws(WireError) {
        output = Int(try reader.readInteger(UInt8.self) & 0x0F)
        nominal = Double(try reader.readLittleEndian(Int16.self)) / 100
        lowest = Double(try reader.readLittleEndian(Int16.self)) / 100
        highest = Double(try reader.readLittleEndian(Int16.self)) / 100
        _ = try reader.read(2)
        leastCurrent = Double(try reader.readLittleEndian(UInt16.self)) / 1000
        mostCurrent = Double(try reader.readLittleEndian(UInt16.self)) / 1000
    }
}

/// How the unit's management is found (section 18.4).
public struct FRUManagementAccess: Hashable, Sendable {
    public enum Subject: UInt8, Hashable, Sendable {
        case systemURL = 1
        case systemName, systemPing, componentURL, componentName, componentPing, systemUUID
    }

    public var subject: Subject
    public var text: String

    init(reading reader: inout OctetReader) throws(WireError) {
        let number: UInt8 = try reader.readInteger()
        guard let subject = Subject(rawValue: number) else {
            throw .invalid(field: "management access", value: UInt64(number))
        }
        let octets = [UInt8](reader.readRemaining())
        self.subject = subject
        text =
            subject == .systemUUID
            ? SystemGUID.uuid(octets) ?? PackedText.hexadecimal(octets) : PackedText.latin1(octets).trimmed
    }
}
