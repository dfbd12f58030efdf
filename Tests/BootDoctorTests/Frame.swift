import Octets

/// An Ethernet frame around a UDP payload, as a packet socket gives it.
struct Frame {
    var sourceMAC: MACAddress
    var source: IPv4Address
    var sourcePort: UInt16
    var destination: IPv4Address
    var destinationPort: UInt16
    var payload: [UInt8]
    /// What stands before the type: 802.1Q and the like, four octets each.
    var tags: [UInt8] = []
    var ipOptions: [UInt8] = []
    var padding = 0

    /// Where the IP header begins.
    var headerStart: Int { 14 + tags.count }

    var octets: [UInt8] {
        var octets = [UInt8](repeating: 0xFF, count: 6) + sourceMAC.octets + tags + [0x08, 0x00]
        octets += [UInt8(0x45 + ipOptions.count / 4), 0]
        octets.append(bigEndian: UInt16(28 + ipOptions.count + payload.count))
        // Identification, "do not fragment", lifetime, UDP, no checksum.
        octets += [0, 7, 0x40, 0, 64, 17, 0, 0]
        octets += source.octets + destination.octets + ipOptions
        octets.append(bigEndian: sourcePort)
        octets.append(bigEndian: destinationPort)
        octets.append(bigEndian: UInt16(8 + payload.count))
        return octets + [0, 0] + payload + [UInt8](repeating: 0, count: padding)
    }
}
