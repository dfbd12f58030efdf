import Foundation
import ImageFormat
import ImageWriter
import TestSupport
import Testing

struct DiskFinisherTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    /// A 24 MiB disk as an image has it: an ESP with a loader and a kernel, and an ext4 root behind it.
    private func makeDisk(loader: Bool = true) throws -> String {
        let disk = try bench.blank("disk", size: 24 << 20)
        try bench.run(
            "sfdisk",
            disk,
            input: "label: gpt\nsize=6M,type=U,name=esp\ntype=L,name=root,attrs=LegacyBIOSBootable\n"
        )
        let esp = try bench.blank("esp", size: 6 << 20)
        try bench.run("mkfs.vfat", "-n", "EFI", esp)
        try bench.run("mmd", "-i", esp, "::EFI", "::EFI/BOOT")
        let file = try bench.write([1, 2, 3], to: "file")
        try bench.run("mcopy", "-i", esp, file, loader ? "::EFI/BOOT/BOOTX64.EFI" : "::EFI/BOOT/OTHER.EFI")
        try bench.run("mcopy", "-i", esp, file, "::vmlinuz")
        try bench.run("mkdir", "-p", bench.path("tree/sbin"), bench.path("tree/lib"))
        try bench.run("ln", "-s", "/lib/systemd/systemd", bench.path("tree/sbin/init"))
        let root = try bench.blank("root", size: 16 << 20)
        try bench.run("mkfs.ext4", "-q", "-L", "root", "-d", bench.path("tree"), root)
        let table = try bench.run("sfdisk", "-d", disk)
        #expect(table.contains("start=        2048"))
        try bench.run("dd", "if=\(esp)", "of=\(disk)", "bs=1M", "seek=1", "conv=notrunc")
        try bench.run("dd", "if=\(root)", "of=\(disk)", "bs=1M", "seek=7", "conv=notrunc")
        return disk
    }

    @Test(.enabled(if: Bench.has("sfdisk", "sgdisk", "mkfs.ext4", "mkfs.vfat", "mcopy")))
    func theTableGrowsWithTheDiskAndOtherToolsAgree() async throws {
        let disk = try makeDisk()
        try bench.run("truncate", "-s", "\((100 << 20) + 512 * 7)", disk)
        let finisher = DiskFinisher(device: disk, firmware: .uefi, mountPoint: bench.path("mnt"))
        let table = try await finisher.growTable()
        let root = try #require(table.partitions.last)
        #expect((root.lastLBA + 1) * 512 == 99 << 20)
        #expect(root.attributes == 4)
        #expect(try bench.run("sgdisk", "-v", disk).contains("No problems found"))
        #expect(try bench.run("sfdisk", "--verify", disk).contains("No errors detected"))
        #expect(try bench.run("sfdisk", "-d", disk).contains("LegacyBIOSBootable"))
        let before = try bench.data(of: "disk")
        #expect(try await finisher.growTable() == table)
        #expect(try bench.data(of: "disk") == before, "a second time changes nothing")
    }

    @Test func partitionsAreNamedAsTheKernelNamesThem() {
        #expect(DiskPartition.path(of: 2, on: "/dev/sda") == "/dev/sda2")
        #expect(DiskPartition.path(of: 14, on: "/dev/vdb") == "/dev/vdb14")
        #expect(DiskPartition.path(of: 2, on: "/dev/nvme0n1") == "/dev/nvme0n1p2")
        #expect(DiskPartition.path(of: 1, on: "/dev/mmcblk0") == "/dev/mmcblk0p1")
        #expect(DiskPartition.path(of: 1, on: "/dev/loop3") == "/dev/loop3p1")
    }

    @Test func aDiskWithoutATableIsAnError() async throws {
        let disk = try bench.blank("disk", size: 1 << 20)
        let finisher = DiskFinisher(device: disk, firmware: .uefi, mountPoint: bench.path("mnt"))
        await #expect(throws: ImageFormatError.self) { try await finisher.growTable() }
    }

    @Test(.enabled(if: Bench.has("mkfs.vfat", "mcopy")), arguments: [("12", 1), ("16", 20), ("32", 40)])
    func aFATVolumeIsReadWithoutMountingIt(bits: String, megabytes: UInt64) throws {
        let volume = try bench.blank("volume", size: megabytes << 20)
        try bench.run("mkfs.vfat", "-F", bits, "-s", "1", "-n", "MY ESP", volume)
        try bench.run("mmd", "-i", volume, "::efi", "::EFI/Boot")
        let file = try bench.write([UInt8](repeating: 7, count: 3000), to: "file")
        try bench.run("mkdir", bench.path("many"))
        for number in 0..<60 { _ = try bench.write([7], to: "many/a long name of a file \(number)") }
        try bench.run("sh", "-c", "mcopy -i \(volume) \(bench.path("many"))/* ::EFI/")
        try bench.run("mcopy", "-i", volume, file, "::EFI/BOOT/bootx64.efi")
        try bench.run("mcopy", "-i", volume, file, "::EFI/last.txt")
        let octets = try bench.octets(of: "volume")
        let source: GPT.Source = { offset, count in Array(octets[Int(offset)..<Int(offset) + count]) }
        let fat = try FATVolume(bootSector: Array(octets.prefix(512)))
        #expect(FileSystemKind(Array(octets.prefix(FileSystemKind.needed))) == .fat)
        #expect(fat.label == "MY ESP")
        #expect(try fat.contains("EFI/BOOT/BOOTX64.EFI", source: source))
        #expect(try fat.contains("EFI/LAST.TXT", source: source), "in a directory of several clusters")
        #expect(try !fat.contains("EFI/BOOT/GRUBX64.EFI", source: source))
        #expect(try !fat.contains("EFI/LAST.TXT/X", source: source))
        #expect(try fat.names(in: "", source: source) == ["EFI"])
    }

    /// Whether this process has CAP_SYS_RESOURCE, which growing ext4 takes and containers often lack.
    private var mayResize: Bool {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let capabilities = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return capabilities & 1 << 24 != 0
    }

    /// Needs loop devices with partitions, and the right to mount.
    @Test(
        .enabled(if: geteuid() == 0 && ProcessInfo.processInfo.environment["RACKWRIGHT_LOOP_TESTS"] != nil),
        arguments: [true, false]
    )
    func aLoopDeviceIsGrownMountedAndFoundBootable(loader: Bool) async throws {
        let disk = try makeDisk(loader: loader)
        try bench.run("truncate", "-s", "200M", disk)
        let device = try bench.run("losetup", "-f", "--show", "-P", disk).split(separator: "\n").joined()
        defer { _ = try? bench.run("losetup", "-d", device) }
        let finisher = DiskFinisher(device: device, firmware: .uefi, mountPoint: bench.path("mnt"))
        let finished = try await finisher.finish()
        defer { for folder in finished.mounts.reversed() { _ = try? bench.run("umount", folder) } }
        #expect(finished.partitions.map(\.path) == [device + "p1", device + "p2"])
        #expect(finished.partitions.map(\.fileSystem) == [.fat, .ext4])
        #expect(finished.root?.path == device + "p2")
        #expect(finished.root?.label == "root")
        #expect(finished.efiSystem?.path == device + "p1")
        #expect(finished.mounts == [bench.path("mnt")])
        #expect(finished.isBootable == loader, "\(finished.problems) \(finished.notes)")
        let size = try #require(finished.rootSize)
        #expect(mayResize ? size > 190 << 20 : finished.notes.contains { $0.contains("EXT4_IOC_RESIZE_FS") })
        try bench.run("umount", finished.mounts[0])
        try bench.run("e2fsck", "-fn", device + "p2")
        try bench.run("mount", device + "p2", finished.mounts[0])
    }
}
