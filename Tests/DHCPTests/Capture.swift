import Octets
import TestSupport

/// The UDP payloads over IPv4 in a capture file (pcap or pcapng, Ethernet or raw IP).
struct Capture {
    struct Datagram {
        var source: UInt16
        var target: UInt16
        var payload: [UInt8]
    }

    var datagrams: [Datagram] = []

    init(_ octets: [UInt8]) throws {
        for frame in try CaptureFile(octets).frames {
            if let datagram = try? Self.datagram(frame.octets, link: frame.link) { datagrams.append(datagram) }
        }
    }

    private static func datagram(_ frame: [UInt8], link: UInt32) throws -> Datagram? {
        var reader = OctetReader(frame)
        if link == 1 {
            _ = try reader.read(12)
            var kind: UInt16 = try reader.readInteger()
            if kind == 0x8100 {
                _ = try reader.read(2)
                kind = try reader.readInteger()
            }
            guard kind == 0x0800 else { return nil }
        }
        let version: UInt8 = try reader.readInteger()
        guard version >> 4 == 4 else { return nil }
        let header = Array(try reader.read(Int(version & 15) * 4 - 1))
        guard header[8] == 17 else { return nil }
        let source: UInt16 = try reader.readInteger()
        let target: UInt16 = try reader.readInteger()
        let length: UInt16 = try reader.readInteger()
        _ = try reader.read(2)
        return Datagram(
            source: source,
            target: target,
            payload: Array(try reader.read(max(0, Int(length) - 8)))
        )
    }
}
