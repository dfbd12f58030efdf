import Octets
import TFTP

/// Packets are written and parsed again to the same; a transfer takes whatever comes and ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    var transfer = TFTPTransfer(
        file: [UInt8](repeating: 7, count: count &* 13),
        options: TFTPOptions(["blksize": "8", "windowsize": "4", "tsize": "0"])
    )
    var now = Duration.zero
    _ = transfer.start(at: now)
    // The input is cut into packets: a length, then so many octets.
    var rest = octets[...]
    while let length = rest.popFirst() {
        now += .milliseconds(Int(length))
        let packet = Array(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        if packet.isEmpty {
            _ = transfer.handle(.timerFired, at: now)
        } else if let parsed = try? TFTPPacket(parsing: packet) {
            check(parsed)
            _ = transfer.handle(.received(parsed), at: now)
        }
    }
    if let parsed = try? TFTPPacket(parsing: octets) { check(parsed) }
    _ = TFTPFileName(String(decoding: octets, as: UTF8.self))
    return 0
}

private func check(_ packet: TFTPPacket) {
    guard let again = try? TFTPPacket(parsing: packet.octets), again == packet else {
        fatalError("not the same again: \(packet)")
    }
}
