public import Octets

/// The VLAN of frames without a tag (IEEE 802.1Q-2018 section D.2.1).
public struct PortVLAN: TLVContent {
    public static var kind: TLVKind { .ieee8021(1) }

    /// 0: the port has none.
    public var vlan: UInt16

    public init(_ vlan: UInt16) {
        self.vlan = vlan
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        vlan = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: vlan)
    }
}

/// A VLAN that frames of some protocols belong to (section D.2.2).
public struct ProtocolVLAN: TLVContent {
    public static var kind: TLVKind { .ieee8021(2) }

    /// Bit 1: supported; bit 2: enabled.
    public var flags: UInt8
    public var vlan: UInt16

    public init(flags: UInt8, vlan: UInt16) {
        self.flags = flags
        self.vlan = vlan
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        flags = try reader.readInteger()
        vlan = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(flags)
        octets.append(bigEndian: vlan)
    }
}

/// A VLAN that is on the port, by its name (section D.2.3).
public struct VLANName: TLVContent {
    public static var kind: TLVKind { .ieee8021(3) }

    public var vlan: UInt16
    /// At most 32 octets by the standard.
    public var name: [UInt8]

    public init(vlan: UInt16, name: String) {
        self.vlan = vlan
        self.name = Array(name.utf8)
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        vlan = try reader.readInteger()
        let length: UInt8 = try reader.readInteger()
        name = Array(try reader.read(Int(length)))
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: vlan)
        octets.append(UInt8(min(name.count, 255)))
        octets += name.prefix(255)
    }

    public var text: String {
        String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// The VLAN that the station is managed by (section D.2.5).
public struct ManagementVLAN: TLVContent {
    public static var kind: TLVKind { .ieee8021(6) }

    public var vlan: UInt16

    public init(_ vlan: UInt16) {
        self.vlan = vlan
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        vlan = try reader.readInteger()
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(bigEndian: vlan)
    }
}

/// Whether the port can be, and is, one of several links used as one.
public protocol LinkAggregationContent: TLVContent {
    /// Bit 0: can be aggregated; bit 1: is.
    var status: UInt8 { get set }
    /// The aggregated port that it belongs to; 0 for none.
    var aggregatedPort: UInt32 { get set }

    init(status: UInt8, aggregatedPort: UInt32)
}

extension LinkAggregationContent {
    public init(reading reader: inout OctetReader) throws(WireError) {
        let status: UInt8 = try reader.readInteger()
        self.init(status: status, aggregatedPort: try reader.readInteger())
    }

    public func write(to octets: inout [UInt8]) {
        octets.append(status)
        octets.append(bigEndian: aggregatedPort)
    }

    public var canAggregate: Bool { status & 1 != 0 }
    public var isAggregated: Bool { status & 2 != 0 }
}

/// Link aggregation where IEEE 802.1AX keeps it since 2008.
public struct LinkAggregation: LinkAggregationContent {
    public static var kind: TLVKind { .ieee8021(7) }

    public var status: UInt8
    public var aggregatedPort: UInt32

    public init(status: UInt8, aggregatedPort: UInt32) {
        self.status = status
        self.aggregatedPort = aggregatedPort
    }
}

/// Link aggregation where IEEE 802.3 had it (clause 79.3.3, deprecated and still what is sent).
public struct EthernetLinkAggregation: LinkAggregationContent {
    public static var kind: TLVKind { .ieee8023(3) }

    public var status: UInt8
    public var aggregatedPort: UInt32

    public init(status: UInt8, aggregatedPort: UInt32) {
        self.status = status
        self.aggregatedPort = aggregatedPort
    }
}
