/// A replaceable part of a machine, as its BMC knows it; nil where it does not say.
public struct BMCPart: Hashable, Sendable {
    /// What it is called: "PS1".
    public var name: String
    public var manufacturer: String?
    public var product: String?
    public var serialNumber: String?
    public var partNumber: String?
    public var version: String?
    public var assetTag: String?
    /// Of the chassis or the board, where they differ from the product's.
    public var chassisSerialNumber: String?
    public var boardSerialNumber: String?
    /// Seconds since 1970.
    public var manufacturedAt: Double?
    /// What the maker put in besides.
    public var extra: [String]
    public var remarks: [String]

    public init(
        name: String,
        manufacturer: String? = nil,
        product: String? = nil,
        serialNumber: String? = nil,
        partNumber: String? = nil,
        version: String? = nil,
        assetTag: String? = nil,
        chassisSerialNumber: String? = nil,
        boardSerialNumber: String? = nil,
        manufacturedAt: Double? = nil,
        extra: [String] = [],
        remarks: [String] = []
    ) {
        self.name = name
        self.manufacturer = manufacturer
        self.product = product
        self.serialNumber = serialNumber
        self.partNumber = partNumber
        self.version = version
        self.assetTag = assetTag
        self.chassisSerialNumber = chassisSerialNumber
        self.boardSerialNumber = boardSerialNumber
        self.manufacturedAt = manufacturedAt
        self.extra = extra
        self.remarks = remarks
    }
}
