/// Type 4: a processor socket (SMBIOS section 7.5).
public struct ProcessorInformation: Hashable, Sendable {
    public var socket: String?
    public var manufacturer: String?
    /// The processor's own name.
    public var version: String?
    /// Whether there is a processor in the socket.
    public var isPopulated: Bool
    /// MHz; the most that the socket takes, which may be more than the processor has.
    public var maxSpeed: Int?
    /// MHz.
    public var currentSpeed: Int?
    public var serialNumber: String?
    public var partNumber: String?
    public var cores: Int?
    public var coresEnabled: Int?
    public var threads: Int?

    init(_ structure: Structure) {
        socket = structure.text(at: 4)
        manufacturer = structure.text(at: 7)
        version = structure.text(at: 0x10)
        isPopulated = structure.number(UInt8.self, at: 0x18).map { $0 & 0x40 != 0 } ?? false
        maxSpeed = Self.known(structure.number(UInt16.self, at: 0x14))
        currentSpeed = Self.known(structure.number(UInt16.self, at: 0x16))
        serialNumber = structure.text(at: 0x20)
        partNumber = structure.text(at: 0x22)
        cores = Self.count(in: structure, at: 0x23, wide: 0x2A)
        coresEnabled = Self.count(in: structure, at: 0x24, wide: 0x2C)
        threads = Self.count(in: structure, at: 0x25, wide: 0x2E)
    }

    private static func known(_ number: UInt16?) -> Int? {
        number.flatMap { $0 == 0 ? nil : Int($0) }
    }

    /// Counts of 255 and more stand in a wider field further behind; 0 is unknown.
    private static func count(in structure: Structure, at narrow: Int, wide: Int) -> Int? {
        guard let count: UInt8 = structure.number(at: narrow), count > 0 else { return nil }
        guard count == 0xFF, let wider: UInt16 = structure.number(at: wide) else { return Int(count) }
        return wider == 0 || wider == 0xFFFF ? nil : Int(wider)
    }
}

extension Table {
    public var processors: [ProcessorInformation] {
        structures(ofType: 4).map { ProcessorInformation($0) }
    }
}
