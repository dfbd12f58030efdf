/// What a SCSI device says of itself in two pages of vital product data (SPC-4 section 7.8).
struct SCSIIdentity: Hashable {
    var serial: String?
    /// `0x` and the NAA name, or `eui.` and the EUI-64 name.
    var name: String?

    /// - Parameters:
    ///   - serialPage: Page 0x80 with its header, or nothing.
    ///   - namePage: Page 0x83 with its header, or nothing.
    init(serialPage: [UInt8], namePage: [UInt8]) {
        serial = Self.content(of: serialPage, page: 0x80).flatMap { trimmed($0) }
        name = Self.content(of: namePage, page: 0x83).flatMap { Self.name(in: $0) }
    }

    /// What stands behind the header: peripheral, page code and two octets of length.
    private static func content(of page: [UInt8], page code: UInt8) -> ArraySlice<UInt8>? {
        guard page.count > 4, page[1] == code else { return nil }
        return page[4...].prefix(Int(page[2]) << 8 | Int(page[3]))
    }

    /// The best of the designators of the logical unit: NAA with an extension, NAA, then EUI-64.
    private static func name(in content: ArraySlice<UInt8>) -> String? {
        var best: (rank: Int, name: String)?
        var rest = content
        while rest.count > 4 {
            let header = Array(rest.prefix(4))
            rest = rest.dropFirst(4)
            let designator = rest.prefix(Int(header[3]))
            guard designator.count == Int(header[3]) else { break }
            rest = rest.dropFirst(designator.count)
            let isBinary = header[0] & 0x0F == 1
            let isOfUnit = header[1] & 0x30 == 0
            guard isBinary, isOfUnit, !designator.isEmpty else { continue }
            let digits = designator.map { String($0 >> 4, radix: 16) + String($0 & 0x0F, radix: 16) }.joined()
            switch (header[1] & 0x0F, designator.count) {
            case (3, 16): if best.map({ $0.rank > 0 }) ?? true { best = (0, "0x" + digits) }
            case (3, 8): if best.map({ $0.rank > 1 }) ?? true { best = (1, "0x" + digits) }
            case (2, _): if best.map({ $0.rank > 2 }) ?? true { best = (2, "eui." + digits) }
            default: continue
            }
        }
        return best?.name
    }
}
