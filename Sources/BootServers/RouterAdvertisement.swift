import Octets

/// What a router says on its wire (RFC 4861 section 4.2): here, that addresses come from DHCPv6 and which are on the wire.
///
/// It is no way out: the router's lifetime is zero.
struct RouterAdvertisement: Hashable, Sendable {
    var prefix: IPv6Prefix
    /// The sender's Ethernet address.
    var source: MACAddress?
    /// Seconds for which the prefix is on the wire.
    var lifetime: UInt32 = 86_400

    static let type: UInt8 = 134
    static let solicitationType: UInt8 = 133

    /// The ICMPv6 message; its checksum is the kernel's affair.
    var octets: [UInt8] {
        var octets: [UInt8] = [Self.type, 0, 0, 0, 64, 0b1100_0000]  // Managed addresses, other configuration too.
        octets.append(bigEndian: UInt16(0))
        octets.append(bigEndian: UInt32(0))
        octets.append(bigEndian: UInt32(0))
        if let source { octets += [1, 1] + source.octets }
        octets += [3, 4, UInt8(prefix.prefixLength), 0b1000_0000]  // On the wire, not for making addresses of.
        octets.append(bigEndian: lifetime)
        octets.append(bigEndian: lifetime)
        octets.append(bigEndian: UInt32(0))
        return octets + prefix.network.octets
    }
}
