import FoundationEssentials
import HardwareProbe
import Inventory
import TestSupport
import Testing

/// Disks that tools partitioned and filled, read as devices of a made machine.
struct PartitionTests {
    private let machine: MadeMachine

    init() throws {
        machine = try MadeMachine()
    }

    static func has(_ tools: String...) -> Bool {
        tools.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/sbin/\($0)") }
    }

    /// An empty device of so many MiB; gives the path of its file.
    private func addDisk(_ name: String, mebibytes: Int, in parent: String? = nil, number: Int? = nil) throws -> String
    {
        let folder = "sys/devices/platform/made/block/" + (parent.map { "\($0)/\(name)" } ?? name)
        try machine.write("\(mebibytes << 11)", to: "\(folder)/size")
        if let number {
            try machine.write(["partition": "\(number)", "start": "2048"], in: folder)
        } else {
            try machine.write("512", to: "\(folder)/queue/logical_block_size")
            try machine.link("sys/block/\(name)", to: "../devices/platform/made/block/\(name)")
        }
        let path = "\(machine.root)/dev/\(name)"
        try FileManager.default.createDirectory(atPath: machine.root + "/dev", withIntermediateDirectories: true)
        try run("truncate --size=\(mebibytes)M", path)
        return path
    }

    private func run(_ words: String...) throws {
        try CapturedMachine.run(["/bin/sh", "-c", words.joined(separator: " ") + " >/dev/null 2>&1"], for: words[0])
    }

    private func disk(readsDisks: Bool = true) throws -> Inventory.Disk {
        let inventory = try HardwareProbe(root: machine.root, readsDisks: readsDisks).collect(now: 0)
        return try #require(inventory.disks.first)
    }

    @Test(.enabled(if: has("sgdisk", "mkfs.ext4")))
    func aGPTSaysWhatItsPartitionsAreFor() throws {
        let path = try addDisk("vda", mebibytes: 64)
        let guid = "0fb1d0c3-7f65-4c5a-8c1f-5d2b6c1e1a01"
        try run("/usr/sbin/sgdisk", "-n 1:2048:+32M -t 1:8300 -c 1:'root fs' -u 1:\(guid)", path)
        let first = try addDisk("vda1", mebibytes: 32, in: "vda", number: 1)
        try run("/usr/sbin/mkfs.ext4", "-q -L four -U \(guid)", first)
        let disk = try disk()
        #expect(disk.partitionTable == "gpt" && disk.signatures == [])
        #expect(
            disk.partitions == [
                Inventory.Partition(
                    number: 1,
                    name: "vda1",
                    start: 1 << 20,
                    size: 32 << 20,
                    type: "0fc63daf-8483-4772-8e79-3d69d8477de4",
                    uuid: guid,
                    label: "root fs",
                    signatures: [Inventory.Signature(type: "ext4", uuid: guid, label: "four")]
                )
            ]
        )
        let unread = try self.disk(readsDisks: false)
        #expect(unread.partitionTable == nil && unread.signatures == nil)
        #expect(unread.partitions?.map(\.size) == [32 << 20] && unread.partitions?.first?.signatures == nil)
    }

    @Test(.enabled(if: has("sfdisk")))
    func anOldTableIsTold() throws {
        let path = try addDisk("vda", mebibytes: 16)
        try run("echo 'label: dos\n2048,8192,83,*' | /usr/sbin/sfdisk", path)
        #expect(try disk().partitionTable == "dos")
    }

    /// The boot sector of a FAT ends as one with a table does.
    @Test(.enabled(if: has("mkfs.vfat", "blkid")), arguments: ["-F 12", "-F 16", "-F 32 -n EFIBOOT"])
    func aFileSystemOnTheWholeDiskIsNoTable(arguments: String) throws {
        let path = try addDisk("vda", mebibytes: 64)
        try run("/usr/sbin/mkfs.vfat", arguments, "-i deadbeef", path)
        let disk = try disk()
        #expect(disk.partitionTable == nil && disk.partitions == [])
        let label = arguments.hasSuffix("EFIBOOT") ? "EFIBOOT" : nil
        #expect(disk.signatures == [Inventory.Signature(type: "vfat", uuid: "DEAD-BEEF", label: label)])
    }

    /// `lsblk` of the captured machine says the same.
    @Test(.enabled(if: Fixture.assets != nil))
    func partitionsAreThoseThatLsblkShows() throws {
        let captured = try CapturedMachine(archive: "util-linux-lsblk-simple-nvme.tar.xz")
        let disks = try HardwareProbe(root: captured.root).collect(now: 0).disks
        let text = try Fixture.octets(ofAsset: "inventories/sysfs/expected/lsblk-simple-nvme-basic")
        var expected: [String] = []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.contains(" part ") {
            let words = line.split(separator: " ").map(String.init)
            expected.append("\(words[1]) \(words[4])")
        }
        let found = disks.flatMap { $0.partitions ?? [] }.map { "\($0.name) \(Self.size($0.size ?? 0))" }
        #expect(found == expected && found.count == 10)
    }

    /// `130.3G` or `50G`, rounded.
    private static func size(_ octets: Int) -> String {
        let (unit, shift) = octets >= 1 << 30 ? ("G", 30) : ("M", 20)
        let tenths = (octets * 10 + 1 << (shift - 1)) >> shift
        return tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
    }
}
