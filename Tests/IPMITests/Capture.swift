import TestSupport

/// The UDP payloads of a capture of Ethernet frames over loopback, in order.
struct Capture {
    var datagrams: [[UInt8]] = []

    init(asset path: String) throws {
        let octets = try Fixture.octets(ofAsset: path)
        var position = 24
        while position + 16 <= octets.count {
            let length = (0..<4).reduce(0) { $0 | Int(octets[position + 8 + $1]) << (8 * $1) }
            let frame = octets[(position + 16)..<(position + 16 + length)]
            datagrams.append([UInt8](frame.dropFirst(14 + 20 + 8)))
            position += 16 + length
        }
    }
}

func octets(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
