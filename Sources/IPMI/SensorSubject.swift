import Octets

/// Which controller a sensor belongs to (IPMI 2.0 table 43-1, octets 6 and 7).
public struct SensorOwner: Hashable, Sendable {
    /// A controller's address, or with bit 0 the number of a program.
    public var id: UInt8
    public var channel: UInt8
    public var lun: UInt8

    public init(id: UInt8 = 0x20, channel: UInt8 = 0, lun: UInt8 = 0) {
        self.id = id
        self.channel = channel
        self.lun = lun
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        id = try reader.readInteger()
        let second: UInt8 = try reader.readInteger()
        channel = second >> 4
        lun = second & 0x03
    }

    func write(to octets: inout [UInt8]) { octets += [id, channel << 4 | lun & 0x03] }
}

/// What a sensor or device is on (IPMI 2.0 section 39.1).
public struct EntityReference: Hashable, Sendable {
    public var id: UInt8
    /// From 1; numbers from 0x60 count within a controller. Bit 7 marks a thing of thought, a group say.
    public var instance: UInt8

    public init(id: UInt8, instance: UInt8) {
        self.id = id
        self.instance = instance
    }

    init(reading reader: inout OctetReader) throws(WireError) {
        id = try reader.readInteger()
        instance = try reader.readInteger()
    }

    func write(to octets: inout [UInt8]) { octets += [id, instance] }
}

extension EntityReference: CustomStringConvertible {
    /// "system board 1".
    public var description: String {
        let number = instance & 0x7F
        let name = Self.names.indices.contains(Int(id)) ? Self.names[Int(id)] : "entity \(id)"
        return number == 0 ? name : "\(name) \(number)"
    }

    /// IPMI 2.0 table 43-13.
    private static let names = [
        "unspecified", "other", "unknown", "processor", "disk or disk bay", "peripheral bay",
        "system management module", "system board", "memory module", "processor module", "power supply",
        "add-in card", "front panel board", "back panel board", "power system board", "drive backplane",
        "system internal expansion board", "other system board", "processor board", "power unit", "power module",
        "power management", "chassis back panel board", "system chassis", "sub-chassis", "other chassis board",
        "disk drive bay", "peripheral bay", "device bay", "fan", "cooling unit", "cable", "memory device",
        "system management software", "system firmware", "operating system", "system bus", "group",
        "remote management device", "external environment", "battery", "processing blade", "connectivity switch",
        "processor and memory module", "I/O module", "processor and I/O module", "management controller firmware",
        "IPMI channel", "PCI bus", "PCI Express bus", "SCSI bus", "SATA or SAS bus", "processor bus",
        "real time clock", "reserved", "air inlet", "reserved", "reserved", "reserved", "reserved", "reserved",
        "reserved", "reserved", "reserved", "air inlet", "processor", "system board",
    ]
}
