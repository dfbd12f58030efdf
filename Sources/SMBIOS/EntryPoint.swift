/// The version of the SMBIOS specification that a table follows.
public struct SMBIOSVersion: Hashable, Comparable, Sendable {
    public var major: Int
    public var minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension SMBIOSVersion: CustomStringConvertible {
    public var description: String { "\(major).\(minor)" }
}

/// Where the structure table is and how long (SMBIOS section 5.2).
public struct EntryPoint: Hashable, Sendable {
    public var version: SMBIOSVersion
    /// The table's length in octets; from version 3 the most that it may have.
    public var tableLength: Int
    /// The table's physical address.
    public var tableAddress: UInt64
    /// How many structures there are; from version 3 only an end mark says so.
    public var structureCount: Int?

    public init(version: SMBIOSVersion, tableLength: Int, tableAddress: UInt64 = 0, structureCount: Int? = nil) {
        self.version = version
        self.tableLength = tableLength
        self.tableAddress = tableAddress
        self.structureCount = structureCount
    }

    /// Reads the entry point that `octets` begin with: `_SM_`, `_SM3_`, or the `_DMI_` of machines before SMBIOS.
    public init(_ octets: some Collection<UInt8>) throws(SMBIOSError) {
        let octets = Array(octets.prefix(256))
        if octets.starts(with: "_SM3_".utf8) {
            self = try Self(wide: octets)
        } else if octets.starts(with: "_SM_".utf8) {
            self = try Self(narrow: octets)
        } else if octets.starts(with: "_DMI_".utf8) {
            self = try Self(legacy: octets, version: nil)
        } else {
            throw .noAnchor
        }
    }

    /// Section 5.2.2.
    private init(wide octets: [UInt8]) throws(SMBIOSError) {
        guard let length: UInt8 = octets.littleEndian(at: 6), octets.count >= 0x18 else {
            throw .truncatedEntryPoint(needed: 0x18, found: octets.count)
        }
        try Self.verify(octets, length: max(Int(length), 0x18), area: "64-bit entry point")
        guard let size: UInt32 = octets.littleEndian(at: 0x0C), let address: UInt64 = octets.littleEndian(at: 0x10)
        else {
            throw .truncatedEntryPoint(needed: 0x18, found: octets.count)
        }
        version = SMBIOSVersion(Int(octets[7]), Int(octets[8]))
        tableLength = Int(size)
        tableAddress = address
        structureCount = nil
    }

    /// Section 5.2.1.
    private init(narrow octets: [UInt8]) throws(SMBIOSError) {
        guard let length: UInt8 = octets.littleEndian(at: 5), octets.count >= 0x1F else {
            throw .truncatedEntryPoint(needed: 0x1F, found: octets.count)
        }
        // Version 2.1 of the specification gave the length as 0x1E by mistake, and firmware followed it.
        try Self.verify(octets, length: length == 0x1E ? 0x1F : max(Int(length), 0x1F), area: "32-bit entry point")
        let written = SMBIOSVersion(Int(octets[6]), Int(octets[7]))
        // Firmware that wrote the minor version in another base than meant.
        let meant =
            switch (written.major, written.minor) {
            case (2, 0x1F), (2, 0x21): SMBIOSVersion(2, 3)
            case (2, 0x33): SMBIOSVersion(2, 6)
            default: written
            }
        let intermediate = Array(octets[0x10...])
        guard intermediate.starts(with: "_DMI_".utf8) else { throw .noAnchor }
        self = try Self(legacy: intermediate, version: meant)
    }

    /// The part that was there before SMBIOS had a name, and that version 2 carries within.
    private init(legacy octets: [UInt8], version: SMBIOSVersion?) throws(SMBIOSError) {
        try Self.verify(octets, length: 0x0F, area: "DMI entry point")
        guard let size: UInt16 = octets.littleEndian(at: 6), let address: UInt32 = octets.littleEndian(at: 8),
            let count: UInt16 = octets.littleEndian(at: 0x0C)
        else {
            throw .truncatedEntryPoint(needed: 0x0F, found: octets.count)
        }
        self.version = version ?? SMBIOSVersion(Int(octets[0x0E] >> 4), Int(octets[0x0E] & 0x0F))
        tableLength = Int(size)
        tableAddress = UInt64(address)
        structureCount = Int(count)
    }

    private static func verify(_ octets: [UInt8], length: Int, area: String) throws(SMBIOSError) {
        guard octets.count >= length else { throw .truncatedEntryPoint(needed: length, found: octets.count) }
        let sum = octets.prefix(length).reduce(0, &+)
        guard sum == 0 else { throw .checksum(area: area, sum: sum) }
    }
}
