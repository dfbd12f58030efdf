import Octets

/// The frames in a capture file (pcap, Ethernet), of any protocol.
struct Capture {
    var frames: [[UInt8]] = []

    init(_ octets: [UInt8]) throws {
        var reader = OctetReader(octets)
        let magic: UInt32 = try reader.readInteger()
        guard magic == 0xD4C3_B2A1 else { throw WireError.invalid(field: "capture magic", value: UInt64(magic)) }
        _ = try reader.read(16)
        let link: UInt32 = try reader.readLittleEndian()
        guard link == 1 else { throw WireError.invalid(field: "link type", value: UInt64(link)) }
        while reader.remaining >= 16 {
            _ = try reader.read(8)
            let captured: UInt32 = try reader.readLittleEndian()
            _ = try reader.read(4)
            frames.append(Array(try reader.read(Int(captured))))
        }
    }

    /// The frames whose ethertype is LLDP's.
    var lldpFrames: [[UInt8]] {
        frames.filter { $0.count > 14 && $0[12] == 0x88 && $0[13] == 0xCC }
    }
}
