extension GPT {
    /// Octets and the place on the disk where they belong.
    public struct Region: Hashable, Sendable {
        /// In octets from the disk's beginning.
        public var offset: UInt64
        public var octets: [UInt8]
    }

    /// What to write, in this order: the backup stands before the first copy is touched, so one of them is always whole.
    public var regions: [Region] {
        let size = UInt64(sectorSize)
        let backupEntriesLBA = backupLBA - entrySectors
        return [
            Region(offset: backupEntriesLBA * size, octets: padded(entries)),
            Region(offset: backupLBA * size, octets: header(at: backupLBA, other: 1, entriesAt: backupEntriesLBA)),
            Region(offset: entriesLBA * size, octets: padded(entries)),
            Region(offset: size, octets: header(at: 1, other: backupLBA, entriesAt: entriesLBA)),
            Region(offset: 0, octets: bootSector),
        ]
    }

    /// Where this table's backup is now, to be cleared once the table has moved away from there; nil if they meet.
    public func abandonedBackup(after moved: GPT) -> (offset: UInt64, count: Int)? {
        guard moved.backupLBA > backupLBA, moved.backupLBA - moved.entrySectors > backupLBA else { return nil }
        let start = backupLBA - entrySectors
        return (start * UInt64(sectorSize), Int(backupLBA - start + 1) * sectorSize)
    }

    private func padded(_ octets: [UInt8]) -> [UInt8] {
        let excess = octets.count % sectorSize
        return excess == 0 ? octets : octets + [UInt8](repeating: 0, count: sectorSize - excess)
    }

    private func header(at lba: UInt64, other: UInt64, entriesAt entriesLBA: UInt64) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: sectorSize)
        header.replaceSubrange(0..<8, with: Array("EFI PART".utf8))
        header.put(revision, at: 8)
        header.put(UInt32(92), at: 12)
        header.put(lba, at: 24)
        header.put(other, at: 32)
        header.put(firstUsableLBA, at: 40)
        header.put(lastUsableLBA, at: 48)
        header.replaceSubrange(56..<72, with: diskGUID.octets)
        header.put(entriesLBA, at: 72)
        header.put(UInt32(entries.count / entrySize), at: 80)
        header.put(UInt32(entrySize), at: 84)
        header.put(CRC32.checksum(entries), at: 88)
        header.put(CRC32.checksum(header[0..<92]), at: 16)
        return header
    }
}
