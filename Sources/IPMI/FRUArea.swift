import Octets

/// What chassis, board and product areas have in common: a version, a length in units of eight octets, fields, an end
/// mark, filling and a checksum (FRU Information Storage Definition 1.0 sections 10 to 12).
struct FRUArea {
    /// Between the length and the checksum.
    var body: OctetReader
    var remarks: [String] = []
    private let name: String

    /// - Parameter octets: the FRU information from the area's start to its end.
    init(_ octets: ArraySlice<UInt8>, name: String) throws(WireError) {
        self.name = name
        var reader = OctetReader(octets)
        let version: UInt8 = try reader.readInteger()
        guard version & 0x0F == 1 else { throw .invalid(field: "version of the \(name) area", value: UInt64(version)) }
        let length = Int(try reader.readInteger(UInt8.self)) * 8
        guard length > 0 else { throw .invalid(field: "length of the \(name) area", value: 0) }
        guard length <= octets.count else { throw .truncated(needed: length, left: octets.count, at: 0) }
        let area = octets.prefix(length)
        body = OctetReader(area.dropFirst(2).dropLast())
        if area.reduce(0, &+) != 0 { remarks.append("the checksum of the \(name) area is wrong") }
    }

    /// The next field of those that every area of the kind has; empty where the area ends before it.
    mutating func field() -> FRUField { next() ?? .empty }

    /// Fields of the maker's own, up to the end mark.
    mutating func custom() -> [FRUField] {
        var fields: [FRUField] = []
        while let field = next() { fields.append(field) }
        // Some fill an area up with zeroes and leave out the end mark.
        while fields.last?.octets.isEmpty == true { fields.removeLast() }
        return fields
    }

    private mutating func next() -> FRUField? {
        guard body.remaining > 0 else { return nil }
        do {
            if let field = try FRUField(reading: &body) { return field }
        } catch {
            remarks.append("the \(name) area ends within a field")
        }
        _ = body.readRemaining()
        return nil
    }

    /// The octets of an area: what stands between the length and the fields, the fields, end mark, filling, checksum.
    static func octets(_ head: [UInt8], _ fields: [FRUField], name: String) throws(WireError) -> [UInt8] {
        var area: [UInt8] = [1, 0] + head
        for field in fields { try field.write(to: &area) }
        area.append(FRUField.endMark)
        while area.count % 8 != 7 { area.append(0) }
        guard let length = UInt8(exactly: (area.count + 1) / 8) else {
            throw .invalid(field: "length of the \(name) area", value: UInt64(area.count + 1))
        }
        area[1] = length
        area.append(0 &- area.reduce(0, &+))
        return area
    }
}
