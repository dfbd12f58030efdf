public import ImageFormat

/// A written disk after `DiskFinisher` has seen to it.
public struct FinishedDisk: Hashable, Sendable {
    public var partitions: [DiskPartition]
    /// The partition with the root file system.
    public var root: DiskPartition?
    /// The EFI system partition.
    public var efiSystem: DiskPartition?
    /// What is mounted, in that order: the root, and `/boot` where it is a partition of its own. Unmount in reverse.
    public var mounts: [String]
    /// Octets of the root file system, after growing.
    public var rootSize: UInt64?
    /// Why the disk cannot boot; nothing if it can, as far as looking at it tells.
    public var problems: [String]
    /// What an operator may want to know and what does not keep the disk from booting.
    public var notes: [String]

    public var isBootable: Bool { problems.isEmpty }
}

/// One partition, as the table on the disk has it, with what lies in it.
public struct DiskPartition: Hashable, Sendable {
    /// The kernel's device, such as `/dev/nvme0n1p2`.
    public var path: String
    public var entry: GPT.Partition
    /// Octets of the sectors that `entry` counts.
    public var sectorSize: Int
    public var fileSystem: FileSystemKind
    /// The file system's label, if it has one that is understood.
    public var label: String?
    /// The file system's UUID, if it has one that is understood.
    public var uuid: String?

    /// In octets from the disk's beginning.
    public var start: UInt64 { entry.firstLBA * UInt64(sectorSize) }
    /// In octets.
    public var size: UInt64 { (entry.lastLBA - entry.firstLBA + 1) * UInt64(sectorSize) }

    /// How the kernel calls partition `number` of `device`: with a `p` between where the name ends in a digit.
    public static func path(of number: Int, on device: String) -> String {
        device.last?.isNumber == true ? "\(device)p\(number)" : "\(device)\(number)"
    }
}
