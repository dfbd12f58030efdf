import Octets

/// A UDP datagram over IPv4 as an Ethernet frame carries it. Checksums are not looked at: a sender that leaves them to
/// its network card is captured before they are made.
struct UDPDatagram: Hashable, Sendable {
    static let serverPort: UInt16 = 67
    static let clientPort: UInt16 = 68
    static let tftpPort: UInt16 = 69
    static let proxyPort: UInt16 = 4011

    var sourceMAC: MACAddress?
    var source: IPv4Address
    var sourcePort: UInt16
    var destination: IPv4Address
    var destinationPort: UInt16
    var payload: ArraySlice<UInt8>
}

extension UDPDatagram {
    private static let ethernetIPv4: UInt16 = 0x0800
    /// Tags before the type that count: 802.1Q, 802.1ad, and what switches sent before that.
    private static let tags: Set<UInt16> = [0x8100, 0x88A8, 0x9100]
    private static let protocolUDP: UInt8 = 17
    private static let ipv4HeaderSize = 20
    private static let udpHeaderSize = 8

    /// Every length is held against what is there; octets after the IP packet are padding.
    init(frame: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(frame)
        _ = try reader.read(6)
        sourceMAC = MACAddress(octets: try reader.read(6))
        var type: UInt16 = try reader.readInteger()
        while Self.tags.contains(type) {
            _ = try reader.read(2)
            type = try reader.readInteger()
        }
        guard type == Self.ethernetIPv4 else { throw .invalid(field: "EtherType", value: UInt64(type)) }

        let first: UInt8 = try reader.readInteger()
        guard first >> 4 == 4 else { throw .invalid(field: "IP version", value: UInt64(first >> 4)) }
        let headerSize = Int(first & 15) * 4
        guard headerSize >= Self.ipv4HeaderSize else {
            throw .invalid(field: "IPv4 header length", value: UInt64(first & 15))
        }
        _ = try reader.read(1)
        let total: UInt16 = try reader.readInteger()
        guard Int(total) >= headerSize + Self.udpHeaderSize else {
            throw .invalid(field: "IPv4 total length", value: UInt64(total))
        }
        _ = try reader.read(2)
        let fragment: UInt16 = try reader.readInteger()
        // More fragments follow, or this is a later one: ports are in the first, the message in all together.
        guard fragment & 0x3FFF == 0 else { throw .invalid(field: "IPv4 fragment", value: UInt64(fragment)) }
        _ = try reader.read(1)
        let carried: UInt8 = try reader.readInteger()
        guard carried == Self.protocolUDP else { throw .invalid(field: "IP protocol", value: UInt64(carried)) }
        _ = try reader.read(2)
        source = IPv4Address(rawValue: try reader.readInteger())
        destination = IPv4Address(rawValue: try reader.readInteger())
        _ = try reader.read(headerSize - Self.ipv4HeaderSize)

        var datagram = OctetReader(try reader.read(Int(total) - headerSize))
        sourcePort = try datagram.readInteger()
        destinationPort = try datagram.readInteger()
        let length: UInt16 = try datagram.readInteger()
        guard Int(length) >= Self.udpHeaderSize else {
            throw .invalid(field: "UDP length", value: UInt64(length))
        }
        _ = try datagram.read(2)
        payload = try datagram.read(Int(length) - Self.udpHeaderSize)
    }

    /// Whether the ports are those of DHCP or of a proxy, whose replies go to whatever port the client asked from.
    var isForDHCP: Bool {
        [Self.serverPort, Self.clientPort, Self.proxyPort].contains(destinationPort)
            || [Self.serverPort, Self.proxyPort].contains(sourcePort)
    }

    /// The file that a TFTP read request asks for.
    var requestedFile: String? {
        guard destinationPort == Self.tftpPort else { return nil }
        var reader = OctetReader(payload)
        guard let operation = try? reader.readInteger(UInt16.self), operation == 1,
            let name = try? reader.readUntilZero()
        else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}
