/// What the superblock of an ext2, ext3 or ext4 file system says (kernel documentation, filesystems/ext4).
public struct Ext4Superblock: Hashable, Sendable {
    /// Where it lies in the file system, and its size, in octets.
    public static let offset: UInt64 = 1024
    public static let count = 1024

    /// Octets of a block.
    public let blockSize: Int
    public let blockCount: UInt64
    public let label: String
    /// Lower case, as `/dev/disk/by-uuid` has it.
    public let uuid: String
    /// Block numbers have 64 bits; without it the file system ends at 2^32 blocks.
    public let has64BitBlocks: Bool

    public init(_ octets: [UInt8]) throws(ImageFormatError) {
        guard octets.count >= Self.count else { throw .fileSystem("a superblock of \(octets.count) octets") }
        guard let magic: UInt16 = octets.littleEndian(at: 0x38), magic == 0xEF53 else {
            throw .fileSystem("not ext4")
        }
        let shift: UInt32 = octets.littleEndian(at: 0x18) ?? .max
        guard shift <= 6 else { throw .fileSystem("ext4 with blocks of 2^\(shift) KiB") }
        blockSize = 1024 << Int(shift)
        let incompatible: UInt32 = octets.littleEndian(at: 0x60) ?? 0
        has64BitBlocks = incompatible & 0x80 != 0
        let low: UInt32 = octets.littleEndian(at: 0x04) ?? 0
        let high: UInt32 = has64BitBlocks ? octets.littleEndian(at: 0x150) ?? 0 : 0
        blockCount = UInt64(high) << 32 | UInt64(low)
        guard blockCount > 0, blockCount <= UInt64.max / UInt64(blockSize) else {
            throw .fileSystem("ext4 of \(blockCount) blocks")
        }
        label = String(decoding: octets[0x78..<0x88].prefix { $0 != 0 }, as: UTF8.self)
        let id = octets[0x68..<0x78].map { $0 }
        uuid = [id[0..<4], id[4..<6], id[6..<8], id[8..<10], id[10..<16]].map { Hex.text($0) }.joined(separator: "-")
    }

    /// Octets of the file system.
    public var size: UInt64 { blockCount * UInt64(blockSize) }
}
