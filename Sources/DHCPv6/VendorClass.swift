public import Octets

/// Option 16: whose product the client is, and which (RFC 8415 section 21.16).
public struct VendorClass: Hashable, Sendable {
    /// Intel's, under which EDK2 boots by PXE and by HTTP.
    public static let intel: UInt32 = 343

    public var enterpriseNumber: UInt32
    /// For instance `PXEClient:Arch:00007:UNDI:003016`.
    public var classes: [[UInt8]]

    public init(_ enterpriseNumber: UInt32, _ classes: [String]) {
        self.enterpriseNumber = enterpriseNumber
        self.classes = classes.map { Array($0.utf8) }
    }

    /// The classes as text; octets that are no UTF-8 are replaced.
    public var texts: [String] { classes.map { String(decoding: $0, as: UTF8.self) } }
}

extension VendorClass {
    /// Reads the value of option 16.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        self.init(try reader.readInteger(), [])
        classes = try reader.readCountedList()
    }

    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.append(bigEndian: enterpriseNumber)
        octets.append(counted: classes)
        return octets
    }
}
