/// Type 16: a group of memory sockets (SMBIOS section 7.17).
public struct PhysicalMemoryArray: Hashable, Sendable {
    public var handle: UInt16
    /// The number of section 7.17.2: 3 is system memory.
    public var use: UInt8?
    /// The number of section 7.17.3: 3 is none, 5 single-bit, 6 multi-bit.
    public var errorCorrection: UInt8?
    /// The most octets that it takes.
    public var maximumCapacity: UInt64?
    public var deviceCount: Int?

    public static let systemMemory: UInt8 = 3

    init(_ structure: Structure) {
        handle = structure.handle
        use = structure.number(at: 5)
        errorCorrection = structure.number(at: 6)
        let kibibytes = structure.number(UInt32.self, at: 7)
        maximumCapacity =
            if kibibytes == 0x8000_0000 {
                structure.number(UInt64.self, at: 0x0F)
            } else {
                kibibytes.map { UInt64($0) << 10 }
            }
        deviceCount = structure.number(UInt16.self, at: 0x0D).map { Int($0) }
    }
}

/// Type 17: a memory socket and the module in it (SMBIOS section 7.18).
public struct MemoryDevice: Hashable, Sendable {
    /// The handle of the group it belongs to.
    public var array: UInt16?
    public var locator: String?
    public var bankLocator: String?
    /// What is in the socket.
    public var size: Size
    /// The module's data path in bits.
    public var dataWidth: Int?
    /// The data path and the bits for error correction.
    public var totalWidth: Int?
    public var type: MemoryType?
    /// The highest speed in MT/s.
    public var speed: Int?
    /// The speed it is run at, in MT/s.
    public var configuredSpeed: Int?
    public var manufacturer: String?
    public var serialNumber: String?
    public var partNumber: String?

    public enum Size: Hashable, Sendable {
        case empty
        case unknown
        case octets(UInt64)
    }

    init(_ structure: Structure) {
        array = structure.number(at: 4)
        totalWidth = Self.known(structure.number(UInt16.self, at: 8))
        dataWidth = Self.known(structure.number(UInt16.self, at: 0x0A))
        size = Self.size(in: structure)
        locator = structure.text(at: 0x10)
        bankLocator = structure.text(at: 0x11)
        type = structure.number(UInt8.self, at: 0x12).map { MemoryType(rawValue: $0) }
        speed = Self.speed(in: structure, at: 0x15, wide: 0x54)
        configuredSpeed = Self.speed(in: structure, at: 0x20, wide: 0x58)
        manufacturer = structure.text(at: 0x17)
        serialNumber = structure.text(at: 0x18)
        partNumber = structure.text(at: 0x1A)
    }

    /// 0 and all ones both mean that the firmware does not know.
    private static func known(_ number: UInt16?) -> Int? {
        number.flatMap { $0 == 0 || $0 == 0xFFFF ? nil : Int($0) }
    }

    /// MiB, or KiB with the highest bit set; 32 GiB - 1 MiB and more stand in a wider field.
    private static func size(in structure: Structure) -> Size {
        switch structure.number(UInt16.self, at: 0x0C) {
        case nil, 0xFFFF: return .unknown
        case 0: return .empty
        case 0x7FFF:
            guard let mebibytes: UInt32 = structure.number(at: 0x1C) else { return .unknown }
            return .octets(UInt64(mebibytes & 0x7FFF_FFFF) << 20)
        case let size?:
            return .octets(size & 0x8000 == 0 ? UInt64(size) << 20 : UInt64(size & 0x7FFF) << 10)
        }
    }

    private static func speed(in structure: Structure, at narrow: Int, wide: Int) -> Int? {
        let speed = structure.number(UInt16.self, at: narrow)
        guard speed == 0xFFFF else { return known(speed) }
        return structure.number(UInt32.self, at: wide).flatMap { $0 == 0 ? nil : Int($0 & 0x7FFF_FFFF) }
    }
}

/// What kind of memory a module is (SMBIOS section 7.18.2).
public struct MemoryType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The specification's name; nothing for `Other`, `Unknown` and numbers without a name.
    public var name: String? {
        Self.names[rawValue]
    }

    private static let names: [UInt8: String] = [
        0x03: "DRAM", 0x04: "EDRAM", 0x05: "VRAM", 0x06: "SRAM", 0x07: "RAM", 0x08: "ROM", 0x09: "Flash",
        0x0A: "EEPROM", 0x0B: "FEPROM", 0x0C: "EPROM", 0x0D: "CDRAM", 0x0E: "3DRAM", 0x0F: "SDRAM", 0x10: "SGRAM",
        0x11: "RDRAM", 0x12: "DDR", 0x13: "DDR2", 0x14: "DDR2 FB-DIMM", 0x18: "DDR3", 0x19: "FBD2", 0x1A: "DDR4",
        0x1B: "LPDDR", 0x1C: "LPDDR2", 0x1D: "LPDDR3", 0x1E: "LPDDR4", 0x1F: "Logical non-volatile device",
        0x20: "HBM", 0x21: "HBM2", 0x22: "DDR5", 0x23: "LPDDR5", 0x24: "HBM3",
    ]
}

extension Table {
    public var memoryArrays: [PhysicalMemoryArray] {
        structures(ofType: 16).map { PhysicalMemoryArray($0) }
    }

    public var memoryDevices: [MemoryDevice] {
        structures(ofType: 17).map { MemoryDevice($0) }
    }
}
