/// A GUID partition table (UEFI 2.10 section 5.3): the protective MBR, the header and the entries.
///
/// What this type does not understand (boot code, attribute bits, reserved octets of entries) it keeps as it is.
public struct GPT: Hashable, Sendable {
    /// Octets of a logical sector; every LBA counts these.
    public let sectorSize: Int
    public let diskGUID: GUID
    /// The first sector that partitions may use.
    public let firstUsableLBA: UInt64
    /// The last sector that partitions may use.
    public private(set) var lastUsableLBA: UInt64
    /// Where the backup header is, or belongs.
    public private(set) var backupLBA: UInt64
    /// Where the first copy of the entries begins; mostly 2.
    public let entriesLBA: UInt64
    /// Octets of one entry: 128 times a power of two.
    public let entrySize: Int
    /// What was wrong with the copy that was not read, if anything.
    public internal(set) var damage: String?

    var revision: UInt32
    /// The first sector: boot code and protective MBR.
    var bootSector: [UInt8]
    /// All entries, in use or not, `entrySize` octets each.
    var entries: [UInt8]

    /// One partition.
    public struct Partition: Hashable, Sendable {
        /// From 1; what the kernel appends to the disk's name.
        public let number: Int
        public let type: GUID
        public let guid: GUID
        public let firstLBA: UInt64
        /// Still part of the partition.
        public let lastLBA: UInt64
        /// Bit 0 required, bit 2 legacy BIOS bootable, bits 48 and up for the type's owner.
        public let attributes: UInt64
        public let name: String
    }

    /// The partitions in use, by number.
    public var partitions: [Partition] {
        (0..<entries.count / entrySize).compactMap(partition(at:))
    }

    private func partition(at index: Int) -> Partition? {
        let entry = Array(entries[index * entrySize..<(index + 1) * entrySize])
        guard let type = GUID(octets: entry[0..<16]), !type.isZero, let guid = GUID(octets: entry[16..<32]),
            let first: UInt64 = entry.littleEndian(at: 32), let last: UInt64 = entry.littleEndian(at: 40),
            let attributes: UInt64 = entry.littleEndian(at: 48)
        else { return nil }
        let units = stride(from: 56, to: 128, by: 2).compactMap { entry.littleEndian(UInt16.self, at: $0) }
        return Partition(
            number: index + 1,
            type: type,
            guid: guid,
            firstLBA: first,
            lastLBA: last,
            attributes: attributes,
            name: String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
        )
    }
}

// MARK: - Changing

extension GPT {
    /// How many sectors one copy of the entries takes.
    var entrySectors: UInt64 { UInt64((entries.count + sectorSize - 1) / sectorSize) }

    /// How many sectors are kept free for the backup's entries: at least what 16 KiB need (section 5.3.1).
    var reservedSectors: UInt64 { max(entrySectors, UInt64(16384 / sectorSize)) }

    /// The table as it must be on a disk of `diskSize` octets: the backup at its very end.
    public func moved(toDiskOf diskSize: UInt64) throws(ImageFormatError) -> GPT {
        let sectors = diskSize / UInt64(sectorSize)
        let tail = reservedSectors + 1
        guard sectors > tail, sectors - tail > firstUsableLBA else {
            throw .partitionTable("a disk of \(diskSize) octets is too small for it")
        }
        let lastUsable = sectors - tail - 1
        if let last = partitions.max(by: { $0.lastLBA < $1.lastLBA }), last.lastLBA > lastUsable {
            throw .partitionTable(
                "partition \(last.number) ends at sector \(last.lastLBA), the disk's last usable sector is \(lastUsable)"
            )
        }
        var moved = self
        moved.backupLBA = sectors - 1
        moved.lastUsableLBA = lastUsable
        moved.updateProtectiveMBR(sectors: sectors)
        return moved
    }

    /// The partition that lies last on the disk, whatever its number.
    public var lastPartition: Partition? {
        partitions.max { $0.lastLBA < $1.lastLBA }
    }

    /// The table with the last partition grown to the last whole `alignment` (octets); unchanged if there is no room.
    public func lastPartitionGrown(alignment: UInt64 = 1 << 20) -> GPT {
        let unit = max(1, alignment / UInt64(sectorSize))
        guard let partition = lastPartition else { return self }
        let end = (lastUsableLBA + 1) / unit * unit
        guard end > 0, end - 1 > partition.lastLBA else { return self }
        var grown = self
        grown.entries.put(end - 1, at: (partition.number - 1) * entrySize + 40)
        return grown
    }

    /// Makes the protective entry span the disk (section 5.2.3); leaves a hybrid MBR's other entries alone.
    private mutating func updateProtectiveMBR(sectors: UInt64) {
        for offset in stride(from: 446, to: 510, by: 16) where bootSector[offset + 4] == 0xEE {
            let start: UInt32 = bootSector.littleEndian(at: offset + 8) ?? 1
            guard start == 1 else { continue }
            bootSector.put(UInt32(clamping: sectors - 1), at: offset + 12)
            return
        }
    }
}
