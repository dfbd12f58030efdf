public import ImageFormat

/// One `Boot####` variable's value: EFI_LOAD_OPTION (UEFI 2.10 section 3.1.3) for a loader on a GPT partition.
public struct EFIBootEntry: Hashable, Sendable {
    public var description: String
    public var partition: Partition
    /// From the partition's root, with backslashes: `\EFI\BOOT\BOOTX64.EFI`.
    public var loader: String

    public struct Partition: Hashable, Sendable {
        public var number: UInt32
        public var firstSector: UInt64
        public var sectorCount: UInt64
        public var guid: GUID

        public init(number: UInt32, firstSector: UInt64, sectorCount: UInt64, guid: GUID) {
            self.number = number
            self.firstSector = firstSector
            self.sectorCount = sectorCount
            self.guid = guid
        }
    }

    public init(description: String, partition: Partition, loader: String) {
        self.description = description
        self.partition = partition
        self.loader = loader
    }

    public func encoded() -> [UInt8] {
        var path: [UInt8] = []
        // Media device path, hard drive (section 10.3.5.1).
        path += [4, 1] + Self.little(UInt16(42))
        path += Self.little(partition.number) + Self.little(partition.firstSector) + Self.little(partition.sectorCount)
        path += partition.guid.octets + [2, 2]
        // Media device path, file path (section 10.3.5.4).
        let file = Self.text(loader)
        path += [4, 4] + Self.little(UInt16(truncatingIfNeeded: file.count + 4)) + file
        path += [0x7F, 0xFF] + Self.little(UInt16(4))

        let active: UInt32 = 1
        return Self.little(active) + Self.little(UInt16(truncatingIfNeeded: path.count)) + Self.text(description) + path
    }

    private static func text(_ text: String) -> [UInt8] {
        (Array(text.utf16) + [0]).flatMap { little($0) }
    }

    private static func little<I: FixedWidthInteger>(_ value: I) -> [UInt8] {
        (0..<I.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// Which variables to write so that the firmware starts an entry first.
public struct EFIBootPlan: Hashable, Sendable {
    /// The variable to write: `Boot0003`.
    public var variable: String
    public var value: [UInt8]
    /// The new `BootOrder`.
    public var order: [UInt8]

    /// Takes the place of the entry that this system wrote before (the one with the same description),
    /// else the first free number. All others keep their order behind it.
    ///
    /// - Parameters:
    ///   - existing: the values of all `Boot####` variables by name
    ///   - order: the value of `BootOrder`
    public init?(_ entry: EFIBootEntry, existing: [String: [UInt8]], order: [UInt8]) {
        let value = entry.encoded()
        let title = value.dropFirst(6).prefix((entry.description.utf16.count + 1) * 2)
        let own = existing.keys.sorted().first { name in
            guard let old = existing[name] else { return false }
            return old.dropFirst(6).starts(with: title)
        }
        let taken = Set(existing.keys.compactMap { Self.number($0) })
        guard let number = own.flatMap(Self.number) ?? (0...UInt16.max).first(where: { !taken.contains($0) }) else {
            return nil
        }
        var numbers = stride(from: 0, to: order.count - order.count % 2, by: 2).map {
            UInt16(order[$0]) | UInt16(order[$0 + 1]) << 8
        }
        numbers.removeAll { $0 == number }
        numbers.insert(number, at: 0)
        variable = Self.name(number)
        self.value = value
        self.order = numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }

    private static func number(_ name: String) -> UInt16? {
        guard name.utf8.count == 8, name.hasPrefix("Boot") else { return nil }
        return UInt16(name.dropFirst(4), radix: 16)
    }

    private static func name(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "Boot" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
