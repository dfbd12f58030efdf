public import Octets

/// Where the sender is managed (IEEE 802.1AB-2016 section 8.5.9).
public struct ManagementAddress: TLVContent {
    public static var kind: TLVKind { .basic(.managementAddress) }

    public var address: NetworkAddress
    /// How ``interfaceNumber`` counts: 1 does not say, 2 by the interface's index, 3 by the port.
    public var interfaceNumbering: UInt8
    public var interfaceNumber: UInt32
    /// What of the sender's is reached there, as BER writes an object identifier.
    public var objectIdentifier: [UInt8]

    public init(
        _ address: NetworkAddress,
        interfaceNumbering: UInt8 = 1,
        interfaceNumber: UInt32 = 0,
        objectIdentifier: [UInt8] = []
    ) {
        self.address = address
        self.interfaceNumbering = interfaceNumbering
        self.interfaceNumber = interfaceNumber
        self.objectIdentifier = objectIdentifier
    }

    public init(reading reader: inout OctetReader) throws(WireError) {
        let length: UInt8 = try reader.readInteger()
        guard (2...32).contains(length), let address = NetworkAddress(octets: Array(try reader.read(Int(length))))
        else { throw .invalid(field: "management address length", value: UInt64(length)) }
        self.address = address
        interfaceNumbering = try reader.readInteger()
        interfaceNumber = try reader.readInteger()
        let count: UInt8 = try reader.readInteger()
        guard count <= 128 else { throw .invalid(field: "object identifier length", value: UInt64(count)) }
        objectIdentifier = Array(try reader.read(Int(count)))
    }

    /// An address beyond 31 octets and an object identifier beyond 128 are cut: the standard has no longer ones.
    public func write(to octets: inout [UInt8]) {
        let address = address.octets.prefix(32)
        let object = objectIdentifier.prefix(128)
        octets.append(UInt8(address.count))
        octets += address
        octets.append(interfaceNumbering)
        octets.append(bigEndian: interfaceNumber)
        octets.append(UInt8(object.count))
        octets += object
    }
}
