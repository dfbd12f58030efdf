import Octets

/// The chassis area (FRU Information Storage Definition 1.0 section 10).
public struct FRUChassis: Hashable, Sendable {
    /// As in SMBIOS, type 3.
    public var type: UInt8
    public var partNumber: FRUField
    public var serialNumber: FRUField
    public var custom: [FRUField]

    public init(
        type: UInt8,
        partNumber: FRUField = .empty,
        serialNumber: FRUField = .empty,
        custom: [FRUField] = []
    ) {
        self.type = type
        self.partNumber = partNumber
        self.serialNumber = serialNumber
        self.custom = custom
    }

    init(reading area: inout FRUArea) throws(WireError) {
        type = try area.body.readInteger()
        partNumber = area.field()
        serialNumber = area.field()
        custom = area.custom()
    }

    func octets() throws(WireError) -> [UInt8] {
        try FRUArea.octets([type], [partNumber, serialNumber] + custom, name: "chassis")
    }

    /// What kind of chassis it is (SMBIOS 3.7 section 7.4.1).
    public var typeName: String {
        let number = Int(type & 0x7F)
        return Self.names.indices.contains(number) ? Self.names[number] : "Unknown"
    }

    private static let names = [
        "Unspecified", "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower",
        "Portable", "Laptop", "Notebook", "Hand Held", "Docking Station", "All in One", "Sub Notebook",
        "Space-saving", "Lunch Box", "Main Server Chassis", "Expansion Chassis", "SubChassis",
        "Bus Expansion Chassis", "Peripheral Chassis", "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC",
        "Multi-system Chassis", "CompactPCI", "AdvancedTCA", "Blade", "Blade Enclosure", "Tablet", "Convertible",
        "Detachable", "IoT Gateway", "Embedded PC", "Mini PC", "Stick PC",
    ]
}
