public import Octets

/// What a replaceable unit says of itself (Platform Management FRU Information Storage Definition 1.0).
///
/// An area that cannot be read is left out and remarked on: makers err, and one wrong octet says nothing of the rest.
public struct FRUInformation: Hashable, Sendable {
    /// The maker's own, without the version in front (section 9).
    public var internalUse: [UInt8]?
    public var chassis: FRUChassis?
    public var board: FRUBoard?
    public var product: FRUProduct?
    public var records: [FRURecord] = []
    /// What does not add up, a sentence each.
    public var remarks: [String] = []

    public init() {}

    /// The common header's length (section 8).
    public static let headerLength = 8

    /// - Throws: when there is no common header: what memory modules store is of another form, say.
    public init(_ octets: [UInt8]) throws(WireError) {
        var reader = OctetReader(octets)
        let header: ArraySlice<UInt8> = try reader.read(Self.headerLength)
        guard octets[0] & 0x0F == 1 else { throw .invalid(field: "FRU format version", value: UInt64(octets[0])) }
        guard header.reduce(0, &+) == 0 else { throw .invalid(field: "FRU header checksum", value: UInt64(octets[7])) }
        let offsets = header[1...5].map { Int($0) * 8 }

        readInternalUse(octets, offsets)
        chassis = read(octets, offsets[1], "chassis") { (area) throws(WireError) in try FRUChassis(reading: &area) }
        board = read(octets, offsets[2], "board") { (area) throws(WireError) in try FRUBoard(reading: &area) }
        product = read(octets, offsets[3], "product") { (area) throws(WireError) in try FRUProduct(reading: &area) }
        if offsets[4] != 0 { readRecords(octets, offsets[4]) }
    }

    /// It has no length: it goes on to the next area or the end.
    private mutating func readInternalUse(_ octets: [UInt8], _ offsets: [Int]) {
        guard offsets[0] != 0 else { return }
        let end = min(offsets.filter { $0 > offsets[0] }.min() ?? octets.count, octets.count)
        guard offsets[0] < end else { return remarks.append("the internal use area begins after the end") }
        guard octets[offsets[0]] & 0x0F == 1 else {
            return remarks.append("the internal use area has the unknown version \(octets[offsets[0]])")
        }
        internalUse = [UInt8](octets[(offsets[0] + 1)..<end])
    }

    private mutating func read<Area>(
        _ octets: [UInt8],
        _ offset: Int,
        _ name: String,
        _ parse: (inout FRUArea) throws(WireError) -> Area
    ) -> Area? {
        guard offset != 0 else { return nil }
        guard offset < octets.count else {
            remarks.append("the \(name) area begins after the end")
            return nil
        }
        do {
            var area = try FRUArea(octets[offset...], name: name)
            let read = try parse(&area)
            remarks += area.remarks
            return read
        } catch {
            remarks.append("the \(name) area cannot be read: \(error)")
            return nil
        }
    }

    private mutating func readRecords(_ octets: [UInt8], _ offset: Int) {
        guard offset < octets.count else { return remarks.append("the records begin after the end") }
        var reader = OctetReader(octets[offset...])
        do {
            var isLast = false
            while !isLast {
                let entry = try FRURecord.Entry(reading: &reader)
                if !entry.isSound { remarks.append("the checksum of record \(records.count + 1) is wrong") }
                records.append(entry.record)
                isLast = entry.isLast
            }
        } catch {
            remarks.append("record \(records.count + 1) cannot be read: \(error)")
        }
    }

    /// Whether the octets read so far hold everything with a length: devices have more room than they use, and reading
    /// on takes long. Without a common header there is nothing to read on for.
    static func isWhole(_ octets: [UInt8]) -> Bool {
        guard octets.count >= headerLength else { return false }
        guard octets[0] & 0x0F == 1, octets[..<headerLength].reduce(0, &+) == 0 else { return true }
        for offset in octets[2...4].map({ Int($0) * 8 }) where offset != 0 {
            guard offset + 1 < octets.count, offset + Int(octets[offset + 1]) * 8 <= octets.count else { return false }
        }
        let records = Int(octets[5]) * 8
        guard records != 0 else { return true }
        guard records < octets.count else { return false }
        var reader = OctetReader(octets[records...])
        do {
            while try !FRURecord.Entry(reading: &reader).isLast {}
            return true
        } catch WireError.truncated {
            return false
        } catch {
            return true
        }
    }

    /// The header and the areas.
    /// - Throws: when a text or an area is longer than its length can say.
    public func octets() throws(WireError) -> [UInt8] {
        var header: [UInt8] = [1, 0, 0, 0, 0, 0, 0]
        var body: [UInt8] = []
        func place(_ area: [UInt8], _ index: Int) throws(WireError) {
            while body.count % 8 != 0 { body.append(0) }
            let offset = (Self.headerLength + body.count) / 8
            guard let unit = UInt8(exactly: offset) else { throw .invalid(field: "FRU offset", value: UInt64(offset)) }
            header[index] = unit
            body += area
        }
        let inner = internalUse.map { [1] + $0 }
        // What has no length can stand in front of others only when no filling follows it.
        let innerGoesFirst = (inner?.count ?? 0) % 8 == 0
        if let inner, innerGoesFirst { try place(inner, 1) }
        if let chassis { try place(chassis.octets(), 2) }
        if let board { try place(board.octets(), 3) }
        if let product { try place(product.octets(), 4) }
        if !records.isEmpty { try place(FRURecord.octets(records), 5) }
        if let inner, !innerGoesFirst { try place(inner, 1) }
        return header + [0 &- header.reduce(0, &+)] + body
    }
}
