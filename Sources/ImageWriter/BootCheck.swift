import ImageFormat
import LinuxKernel

/// Looks for what a disk needs in order to boot.
struct BootCheck: Sendable {
    var device: String
    var firmware: DiskFinisher.Firmware
    /// Where the root is mounted.
    var root: String

    /// Whether an init is there. Its link may lead to a path that is right in the root only.
    var hasInit: Bool {
        ["/sbin/init", "/usr/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd"].contains {
            PlainFile.exists(root + $0) || PlainFile.link(root + $0) != nil
        }
    }

    func problems(of finished: FinishedDisk) throws -> [String] {
        var problems: [String] = []
        var hasKernel = finished.root != nil && rootHasKernel
        switch firmware {
        case .uefi:
            if let partition = finished.efiSystem {
                let (found, reason) = try lookAtEFISystem(partition)
                hasKernel = hasKernel || found
                if let reason { problems.append(reason) }
            } else {
                problems.append("no EFI system partition")
            }
        case .bios:
            let sector = try BlockDevice(path: device, for: .reading).read(512, at: 0)
            if sector[0..<440].allSatisfy({ $0 == 0 }) {
                problems.append("no boot code in the first sector, as a BIOS needs it")
            }
            if let partition = finished.efiSystem {
                hasKernel = try hasKernel || lookAtEFISystem(partition).hasKernel
            }
        }
        if finished.root != nil, !hasKernel {
            problems.append("no kernel in /boot, /usr/lib/modules or the EFI system partition")
        }
        return problems
    }

    private var rootHasKernel: Bool {
        let isKernel = { (name: String) in ["vmlinuz", "vmlinux", "kernel", "Image"].contains { name.hasPrefix($0) } }
        return PlainFile.names(in: root + "/boot").contains(where: isKernel)
            || PlainFile.names(in: root + "/usr/lib/modules").contains {
                PlainFile.exists("\(root)/usr/lib/modules/\($0)/vmlinuz")
            }
    }

    /// Whether there is a kernel, and what is wrong with the partition.
    private func lookAtEFISystem(_ partition: DiskPartition) throws -> (hasKernel: Bool, reason: String?) {
        guard partition.fileSystem == .fat else {
            return (false, "the EFI system partition \(partition.path) has no FAT file system")
        }
        let disk = try BlockDevice(path: partition.path, for: .reading)
        let source = PartitionGrowth.source(disk)
        let volume = try FATVolume(bootSector: disk.read(512, at: 0))
        let hasLoader = try volume.contains("EFI/BOOT/BOOTX64.EFI", source: source)
        return (
            try hasKernel(volume, in: "", depth: 3, source: source),
            hasLoader ? nil : "no \\EFI\\BOOT\\BOOTX64.EFI on \(partition.path)"
        )
    }

    /// Looks for a kernel, or a unified kernel image, by the short names that FAT gives them.
    private func hasKernel(_ volume: FATVolume, in folder: String, depth: Int, source: GPT.Source) throws -> Bool {
        guard let names = try volume.names(in: folder, source: source) else { return false }
        if names.contains(where: { $0.hasPrefix("VMLINU") || $0 == "LINUX" && folder.contains("/") }) { return true }
        if folder == "EFI/LINUX", names.contains(where: { $0.hasSuffix(".EFI") }) { return true }
        guard depth > 1 else { return false }
        for name in names.prefix(64) where !name.hasPrefix(".") {
            let inside = folder.isEmpty ? name : "\(folder)/\(name)"
            if try hasKernel(volume, in: inside, depth: depth - 1, source: source) { return true }
        }
        return false
    }
}
