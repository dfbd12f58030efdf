public import Octets

/// What a station tells of itself on a link: who it is, by which port, and whatever else it wants known
/// (IEEE 802.1AB-2016 section 8).
public struct LLDPDU: Hashable, Sendable {
    public var chassis: ChassisID
    public var port: PortID
    /// How many seconds this may be believed; 0: forget it now.
    public var timeToLive: UInt16
    /// All TLVs behind the first three, in order, also those that nothing here reads.
    public var others: [TLV]

    public init(chassis: ChassisID, port: PortID, timeToLive: UInt16 = 120, others: [TLV] = []) {
        self.chassis = chassis
        self.port = port
        self.timeToLive = timeToLive
        self.others = others
    }
}

extension LLDPDU {
    /// Reads what stands behind the ethertype. Octets behind the end are the frame's padding; an end that is missing is
    /// accepted, for edition 2009 of the standard no longer asks for it.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        chassis = try ChassisID(octets: Self.mandatory(.chassisID, from: &reader))
        port = try PortID(octets: Self.mandatory(.portID, from: &reader))
        var seconds = OctetReader(try Self.mandatory(.timeToLive, from: &reader))
        timeToLive = try seconds.readInteger()
        others = []
        while reader.remaining > 0 {
            let tlv = try TLV(reading: &reader)
            guard tlv.type != .end else { return }
            // Section 9.2.7.7.1: said twice, none of it is to be believed.
            guard !Self.mandatoryTypes.contains(tlv.type) else {
                throw .invalid(field: "repeated TLV type", value: UInt64(tlv.type.rawValue))
            }
            others.append(tlv)
        }
    }

    /// What stands behind the ethertype, with the end and without padding.
    public func octets() throws(WireError) -> [UInt8] {
        var seconds: [UInt8] = []
        seconds.append(bigEndian: timeToLive)
        var octets: [UInt8] = []
        try TLV(.chassisID, chassis.octets).write(to: &octets)
        try TLV(.portID, port.octets).write(to: &octets)
        try TLV(.timeToLive, seconds).write(to: &octets)
        for tlv in others { tlv.write(to: &octets) }
        return octets + [0, 0]
    }

    private static let mandatoryTypes: Set<TLVType> = [.chassisID, .portID, .timeToLive]

    private static func mandatory(
        _ type: TLVType,
        from reader: inout OctetReader
    ) throws(WireError) -> [UInt8] {
        let tlv = try TLV(reading: &reader)
        guard tlv.type == type else {
            throw .invalid(field: "TLV type where \(type.rawValue) is due", value: UInt64(tlv.type.rawValue))
        }
        return tlv.value
    }
}
