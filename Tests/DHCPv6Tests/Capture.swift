import Octets
import TestSupport

/// The UDP payloads over IPv6 in a capture file (pcap, Ethernet).
struct Capture {
    struct Datagram {
        var sender: IPv6Address
        var target: UInt16
        var payload: [UInt8]
    }

    var datagrams: [Datagram] = []

    init(_ octets: [UInt8]) throws {
        for frame in try CaptureFile.ethernet(octets) {
            if let datagram = try Self.datagram(frame[...]) { datagrams.append(datagram) }
        }
    }

    private static func datagram(_ frame: ArraySlice<UInt8>) throws -> Datagram? {
        var reader = OctetReader(frame)
        _ = try reader.read(12)
        guard try reader.readInteger(UInt16.self) == 0x86DD else { return nil }
        _ = try reader.read(6)
        guard try reader.readInteger(UInt8.self) == 17 else { return nil }
        _ = try reader.read(1)
        let sender = try reader.read(16)
        _ = try reader.read(16 + 2)
        let target: UInt16 = try reader.readInteger()
        let length: UInt16 = try reader.readInteger()
        _ = try reader.read(2)
        return Datagram(
            sender: IPv6Address(octets: sender) ?? .any,
            target: target,
            payload: Array(try reader.read(max(0, Int(length) - 8)))
        )
    }
}
