/// The variables of UEFI firmware as EDK II keeps them in flash: a firmware volume (PI specification, volume 3) with an
/// authenticated variable store in it, entries one after another.
struct FirmwareVariables: Hashable, Sendable {
    private(set) var octets: [UInt8]
    private let first: Int
    private let end: Int

    /// The first word of an entry, and the length of what is before its name.
    private static let entryMark = 0x55AA
    private static let headLength = 60
    /// The states of an entry, of which each step clears a bit: whole, and deleted.
    private static let isWhole: UInt8 = 0x3F
    private static let notDeleted: UInt8 = 0xFD
    /// EFI_GLOBAL_VARIABLE and the store's own kind, as they lie in memory.
    private static let global: [UInt8] = [
        0x61, 0xDF, 0xE4, 0x8B, 0xCA, 0x93, 0xD2, 0x11, 0xAA, 0x0D, 0x00, 0xE0, 0x98, 0x03, 0x2B, 0x8C,
    ]
    private static let authenticatedStore: [UInt8] = [
        0x78, 0x2C, 0xF3, 0xAA, 0x7B, 0x94, 0x9A, 0x43, 0xA1, 0x80, 0x2E, 0x14, 0x4E, 0xC3, 0x77, 0x92,
    ]

    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    init(_ octets: [UInt8]) throws(Unreadable) {
        self.octets = octets
        guard octets.count >= 64, Array(octets[40..<44]) == Array("_FVH".utf8),
            let store = Self.number(octets, 48, 2), octets.count >= store + 28,
            Array(octets[store..<store + 16]) == Self.authenticatedStore, let size = Self.number(octets, store + 16, 4),
            size >= 28, store + size <= octets.count
        else { throw Unreadable(description: "the file holds no firmware variables") }
        first = store + 28
        end = store + size
    }

    private static func number(_ octets: [UInt8], _ offset: Int, _ count: Int) -> Int? {
        guard offset >= 0, offset + count <= octets.count else { return nil }
        return octets[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private struct Entry {
        var start: Int
        var name: [UInt8]
        var value: [UInt8]
        var isGlobal: Bool
        var isInForce: Bool
    }

    /// The entries, and where the free room begins.
    private func entries() throws(Unreadable) -> (entries: [Entry], free: Int) {
        var found: [Entry] = []
        var offset = first
        while offset + Self.headLength <= end, Self.number(octets, offset, 2) == Self.entryMark {
            guard let nameSize = Self.number(octets, offset + 36, 4),
                let valueSize = Self.number(octets, offset + 40, 4),
                nameSize <= end, valueSize <= end, offset + Self.headLength + nameSize + valueSize <= end
            else { throw Unreadable(description: "a firmware variable is longer than the store") }
            let name = offset + Self.headLength
            found.append(
                Entry(
                    start: offset,
                    name: Array(octets[name..<name + nameSize]),
                    value: Array(octets[name + nameSize..<name + nameSize + valueSize]),
                    isGlobal: Array(octets[offset + 44..<offset + 60]) == Self.global,
                    isInForce: octets[offset + 2] == Self.isWhole
                )
            )
            offset = (name + nameSize + valueSize + 3) & ~3
        }
        return (found, offset)
    }

    private static func utf16(_ text: String) -> [UInt8] {
        (Array(text.utf16) + [0]).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    /// The value of one of the standard's variables.
    func value(_ name: String) throws(Unreadable) -> [UInt8]? {
        let name = Self.utf16(name)
        return try entries().entries.last { $0.isInForce && $0.isGlobal && $0.name == name }?.value
    }

    /// Sets one of the standard's variables.
    mutating func set(_ name: String, to value: [UInt8]) throws(Unreadable) {
        let name = Self.utf16(name)
        let (entries, free) = try entries()
        func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) } }
        // Kept without power, and there at boot and later; written without a signature.
        var entry: [UInt8] = [0xAA, 0x55, Self.isWhole, 0] + little(7) + Array(repeating: 0, count: 28)
        entry += little(name.count) + little(value.count) + Self.global + name + value
        guard free + entry.count <= end else { throw Unreadable(description: "the firmware's variables are full") }
        for old in entries where old.isInForce && old.isGlobal && old.name == name {
            octets[old.start + 2] &= Self.notDeleted
        }
        octets.replaceSubrange(free..<free + entry.count, with: entry)
    }

    /// Has the firmware boot from an address at its next start, before all else (UEFI specification, `BootNext`).
    mutating func bootNext(from address: String) throws(Unreadable) {
        let uri = Array(address.utf8.prefix(1024))
        // A device path of one node, a URI: the firmware looks for the network card itself.
        let length = uri.count + 4
        let path = [3, 24, UInt8(length & 0xFF), UInt8(length >> 8)] + uri + [0x7F, 0xFF, 4, 0]
        let option: [UInt8] =
            [1, 0, 0, 0, UInt8(path.count & 0xFF), UInt8(path.count >> 8)] + Self.utf16("HTTP by the BMC") + path
        try set("Boot0F0F", to: option)
        try set("BootNext", to: [0x0F, 0x0F])
    }
}
