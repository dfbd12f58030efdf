import ImageFormat
import LinuxKernel

/// Makes a written partition table fit the disk that it is on.
struct PartitionGrowth {
    var table: GPT
    /// Partition numbers whose file system has room to grow.
    var grown: Int?

    /// Moves the backup to the disk's end, grows the last partition if a file system that can grow lies in it, and
    /// writes the table. A table that fits already is written nevertheless, where a copy of it is damaged.
    init(on disk: BlockDevice) throws {
        let found: GPT
        do {
            found = try Self.table(of: disk)
        } catch let error as ImageFormatError where disk.sectorSize != 512 {
            guard (try? GPT(sectorSize: 512, diskSize: disk.size, source: Self.source(disk))) != nil else {
                throw error
            }
            throw ImageFormatError.partitionTable(
                "is for sectors of 512 octets, \(disk.path) has sectors of \(disk.sectorSize)"
            )
        }
        let moved = try found.moved(toDiskOf: disk.size)
        var result = moved
        if let last = moved.lastPartition, try Self.canGrow(last, on: disk, sectorSize: moved.sectorSize) {
            result = moved.lastPartitionGrown()
            if result != moved { grown = last.number }
        }
        table = result
        guard result != found || found.damage != nil else { return }
        if let old = found.abandonedBackup(after: moved) {
            try disk.zero(UInt64(old.count), at: old.offset)
        }
        for region in result.regions {
            try disk.write(region.octets, at: region.offset)
        }
        try disk.synchronize()
    }

    static func source(_ disk: BlockDevice) -> GPT.Source {
        { offset, count in try disk.read(count, at: offset) }
    }

    static func table(of disk: BlockDevice) throws -> GPT {
        try GPT(sectorSize: disk.sectorSize, diskSize: disk.size, source: source(disk))
    }

    private static func canGrow(_ partition: GPT.Partition, on disk: BlockDevice, sectorSize: Int) throws -> Bool {
        switch try FileSystemKind(beginning(of: partition, on: disk, sectorSize: sectorSize)) {
        case .ext4, .xfs, .btrfs: true
        case .fat, .unknown: false
        }
    }

    static func beginning(of partition: GPT.Partition, on disk: BlockDevice, sectorSize: Int) throws -> [UInt8] {
        let size = (partition.lastLBA - partition.firstLBA + 1) * UInt64(sectorSize)
        return try disk.read(
            Int(min(size, UInt64(FileSystemKind.needed))),
            at: partition.firstLBA * UInt64(sectorSize)
        )
    }
}
