import TestSupport
import Testing

@testable import ImageFormat

/// A disk in memory.
private struct MemoryDisk {
    var octets: [UInt8]

    func read(_ offset: UInt64, _ count: Int) throws -> [UInt8] {
        guard let start = Int(exactly: offset), count >= 0, start <= octets.count, count <= octets.count - start else {
            throw ImageFormatError.partitionTable("beyond the disk")
        }
        return Array(octets[start..<start + count])
    }

    mutating func write(_ table: GPT) {
        for region in table.regions {
            octets.replaceSubrange(Int(region.offset)..<Int(region.offset) + region.octets.count, with: region.octets)
        }
    }

    func table(sectorSize: Int = 512) throws -> GPT {
        try GPT(sectorSize: sectorSize, diskSize: UInt64(octets.count), source: read)
    }
}

struct GPTTests {
    private let espGUID = "01234567-89ab-cdef-0123-456789abcdef"

    /// 4 MiB with an ESP and, behind it, a root that a BIOS may boot.
    private func disk(size: Int = 4 << 20, sectorSize: Int = 512) throws -> MemoryDisk {
        let sectors = UInt64(size / sectorSize)
        var entries = [UInt8](repeating: 0, count: 128 * 128)
        let unit = UInt64((1 << 20) / sectorSize)
        let guid = try #require(GUID(espGUID))
        entries.replaceSubrange(0..<32, with: GUID.efiSystem.octets + guid.octets)
        entries.put(unit, at: 32)
        entries.put(2 * unit - 1, at: 40)
        entries.replaceSubrange(128..<160, with: GUID.linuxFileSystem.octets + guid.octets.reversed())
        entries.put(2 * unit, at: 128 + 32)
        entries.put(3 * unit - 1, at: 128 + 40)
        entries.put(UInt64(4), at: 128 + 48)
        for (index, unit) in "root".utf16.enumerated() { entries.put(unit, at: 128 + 56 + index * 2) }
        var bootSector = [UInt8](repeating: 0x90, count: 440) + [UInt8](repeating: 0, count: sectorSize - 440)
        bootSector[450] = 0xEE
        bootSector.put(UInt32(1), at: 454)
        bootSector.put(UInt32(sectors - 1), at: 458)
        bootSector[510] = 0x55
        bootSector[511] = 0xAA
        let reserved = UInt64(16384 / sectorSize)
        var disk = MemoryDisk(octets: [UInt8](repeating: 0, count: size))
        disk.write(
            GPT(
                sectorSize: sectorSize,
                diskGUID: guid,
                firstUsableLBA: 2 + reserved,
                lastUsableLBA: sectors - reserved - 2,
                backupLBA: sectors - 1,
                entriesLBA: 2,
                entrySize: 128,
                damage: nil,
                revision: 0x0001_0000,
                bootSector: bootSector,
                entries: entries
            )
        )
        return disk
    }

    @Test func theChecksumIsTheStandardOne() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
    }

    @Test func aGUIDIsReadAndWrittenAsPeopleWriteIt() throws {
        #expect(GUID.efiSystem.description == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
        #expect(GUID("C12A7328-F81F-11D2-BA4B-00A0C93EC93B") == .efiSystem)
        #expect(GUID("C12A7328-F81F-11D2-BA4B") == nil)
        #expect(GUID("C12A7328-F81F-11D2-BA4B-00A0C93EC93Z") == nil)
    }

    @Test(arguments: [512, 4096])
    func aTableIsReadAsItWasWritten(sectorSize: Int) throws {
        let table = try disk(sectorSize: sectorSize).table(sectorSize: sectorSize)
        #expect(table.damage == nil)
        #expect(table.partitions.map(\.number) == [1, 2])
        #expect(table.partitions.map(\.type) == [.efiSystem, .linuxFileSystem])
        #expect(table.partitions[0].guid.description == espGUID)
        #expect(table.partitions[1].name == "root")
        #expect(table.partitions[1].attributes == 4)
        #expect(table.partitions[1].firstLBA == UInt64((2 << 20) / sectorSize))
    }

    @Test func onALargerDiskTheBackupMovesAndTheLastPartitionGrows() throws {
        var disk = try disk()
        let found = try disk.table()
        disk.octets += [UInt8](repeating: 0, count: (8 << 20) + 512)
        let moved = try found.moved(toDiskOf: UInt64(disk.octets.count))
        let grown = moved.lastPartitionGrown()
        disk.write(grown)
        let read = try disk.table()
        #expect(read.damage == nil)
        #expect(read.backupLBA == UInt64(disk.octets.count / 512 - 1))
        #expect(read.partitions[0] == found.partitions[0])
        #expect(read.partitions[1].lastLBA == UInt64((11 << 20) / 512 - 1), "the end is on a whole MiB")
        #expect(read.partitions[1].attributes == 4)
        #expect(disk.octets[0..<440].allSatisfy { $0 == 0x90 }, "boot code stays")
        #expect(disk.octets.littleEndian(UInt32.self, at: 458) == UInt32(disk.octets.count / 512 - 1))
        #expect(try read.moved(toDiskOf: UInt64(disk.octets.count)).lastPartitionGrown() == read, "once is enough")
        let abandoned = try #require(found.abandonedBackup(after: moved))
        #expect(abandoned.offset + UInt64(abandoned.count) == 4 << 20)
    }

    @Test func aDiskThatCutsAPartitionIsRefused() throws {
        #expect(throws: ImageFormatError.self) { try disk().table().moved(toDiskOf: 3 << 20) }
        #expect(throws: ImageFormatError.self) { try disk().table().moved(toDiskOf: 0) }
    }

    @Test func theBackupServesWhereTheFirstCopyIsBroken() throws {
        var disk = try disk()
        let found = try disk.table()
        disk.octets[512 + 60] ^= 1
        let rescued = try disk.table()
        #expect(rescued.damage != nil)
        #expect(rescued.partitions == found.partitions)
        disk.write(rescued)
        #expect(try disk.table() == found)
    }

    @Test func aBrokenBackupIsNoticed() throws {
        var disk = try disk()
        disk.octets[disk.octets.count - 512 + 20] ^= 1
        #expect(try disk.table().damage != nil)
    }

    @Test func aDiskWithoutATableIsRefused() {
        #expect(throws: ImageFormatError.self) { try MemoryDisk(octets: [UInt8](repeating: 0, count: 1 << 20)).table() }
        #expect(throws: ImageFormatError.self) { try MemoryDisk(octets: []).table() }
    }

    /// Noise in the headers, with checksums made right again, so that it reaches the fields.
    @Test(arguments: 0..<150 as Range<UInt64>)
    func noiseIsRefusedOrGivesATableThatHolds(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var disk = try disk()
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place =
                Bool.random(using: &generator)
                ? 512 + Int.random(in: 8..<92, using: &generator)
                : 1024 + Int.random(in: 0..<256, using: &generator)
            disk.octets[place] = UInt8.random(in: 0...255, using: &generator)
        }
        disk.octets.put(CRC32.checksum(disk.octets[1024..<1024 + 16384]), at: 512 + 88)
        disk.octets.put(UInt32(0), at: 512 + 16)
        disk.octets.put(CRC32.checksum(disk.octets[512..<512 + 92]), at: 512 + 16)
        guard let table = try? disk.table() else { return }
        for size in [UInt64(1 << 20), 4 << 20, 16 << 20, UInt64(Int64.max)] {
            guard let moved = try? table.moved(toDiskOf: size) else { continue }
            let grown = moved.lastPartitionGrown()
            #expect(grown.partitions.allSatisfy { $0.lastLBA <= grown.lastUsableLBA })
            #expect(grown.regions.count == 5)
            _ = table.abandonedBackup(after: moved)
        }
    }
}
