extension GPT {
    /// Gives `count` octets of the disk from `offset` on, all of them or an error.
    public typealias Source = (_ offset: UInt64, _ count: Int) throws -> [UInt8]

    /// Reads the table of a disk, the first copy or, if that is broken, the backup at the disk's end.
    /// Checks both; `damage` says what is wrong with the other one.
    public init(sectorSize: Int, diskSize: UInt64, source: Source) throws {
        guard [512, 1024, 2048, 4096].contains(sectorSize) else {
            throw ImageFormatError.partitionTable("sectors of \(sectorSize) octets")
        }
        let sectors = diskSize / UInt64(sectorSize)
        guard sectors > 3 else { throw ImageFormatError.partitionTable("the disk has \(diskSize) octets") }
        let bootSector = try source(0, sectorSize)
        do {
            let reading = try Reading(at: 1, sectorSize: sectorSize, sectors: sectors, source: source)
            self = try reading.table(bootSector: bootSector)
        } catch let problem as ImageFormatError {
            do {
                let backup = try Reading(at: sectors - 1, sectorSize: sectorSize, sectors: sectors, source: source)
                self = try backup.table(bootSector: bootSector)
                damage = "first copy: \(problem)"
                return
            } catch is ImageFormatError {
                throw problem
            }
        }
        do {
            let backup = try Reading(at: backupLBA, sectorSize: sectorSize, sectors: sectors, source: source)
            if backup.entries != entries { damage = "the backup's entries differ" }
        } catch let problem as ImageFormatError {
            damage = "backup: \(problem)"
        }
    }

    /// One copy of header and entries, checked.
    private struct Reading {
        var lba: UInt64
        var header: [UInt8]
        var entries: [UInt8]
        var entrySize: Int
        var sectorSize: Int

        init(at lba: UInt64, sectorSize: Int, sectors: UInt64, source: Source) throws {
            guard lba > 0, lba < sectors else {
                throw ImageFormatError.partitionTable("header at sector \(lba) of \(sectors)")
            }
            self.lba = lba
            self.sectorSize = sectorSize
            let sector = try source(lba * UInt64(sectorSize), sectorSize)
            guard sector.count == sectorSize, sector.starts(with: Array("EFI PART".utf8)) else {
                throw ImageFormatError.partitionTable("no GPT at sector \(lba)")
            }
            let size = Int(sector.littleEndian(UInt32.self, at: 12) ?? 0)
            guard (92...sectorSize).contains(size) else {
                throw ImageFormatError.partitionTable("a header of \(size) octets at sector \(lba)")
            }
            header = Array(sector[0..<size])
            let checksum: UInt32 = header.littleEndian(at: 16) ?? 0
            var cleared = header
            cleared.put(UInt32(0), at: 16)
            guard CRC32.checksum(cleared) == checksum else {
                throw ImageFormatError.partitionTable("the header at sector \(lba) has a wrong checksum")
            }
            guard header.littleEndian(UInt64.self, at: 24) == lba else {
                throw ImageFormatError.partitionTable("the header at sector \(lba) is meant for another sector")
            }
            let count = Int(header.littleEndian(UInt32.self, at: 80) ?? 0)
            entrySize = Int(header.littleEndian(UInt32.self, at: 84) ?? 0)
            guard (1...4096).contains(count), (128...4096).contains(entrySize), entrySize.nonzeroBitCount == 1 else {
                throw ImageFormatError.partitionTable("\(count) entries of \(entrySize) octets")
            }
            let start: UInt64 = header.littleEndian(at: 72) ?? 0
            let length = UInt64((count * entrySize + sectorSize - 1) / sectorSize)
            guard start > 1, start < sectors, length <= sectors - start else {
                throw ImageFormatError.partitionTable("entries at sector \(start) of \(sectors)")
            }
            entries = try source(start * UInt64(sectorSize), count * entrySize)
            guard entries.count == count * entrySize,
                CRC32.checksum(entries) == header.littleEndian(UInt32.self, at: 88)
            else {
                throw ImageFormatError.partitionTable("the entries at sector \(start) have a wrong checksum")
            }
        }

        func table(bootSector: [UInt8]) throws -> GPT {
            guard bootSector.count == sectorSize, let guid = GUID(octets: header[56..<72]),
                let first: UInt64 = header.littleEndian(at: 40), let last: UInt64 = header.littleEndian(at: 48),
                let other: UInt64 = header.littleEndian(at: 32), let start: UInt64 = header.littleEndian(at: 72)
            else { throw ImageFormatError.partitionTable("the header is short") }
            // A backup read in place of the first copy says where its own entries are, not where the first ones were.
            let isFirst = lba == 1
            let entriesLBA = isFirst ? start : 2
            let table = GPT(
                sectorSize: sectorSize,
                diskGUID: guid,
                firstUsableLBA: first,
                lastUsableLBA: last,
                backupLBA: isFirst ? other : lba,
                entriesLBA: entriesLBA,
                entrySize: entrySize,
                damage: nil,
                revision: header.littleEndian(at: 8) ?? 0x0001_0000,
                bootSector: bootSector,
                entries: entries
            )
            try table.validate()
            return table
        }
    }

    /// Refuses a table whose parts overlap.
    private func validate() throws(ImageFormatError) {
        guard backupLBA < 1 << 54, firstUsableLBA <= lastUsableLBA, lastUsableLBA < backupLBA,
            entrySectors < backupLBA - lastUsableLBA,
            entriesLBA < firstUsableLBA, entrySectors <= firstUsableLBA - entriesLBA
        else {
            throw .partitionTable(
                "usable sectors \(firstUsableLBA) to \(lastUsableLBA), backup at \(backupLBA), entries at \(entriesLBA)"
            )
        }
        var end = firstUsableLBA
        for partition in partitions.sorted(by: { $0.firstLBA < $1.firstLBA }) {
            guard partition.firstLBA >= end, partition.firstLBA <= partition.lastLBA,
                partition.lastLBA <= lastUsableLBA
            else {
                throw .partitionTable(
                    "partition \(partition.number) takes sectors \(partition.firstLBA) to \(partition.lastLBA); "
                        + "free are \(end) to \(lastUsableLBA)"
                )
            }
            end = partition.lastLBA + 1
        }
    }
}
