public import Octets

/// An Ethernet frame with an LLDPDU in it.
public struct LLDPFrame: Hashable, Sendable {
    public static let ethertype: UInt16 = 0x88CC
    /// Reaches the next bridge and no further (IEEE 802.1AB-2016 table 7-1).
    public static let nearestBridge = MACAddress(octets: [0x01, 0x80, 0xC2, 0x00, 0x00, 0x0E])

    /// What a VLAN's tag begins with, of customers and of providers.
    private static let tags: Set<UInt16> = [0x8100, 0x88A8]

    public var destination: MACAddress
    public var source: MACAddress
    public var unit: LLDPDU

    public init(to destination: MACAddress, from source: MACAddress, _ unit: LLDPDU) {
        self.destination = destination
        self.source = source
        self.unit = unit
    }
}

extension LLDPFrame {
    /// Reads a frame from its destination on; tags of VLANs are passed over.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        guard let destination = MACAddress(octets: try reader.read(6)),
            let source = MACAddress(octets: try reader.read(6))
        else { throw .truncated(needed: 12, left: 0, at: 0) }
        var type: UInt16 = try reader.readInteger()
        while Self.tags.contains(type) {
            _ = try reader.read(2)
            type = try reader.readInteger()
        }
        guard type == Self.ethertype else { throw .invalid(field: "ethertype", value: UInt64(type)) }
        self.init(to: destination, from: source, try LLDPDU(parsing: reader.readRemaining()))
    }

    /// The frame without tags, padding and check sequence.
    public func octets() throws(WireError) -> [UInt8] {
        var octets = destination.octets + source.octets
        octets.append(bigEndian: Self.ethertype)
        return octets + (try unit.octets())
    }
}
