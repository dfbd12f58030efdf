import Octets

/// The product area (FRU Information Storage Definition 1.0 section 12).
public struct FRUProduct: Hashable, Sendable {
    public var language: FRULanguage
    public var manufacturer: FRUField
    public var productName: FRUField
    /// Or the model.
    public var partNumber: FRUField
    public var version: FRUField
    public var serialNumber: FRUField
    public var assetTag: FRUField
    /// The version of the file that the FRU information was written from.
    public var fileID: FRUField
    public var custom: [FRUField]

    public init(
        language: FRULanguage = .english,
        manufacturer: FRUField = .empty,
        productName: FRUField = .empty,
        partNumber: FRUField = .empty,
        version: FRUField = .empty,
        serialNumber: FRUField = .empty,
        assetTag: FRUField = .empty,
        fileID: FRUField = .empty,
        custom: [FRUField] = []
    ) {
        self.language = language
        self.manufacturer = manufacturer
        self.productName = productName
        self.partNumber = partNumber
        self.version = version
        self.serialNumber = serialNumber
        self.assetTag = assetTag
        self.fileID = fileID
        self.custom = custom
    }

    init(reading area: inout FRUArea) throws(WireError) {
        language = FRULanguage(rawValue: try area.body.readInteger())
        manufacturer = area.field()
        productName = area.field()
        partNumber = area.field()
        version = area.field()
        serialNumber = area.field()
        assetTag = area.field()
        fileID = area.field()
        custom = area.custom()
    }

    func octets() throws(WireError) -> [UInt8] {
        try FRUArea.octets(
            [language.rawValue],
            [manufacturer, productName, partNumber, version, serialNumber, assetTag, fileID] + custom,
            name: "product"
        )
    }
}
