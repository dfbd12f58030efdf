import SMBIOS

/// A table put together octet by octet.
enum MadeTable {
    static func structure(type: UInt8, handle: UInt16, fields: [UInt8], strings: [String] = []) -> [UInt8] {
        var octets = [type, UInt8(fields.count + 4), UInt8(handle & 0xFF), UInt8(handle >> 8)] + fields
        for string in strings { octets += Array(string.utf8) + [0] }
        return octets + (strings.isEmpty ? [0, 0] : [0])
    }

    /// Octets with the numbers at their places; offsets are those of the specification, header included.
    static func fields(_ length: Int, _ numbers: [(offset: Int, size: Int, value: UInt64)]) -> [UInt8] {
        var fields = [UInt8](repeating: 0, count: length - 4)
        for number in numbers {
            for index in 0..<number.size {
                fields[number.offset - 4 + index] = UInt8(truncatingIfNeeded: number.value >> UInt64(8 * index))
            }
        }
        return fields
    }

    static let uuid: [UInt8] = [
        0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
    ]

    /// A machine with two modules, one of 64 GiB, and an empty socket.
    static let server: [UInt8] =
        structure(
            type: 0,
            handle: 0,
            fields: fields(0x18, [(4, 1, 1), (5, 1, 2), (8, 1, 3)]),
            strings: ["Maker", "1.2.3", "02/03/2024"]
        )
        + structure(
            type: 1,
            handle: 1,
            fields: [1, 2, 0, 3] + uuid + [6, 4, 0],
            strings: ["Maker", "Rack 1", "S123", "SKU-9"]
        )
        + structure(
            type: 3,
            handle: 3,
            fields: fields(0x1C, [(4, 1, 1), (5, 1, 0x97), (0x13, 1, 2), (0x14, 1, 3), (0x1B, 1, 2)]),
            strings: ["Maker", "Chassis SKU"]
        )
        + structure(
            type: 4,
            handle: 4,
            fields: fields(
                0x30,
                [(4, 1, 1), (0x18, 1, 0x41), (0x23, 1, 0xFF), (0x25, 1, 0xFF), (0x2A, 2, 288), (0x2E, 2, 576)]
            ),
            strings: ["CPU0"]
        )
        + structure(
            type: 16,
            handle: 0x10,
            fields: fields(0x17, [(5, 1, 3), (6, 1, 6), (7, 4, 0x8000_0000), (15, 8, 1 << 42)])
        )
        + module(handle: 0x11, size: 0x4000)
        + module(handle: 0x12, size: 0x7FFF, extended: 65536)
        + module(handle: 0x13, size: 0)
        + structure(type: 200, handle: 0x99, fields: [1, 2, 3], strings: ["maker's own"])
        + structure(type: 127, handle: 0xFF, fields: [])

    static func module(handle: UInt16, size: UInt64, extended: UInt64 = 0) -> [UInt8] {
        structure(
            type: 17,
            handle: handle,
            fields: fields(
                0x5C,
                [
                    (4, 2, 0x10), (8, 2, 80), (0x0A, 2, 64), (0x0C, 2, size), (0x10, 1, 1), (0x12, 1, 0x22),
                    (0x15, 2, 0xFFFF), (0x1C, 4, extended), (0x20, 2, 5600), (0x54, 4, 70000),
                ]
            ),
            strings: ["DIMM_\(handle)"]
        )
    }

    /// The 64-bit entry point for a table of this length.
    static func entryPoint(tableLength: Int, version: (UInt8, UInt8) = (3, 3)) -> [UInt8] {
        var octets: [UInt8] = Array("_SM3_".utf8) + [0, 0x18, version.0, version.1, 0, 1, 0]
        for shift in [0, 8, 16, 24] { octets.append(UInt8(truncatingIfNeeded: tableLength >> shift)) }
        octets += [UInt8](repeating: 0, count: 8)
        octets[5] = 0 &- octets.reduce(0, &+)
        return octets
    }

    /// The 32-bit entry point.
    static func narrowEntryPoint(tableLength: UInt16, count: UInt16, version: (UInt8, UInt8)) -> [UInt8] {
        var legacy: [UInt8] = Array("_DMI_".utf8) + [0]
        legacy += [UInt8(tableLength & 0xFF), UInt8(tableLength >> 8), 0x20, 0, 0, 0]
        legacy += [UInt8(count & 0xFF), UInt8(count >> 8), version.0 << 4 | version.1 & 0x0F]
        legacy[5] = 0 &- legacy.reduce(0, &+)
        var octets: [UInt8] = Array("_SM_".utf8) + [0, 0x1F, version.0, version.1] + [UInt8](repeating: 0, count: 8)
        octets += legacy
        octets[4] = 0 &- octets.reduce(0, &+)
        return octets
    }

    static func table(_ octets: [UInt8] = server, version: SMBIOSVersion = SMBIOSVersion(3, 3)) -> Table {
        Table(octets, entryPoint: EntryPoint(version: version, tableLength: octets.count))
    }
}
