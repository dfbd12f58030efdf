import Glibc
public import ImageFormat
import LinuxKernel

/// Makes a written disk ready for its first boot: the table spans the disk, the root is grown and mounted, and what a
/// boot needs has been looked for.
public struct DiskFinisher: Sendable {
    public enum Firmware: Hashable, Sendable {
        case bios
        case uefi
    }

    private let device: String
    private let firmware: Firmware
    private let mountPoint: String
    private let threads = DiskThreads()

    /// `device` is a disk; on a plain file only `growTable` works. `mountPoint` is made if it is not there.
    public init(device: String, firmware: Firmware, mountPoint: String) {
        self.device = device
        self.firmware = firmware
        self.mountPoint = mountPoint
    }

    /// Moves the backup partition table to the disk's end and grows the last partition. Returns the table as it is then.
    public func growTable() async throws -> GPT {
        let path = device
        return try await threads.run {
            try PartitionGrowth(on: BlockDevice(path: path, for: .writing)).table
        }
    }

    /// Does all of it and leaves the root mounted at the mount point. Throws `KernelError` or `ImageFormatError`, with
    /// nothing left mounted; a disk that will not boot is no error but has `problems`. May be called again after
    /// unmounting.
    public func finish() async throws -> FinishedDisk {
        let table = try await growTable()
        try await announce(table)
        let partitions = try await partitions(of: table)
        var finished = FinishedDisk(
            partitions: partitions,
            root: nil,
            efiSystem: partitions.first { $0.entry.type == .efiSystem },
            mounts: [],
            rootSize: nil,
            problems: [],
            notes: []
        )
        do {
            try await mountRoot(&finished)
            try await growRoot(&finished)
            try await mountBoot(&finished)
            let (copy, check) = (finished, BootCheck(device: device, firmware: firmware, root: mountPoint))
            finished.problems += try await threads.run { try check.problems(of: copy) }
        } catch {
            for folder in finished.mounts.reversed() {
                _ = try? await threads.run { try Mount.detach(folder, lazily: true) }
            }
            throw error
        }
        return finished
    }
}

// MARK: - Telling the kernel

extension DiskFinisher {
    private static let rereadAttempts = 10
    private static let pause = Duration.milliseconds(100)

    /// Has the kernel take over the table: all at once, or one partition after the other where one is in use, or where
    /// the kernel does not know this kind of table.
    private func announce(_ table: GPT) async throws {
        if try await reread(), try await missingNode(of: table, attempts: 10) == nil { return }
        let path = device
        try await threads.run {
            let disk = try BlockDevice(path: path, for: .writing)
            let size = UInt64(table.sectorSize)
            for entry in table.partitions {
                try disk.announcePartition(
                    entry.number,
                    start: entry.firstLBA * size,
                    length: (entry.lastLBA - entry.firstLBA + 1) * size
                )
            }
        }
        if let node = try await missingNode(of: table, attempts: 100) {
            throw KernelError(call: "stat", code: ENOENT, detail: node)
        }
    }

    /// False where the kernel cannot, because a partition stays in use.
    private func reread() async throws -> Bool {
        let path = device
        for _ in 1...Self.rereadAttempts {
            do {
                try await threads.run { try BlockDevice(path: path, for: .writing).rereadPartitions() }
                return true
            } catch let error as KernelError {
                guard error.code == EBUSY else { return false }
                try await Task.sleep(for: Self.pause)
            }
        }
        return false
    }

    /// The first partition's device that has not appeared, after some patience.
    private func missingNode(of table: GPT, attempts: Int) async throws -> String? {
        let nodes = table.partitions.map { DiskPartition.path(of: $0.number, on: device) }
        for _ in 0..<attempts {
            if nodes.allSatisfy(PlainFile.exists) { return nil }
            try await Task.sleep(for: Self.pause)
        }
        return nodes.first { !PlainFile.exists($0) }
    }

    private func partitions(of table: GPT) async throws -> [DiskPartition] {
        let path = device
        return try await threads.run {
            let disk = try BlockDevice(path: path, for: .reading)
            return try table.partitions.map { entry in
                let octets = try PartitionGrowth.beginning(of: entry, on: disk, sectorSize: table.sectorSize)
                var partition = DiskPartition(
                    path: DiskPartition.path(of: entry.number, on: path),
                    entry: entry,
                    sectorSize: table.sectorSize,
                    fileSystem: FileSystemKind(octets),
                    label: nil,
                    uuid: nil
                )
                switch partition.fileSystem {
                case .ext4:
                    let block = try Ext4Superblock(Array(octets[1024..<2048]))
                    (partition.label, partition.uuid) = (block.label, block.uuid)
                case .fat:
                    partition.label = try FATVolume(bootSector: Array(octets[0..<512])).label
                case .xfs, .btrfs, .unknown: break
                }
                return partition
            }
        }
    }
}

// MARK: - Mounting and growing

extension DiskFinisher {
    /// Mounts the first partition that has an init: by type first, then by size.
    private func mountRoot(_ finished: inout FinishedDisk) async throws {
        try PlainFile.makeFolder(mountPoint)
        let candidates = finished.partitions.filter { [.ext4, .xfs, .btrfs].contains($0.fileSystem) }.sorted {
            let first = ($0.entry.type == .linuxRootX64 ? 0 : 1, $1.size)
            return first < ($1.entry.type == .linuxRootX64 ? 0 : 1, $0.size)
        }
        for candidate in candidates {
            let (folder, check) = (mountPoint, BootCheck(device: device, firmware: firmware, root: mountPoint))
            do {
                try await threads.run {
                    try Mount.attach(candidate.path, at: folder, type: candidate.fileSystem.rawValue)
                }
            } catch let error as KernelError {
                finished.notes.append("partition \(candidate.entry.number) not mounted: \(error)")
                continue
            }
            if check.hasInit {
                finished.root = candidate
                finished.mounts.append(mountPoint)
                return
            }
            try await threads.run { try Mount.detach(folder) }
        }
        finished.problems.append(
            candidates.isEmpty
                ? "no partition with a file system for a root (ext4, xfs, btrfs)"
                : "no init in any of: " + candidates.map(\.path).joined(separator: ", ")
        )
    }

    private func growRoot(_ finished: inout FinishedDisk) async throws {
        guard let root = finished.root else { return }
        guard root.fileSystem == .ext4 else {
            finished.notes.append("the root is \(root.fileSystem.rawValue), which is left at its size")
            return
        }
        let folder = mountPoint
        let (size, note) = try await threads.run { () throws -> (UInt64, String?) in
            let block = try Self.superblock(of: root)
            let most = block.has64BitBlocks ? UInt64.max : UInt64(UInt32.max)
            let wanted = min(root.size / UInt64(block.blockSize), most)
            guard wanted > block.blockCount else { return (block.size, nil) }
            do {
                try Ext4Growth.grow(mountedAt: folder, toBlocks: wanted)
            } catch let error as KernelError {
                return (block.size, "the root is left at its size: \(error)")
            }
            return (try Self.superblock(of: root).size, nil)
        }
        finished.rootSize = size
        if let note { finished.notes.append(note) }
    }

    private static func superblock(of partition: DiskPartition) throws -> Ext4Superblock {
        let device = try BlockDevice(path: partition.path, for: .reading)
        return try Ext4Superblock(device.read(Ext4Superblock.count, at: Ext4Superblock.offset))
    }

    /// Mounts a `/boot` of its own where the root expects it.
    private func mountBoot(_ finished: inout FinishedDisk) async throws {
        guard let root = finished.root else { return }
        let boot = finished.partitions.first { partition in
            let isNamed = ["boot", "BOOT"].contains(partition.label ?? "")
            return partition != root && partition.fileSystem == .ext4
                && (partition.entry.type == .extendedBoot || isNamed)
        }
        guard let boot else { return }
        let folder = mountPoint + "/boot"
        try await threads.run { try Mount.attach(boot.path, at: folder, type: boot.fileSystem.rawValue) }
        finished.mounts.append(folder)
    }
}
