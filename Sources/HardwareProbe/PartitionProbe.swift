import ImageFormat
import Inventory

/// What lies on a disk: its partition table, its partitions, and what is in each.
struct PartitionProbe {
    let tree: FileTree
    /// Whether the disk itself may be read, and not only what the kernel knows of it.
    let readsDisks: Bool

    /// Adds to `disk` what is found; `path` is its folder under `sys`.
    func look(at disk: inout Inventory.Disk, path: String) {
        let listed = listed(disk.name, path: path)
        disk.partitions = tree.exists("\(path)/size") ? listed : nil
        guard readsDisks, let size = disk.size.flatMap({ UInt64(exactly: $0) }),
            let content = content(of: disk.name, size: size)
        else { return }
        disk.signatures = content.signatures
        disk.partitionTable = table(in: content, sectorSize: disk.logicalBlock ?? 512)
        let written = disk.partitionTable == "gpt" ? partitions(of: disk, size: size) : []
        disk.partitions = listed.map { partition in
            var partition = partition
            if let entry = written.first(where: { $0.number == partition.number }) {
                partition.type = "\(entry.type)"
                partition.uuid = "\(entry.guid)"
                partition.label = trimmed(entry.name)
            }
            partition.signatures = partition.size.flatMap { UInt64(exactly: $0) }
                .flatMap { self.content(of: partition.name, size: $0)?.signatures }
            return partition
        }
    }

    /// The partitions that the kernel knows of, by number.
    private func listed(_ name: String, path: String) -> [Inventory.Partition] {
        let found: [Inventory.Partition] = tree.names(path).compactMap { child in
            guard child.hasPrefix(name), let number = tree.number("\(path)/\(child)/partition") else { return nil }
            return Inventory.Partition(
                number: number,
                name: child,
                start: octets("\(path)/\(child)/start"),
                size: octets("\(path)/\(child)/size")
            )
        }
        return found.sorted { $0.number < $1.number }
    }

    /// A number of the kernel's sectors, which have 512 octets whatever the disk's have.
    private func octets(_ path: String) -> Int? {
        tree.number(path).flatMap { $0 >= 0 && $0 < Int.max >> 9 ? $0 << 9 : nil }
    }

    private func content(of name: String, size: UInt64) -> DiskContent? {
        DiskContent(size: size) { tree.part("dev/\(name)", at: $0, count: $1) }
    }

    /// A boot sector whose four entries are sound is a table, unless a file system begins there.
    private func table(in content: DiskContent, sectorSize: Int) -> String? {
        let head = content.head
        for size in [sectorSize, 512, 4096] where size > 0 && head.dropFirst(size).starts(with: "EFI PART".utf8) {
            return "gpt"
        }
        guard head.count >= 512, head[510] == 0x55, head[511] == 0xAA else { return nil }
        let entries = stride(from: 446, to: 510, by: 16).map { head[$0..<$0 + 16] }
        let isSound = entries.allSatisfy { [0, 0x80].contains($0[$0.startIndex]) }
        let isUsed = entries.contains { $0[$0.startIndex + 4] != 0 }
        let isFileSystem = content.signatures.contains { ["vfat", "ntfs", "BitLocker"].contains($0.type) }
        return isSound && isUsed && !isFileSystem ? "dos" : nil
    }

    private struct Unreadable: Error {}

    private func partitions(of disk: Inventory.Disk, size: UInt64) -> [GPT.Partition] {
        let table = try? GPT(sectorSize: disk.logicalBlock ?? 512, diskSize: size) { offset, count in
            guard let octets = tree.part("dev/\(disk.name)", at: offset, count: count), octets.count == count else {
                throw Unreadable()
            }
            return octets
        }
        return table?.partitions ?? []
    }
}
