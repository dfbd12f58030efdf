public import Octets

/// Option 3, IA_NA: the addresses that a client has for one interface (RFC 8415 section 21.4).
public struct IdentityAssociation: Hashable, Sendable {
    /// Chosen by the client, one for each interface.
    public var identifier: UInt32
    /// T1, in seconds: when the client asks the same server again. Zero leaves it to the client.
    public var renewalTime: UInt32
    /// T2, in seconds: when the client asks any server.
    public var rebindingTime: UInt32
    /// The addresses, and a status when there are none to give.
    public var options = DHCPv6Options()

    public init(_ identifier: UInt32, renewalTime: UInt32 = 0, rebindingTime: UInt32 = 0) {
        self.identifier = identifier
        self.renewalTime = renewalTime
        self.rebindingTime = rebindingTime
    }

    /// Those that are malformed are left out.
    public var addresses: [AssociatedAddress] {
        get { options.all(.address).compactMap { try? AssociatedAddress(parsing: $0) } }
        set { options.replaceAll(.address, with: newValue.map(\.octets)) }
    }
}

extension IdentityAssociation {
    /// Reads the value of option 3.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        self.init(
            try reader.readInteger(),
            renewalTime: try reader.readInteger(),
            rebindingTime: try reader.readInteger()
        )
        options = try DHCPv6Options(reading: &reader)
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        for number in [identifier, renewalTime, rebindingTime] {
            octets.append(bigEndian: number)
        }
        return octets + options.octets
    }
}
