import TestSupport

/// The frames in a capture file, of any protocol.
struct Capture {
    var frames: [[UInt8]]

    init(_ octets: [UInt8]) throws {
        frames = try CaptureFile.ethernet(octets)
    }

    /// The frames whose ethertype is LLDP's.
    var lldpFrames: [[UInt8]] {
        frames.filter { $0.count > 14 && $0[12] == 0x88 && $0[13] == 0xCC }
    }
}
