import ImageFormat
import LinuxKernel

/// A disk that holds an installed system: its root partition and its EFI system partition.
struct InstalledDisk: Sendable {
    static let rootFolder = "/mnt/root"
    static let loaderFolder = "/mnt/esp"

    let device: String
    let root: GPT.Partition
    let loader: GPT.Partition?
    /// `/boot`, where it is a partition of its own.
    private let boot: GPT.Partition?
    private let sectorSize: Int

    struct NoRoot: Error, Hashable, CustomStringConvertible {
        var device: String
        var partitions: [String]
        var description: String {
            "\(device) has no partition that can be a root; it has \(partitions.joined(separator: ", "))"
        }
    }

    /// Reads the partition table of the disk that the kernel now calls `name`.
    init(name: String) throws {
        let device = "/dev/\(name)"
        self.device = device
        sectorSize = PlainFile.text("/sys/block/\(name)/queue/logical_block_size").flatMap { Int($0) } ?? 512
        let blocks = PlainFile.text("/sys/block/\(name)/size").flatMap { UInt64($0) } ?? 0
        let gpt = try GPT(sectorSize: sectorSize, diskSize: blocks.multipliedReportingOverflow(by: 512).partialValue) {
            offset,
            count in
            try Self.read(device, at: offset, count: count)
        }
        loader = gpt.partitions.first { $0.type == .efiSystem }
        boot = gpt.partitions.first { $0.type == .extendedBoot }
        let typed = gpt.partitions.first { $0.type == .linuxRootX64 }
        let largest = gpt.partitions.filter { $0.type == .linuxFileSystem }
            .max { $0.lastLBA &- $0.firstLBA < $1.lastLBA &- $1.firstLBA }
        guard let root = typed ?? largest else {
            throw NoRoot(device: device, partitions: gpt.partitions.map { "\($0.number) (\($0.type))" })
        }
        self.root = root
    }

    /// The device of a partition, as the kernel names it.
    func path(of partition: GPT.Partition) -> String {
        device + (device.last?.isNumber == true ? "p" : "") + String(partition.number)
    }

    /// The first octets of the root partition tell its type.
    var rootType: FileSystemKind {
        let offset = root.firstLBA &* UInt64(sectorSize)
        return FileSystemKind((try? PlainFile.read(device, at: offset, count: FileSystemKind.needed)) ?? [])
    }

    /// Mounts the root, read-only, while `work` runs.
    func withRoot<Result>(_ work: (RootFolder) throws -> Result) throws -> Result {
        try PlainFile.makeFolder(Self.rootFolder)
        let kind = rootType
        let type = kind == .unknown || kind == .fat ? "ext4" : kind.rawValue
        try Mount.attach(path(of: root), at: Self.rootFolder, type: type, flags: .readOnly)
        defer { try? Mount.detach(Self.rootFolder, lazily: true) }
        let bootFolder = Self.rootFolder + "/boot"
        if let boot { try Mount.attach(path(of: boot), at: bootFolder, type: "ext4", flags: .readOnly) }
        defer { if boot != nil { try? Mount.detach(bootFolder, lazily: true) } }
        return try work(RootFolder(Self.rootFolder))
    }

    /// Mounts the EFI system partition, read-only, while `work` runs; without it if that does not work.
    func withLoader<Result>(_ work: (RootFolder?) throws -> Result) throws -> Result {
        guard let loader, (try? PlainFile.makeFolder(Self.loaderFolder)) != nil,
            (try? Mount.attach(path(of: loader), at: Self.loaderFolder, type: "vfat", flags: .readOnly)) != nil
        else { return try work(nil) }
        defer { try? Mount.detach(Self.loaderFolder, lazily: true) }
        return try work(RootFolder(Self.loaderFolder))
    }

    /// The partition and the loader on it that the firmware is to start: a distribution's own, else the removable path.
    func bootEntry(description: String) throws -> EFIBootEntry? {
        guard let loader, let number = UInt32(exactly: loader.number), loader.lastLBA >= loader.firstLBA else {
            return nil
        }
        let start = loader.firstLBA &* UInt64(sectorSize)
        let read: GPT.Source = { offset, count in try Self.read(device, at: start &+ offset, count: count) }
        let volume = try FATVolume(bootSector: try read(0, 512))
        var path = "\\EFI\\BOOT\\BOOTX64.EFI"
        search: for vendor in try volume.names(in: "EFI", source: read) ?? [] where vendor != "BOOT" {
            for file in ["SHIMX64.EFI", "GRUBX64.EFI"]
            where try volume.contains("EFI/\(vendor)/\(file)", source: read) {
                path = "\\EFI\\\(vendor)\\\(file)"
                break search
            }
        }
        let partition = EFIBootEntry.Partition(
            number: number,
            firstSector: loader.firstLBA,
            sectorCount: loader.lastLBA - loader.firstLBA &+ 1,
            guid: loader.guid
        )
        return EFIBootEntry(description: description, partition: partition, loader: path)
    }

    private static func read(_ device: String, at offset: UInt64, count: Int) throws -> [UInt8] {
        let octets = try PlainFile.read(device, at: offset, count: count)
        guard octets.count == count else { throw KernelError(call: "pread", code: 5, detail: device) }
        return octets
    }
}
