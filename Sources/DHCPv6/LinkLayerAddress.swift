public import Octets

/// An address of a kind of network: option 79 (RFC 6939), and a part of some DUIDs.
public struct LinkLayerAddress: Hashable, Sendable {
    /// 1 is Ethernet (RFC 826).
    public var hardwareType: UInt16
    public var octets: [UInt8]

    public init(hardwareType: UInt16, octets: [UInt8]) {
        self.hardwareType = hardwareType
        self.octets = octets
    }

    public init(_ address: MACAddress) {
        self.init(hardwareType: 1, octets: address.octets)
    }

    /// The Ethernet address; nil for other hardware.
    public var macAddress: MACAddress? { hardwareType == 1 ? MACAddress(octets: octets) : nil }
}
