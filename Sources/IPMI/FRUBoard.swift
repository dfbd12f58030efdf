import Octets

/// The board area (FRU Information Storage Definition 1.0 section 11).
public struct FRUBoard: Hashable, Sendable {
    public var language: FRULanguage
    /// Minutes since the beginning of 1996, 24 bits; zero is not known.
    public var manufactured: UInt32
    public var manufacturer: FRUField
    public var productName: FRUField
    public var serialNumber: FRUField
    public var partNumber: FRUField
    /// The version of the file that the FRU information was written from.
    public var fileID: FRUField
    public var custom: [FRUField]

    public init(
        language: FRULanguage = .english,
        manufactured: UInt32 = 0,
        manufacturer: FRUField = .empty,
        productName: FRUField = .empty,
        serialNumber: FRUField = .empty,
        partNumber: FRUField = .empty,
        fileID: FRUField = .empty,
        custom: [FRUField] = []
    ) {
        self.language = language
        self.manufactured = manufactured
        self.manufacturer = manufacturer
        self.productName = productName
        self.serialNumber = serialNumber
        self.partNumber = partNumber
        self.fileID = fileID
        self.custom = custom
    }

    init(reading area: inout FRUArea) throws(WireError) {
        language = FRULanguage(rawValue: try area.body.readInteger())
        let date: ArraySlice<UInt8> = try area.body.read(3)
        manufactured = date.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        manufacturer = area.field()
        productName = area.field()
        serialNumber = area.field()
        partNumber = area.field()
        fileID = area.field()
        custom = area.custom()
    }

    func octets() throws(WireError) -> [UInt8] {
        guard manufactured <= 0xFF_FFFF else { throw .invalid(field: "date of the board", value: UInt64(manufactured)) }
        var head = [language.rawValue]
        head.append(littleEndian: manufactured)
        return try FRUArea.octets(
            head.dropLast(),
            [manufacturer, productName, serialNumber, partNumber, fileID] + custom,
            name: "board"
        )
    }

    /// Seconds since 1970; nil when it is not said.
    public var manufacturedAt: Double? {
        manufactured == 0 ? nil : 820_454_400 + Double(manufactured) * 60
    }
}
