import TestSupport
import Testing

@testable import ImageFormat

struct FileSystemTests {
    private func superblock() -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: 1024)
        octets.put(UInt16(0xEF53), at: 0x38)
        octets.put(UInt32(1000), at: 0x04)
        octets.put(UInt32(2), at: 0x18)
        octets.put(UInt32(0x80), at: 0x60)
        octets.put(UInt32(1), at: 0x150)
        octets.replaceSubrange(0x78..<0x7C, with: Array("root".utf8))
        octets.replaceSubrange(0x68..<0x78, with: (0..<16).map { UInt8($0) })
        return octets
    }

    @Test func aSuperblockTellsSizeLabelAndUUID() throws {
        let block = try Ext4Superblock(superblock())
        #expect(block.blockSize == 4096)
        #expect(block.blockCount == 1 << 32 | 1000)
        #expect(block.label == "root")
        #expect(block.uuid == "00010203-0405-0607-0809-0a0b0c0d0e0f")
        #expect(FileSystemKind([UInt8](repeating: 0, count: 1024) + superblock()) == .ext4)
    }

    @Test func everyPrefixOfASuperblockIsRefused() {
        let octets = superblock()
        for count in 0..<octets.count {
            #expect(throws: ImageFormatError.self) { try Ext4Superblock(Array(octets.prefix(count))) }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func noiseIsNoFileSystemOrIsReadWithoutATrap(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var block = superblock()
        for _ in 0..<8 { block[Int.random(in: 0..<1024, using: &generator)] = .random(in: 0...255, using: &generator) }
        _ = try? Ext4Superblock(block)
        var volume = generator.octets(4096)
        volume[0] = 0xEB
        volume.put(UInt16(512), at: 11)
        volume[13] = 1 << UInt8.random(in: 0...7, using: &generator)
        volume.put(UInt16.random(in: 0...3, using: &generator), at: 14)
        volume[16] = UInt8.random(in: 0...4, using: &generator)
        volume.put(UInt16.random(in: 0...9, using: &generator), at: 22)
        volume[510] = 0x55
        volume[511] = 0xAA
        guard let fat = try? FATVolume(bootSector: volume) else { return }
        let found = try fat.contains("EFI/BOOT/BOOTX64.EFI") { offset, count in
            let start = Int(offset % 4096)
            return count <= 4096 - start ? Array(volume[start..<start + count]) : [UInt8](repeating: 7, count: count)
        }
        #expect(!found)
    }
}
