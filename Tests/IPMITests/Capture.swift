import TestSupport

/// The UDP payloads of a capture of Ethernet frames over loopback, in order.
struct Capture {
    var datagrams: [[UInt8]] = []

    init(asset path: String) throws {
        let frames = try CaptureFile(Fixture.octets(ofAsset: path)).frames
        datagrams = frames.map { Array($0.octets.dropFirst(14 + 20 + 8)) }
    }
}

func octets(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
