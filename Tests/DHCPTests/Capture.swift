import Octets

/// The UDP payloads over IPv4 in a capture file (pcap or pcapng, Ethernet or raw IP).
struct Capture {
    struct Datagram {
        var source: UInt16
        var target: UInt16
        var payload: [UInt8]
    }

    var datagrams: [Datagram] = []

    init(_ octets: [UInt8]) throws {
        var reader = OctetReader(octets)
        let magic: UInt32 = try reader.readInteger()
        switch magic {
        case 0xD4C3_B2A1, 0x4D3C_B2A1: try readFrames(&reader, little: true)
        case 0xA1B2_C3D4, 0xA1B2_3C4D: try readFrames(&reader, little: false)
        case 0x0A0D_0D0A: try readBlocks(octets)
        default: throw WireError.invalid(field: "capture magic", value: UInt64(magic))
        }
    }

    private mutating func readFrames(_ reader: inout OctetReader, little: Bool) throws {
        _ = try reader.read(16)
        let link = try Self.word(&reader, little)
        while reader.remaining >= 16 {
            _ = try reader.read(8)
            let captured = try Self.word(&reader, little)
            _ = try reader.read(4)
            add(frame: Array(try reader.read(Int(captured))), link: link)
        }
    }

    private mutating func readBlocks(_ octets: [UInt8]) throws {
        var reader = OctetReader(octets)
        var links: [UInt32] = []
        while reader.remaining >= 12 {
            let type = try Self.word(&reader, true)
            let length = Int(try Self.word(&reader, true))
            guard length >= 12 else {
                throw WireError.invalid(field: "block length", value: UInt64(length))
            }
            var block = OctetReader(try reader.read(length - 8))
            if type == 1 { links.append(UInt32(try block.readLittleEndian(UInt16.self))) }
            guard type == 6 else { continue }
            let interface = Int(try Self.word(&block, true))
            _ = try block.read(8)
            let captured = try Self.word(&block, true)
            _ = try block.read(4)
            add(
                frame: Array(try block.read(Int(captured))),
                link: interface < links.count ? links[interface] : 1
            )
        }
    }

    private static func word(_ reader: inout OctetReader, _ little: Bool) throws -> UInt32 {
        little ? try reader.readLittleEndian() : try reader.readInteger()
    }

    private mutating func add(frame: [UInt8], link: UInt32) {
        guard let datagram = try? Self.datagram(frame, link: link) else { return }
        datagrams.append(datagram)
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
