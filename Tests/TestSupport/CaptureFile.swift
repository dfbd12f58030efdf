public import Octets

/// The frames in a capture file (pcap or pcapng).
public struct CaptureFile {
    public struct Frame {
        /// The kind of link that it was seen on: 1 is Ethernet.
        public var link: UInt32
        public var octets: [UInt8]
    }

    public private(set) var frames: [Frame] = []

    public init(_ octets: [UInt8]) throws(WireError) {
        var reader = OctetReader(octets)
        let magic: UInt32 = try reader.readInteger()
        switch magic {
        case 0xD4C3_B2A1, 0x4D3C_B2A1: try readFrames(&reader, little: true)
        case 0xA1B2_C3D4, 0xA1B2_3C4D: try readFrames(&reader, little: false)
        case 0x0A0D_0D0A: try readBlocks(octets)
        default: throw .invalid(field: "capture magic", value: UInt64(magic))
        }
    }

    /// The frames of a capture that has Ethernet's alone.
    public static func ethernet(_ octets: [UInt8]) throws(WireError) -> [[UInt8]] {
        let frames = try CaptureFile(octets).frames
        if let other = frames.first(where: { $0.link != 1 }) {
            throw .invalid(field: "link type", value: UInt64(other.link))
        }
        return frames.map(\.octets)
    }

    private mutating func readFrames(_ reader: inout OctetReader, little: Bool) throws(WireError) {
        _ = try reader.read(16)
        let link = try Self.word(&reader, little)
        while reader.remaining >= 16 {
            _ = try reader.read(8)
            let captured = try Self.word(&reader, little)
            _ = try reader.read(4)
            frames.append(Frame(link: link, octets: Array(try reader.read(Int(captured)))))
        }
    }

    private mutating func readBlocks(_ octets: [UInt8]) throws(WireError) {
        var reader = OctetReader(octets)
        var links: [UInt32] = []
        while reader.remaining >= 12 {
            let type = try Self.word(&reader, true)
            let length = Int(try Self.word(&reader, true))
            guard length >= 12 else {
                throw .invalid(field: "block length", value: UInt64(length))
            }
            var block = OctetReader(try reader.read(length - 8))
            if type == 1 { links.append(UInt32(try block.readLittleEndian(UInt16.self))) }
            guard type == 6 else { continue }
            let interface = Int(try Self.word(&block, true))
            _ = try block.read(8)
            let captured = try Self.word(&block, true)
            _ = try block.read(4)
            frames.append(
                Frame(
                    link: interface < links.count ? links[interface] : 1,
                    octets: Array(try block.read(Int(captured)))
                )
            )
        }
    }

    private static func word(_ reader: inout OctetReader, _ little: Bool) throws(WireError) -> UInt32 {
        little ? try reader.readLittleEndian() : try reader.readInteger()
    }
}
