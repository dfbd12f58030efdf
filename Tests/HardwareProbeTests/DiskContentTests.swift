import FoundationEssentials
import Inventory
import TestSupport
import Testing

@testable import HardwareProbe

/// What lies on disks: marks that are written here at their places, file systems that tools made, and partition tables.
struct DiskContentTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var expected: Inventory.Signature
        var size: Int = 1 << 20
        var marks: [(offset: Int, octets: [UInt8])]
        var testDescription: String { expected.type }

        init(_ type: String, uuid: String? = nil, label: String? = nil, _ marks: [(Int, [UInt8])]) {
            expected = Inventory.Signature(type: type, uuid: uuid, label: label)
            self.marks = marks
        }

        var octets: [UInt8] {
            var octets = [UInt8](repeating: 0, count: size)
            for mark in marks {
                let start = mark.offset < 0 ? size + mark.offset : mark.offset
                octets.replaceSubrange(start..<start + mark.octets.count, with: mark.octets)
            }
            return octets
        }
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static let id = (1...16).map { UInt8($0) }
    private static let idText = "01020304-0506-0708-090a-0b0c0d0e0f10"
    private static let raidMark: [UInt8] = [0xFC, 0x4E, 0x2B, 0xA9]

    /// Version 1 at a place.
    private static func raid(at offset: Int) -> Sample {
        Sample(
            "linux_raid_member",
            uuid: idText,
            label: "host:data",
            [(offset, raidMark + [1, 0, 0, 0]), (offset + 16, id), (offset + 32, text("host:data"))]
        )
    }

    /// Each as `blkid` of util-linux 2.38 names a real one; those of RAIDs and ZFS were compared with made ones.
    static let samples: [Sample] = [
        Sample("xfs", uuid: idText, label: "data", [(0, text("XFSB")), (32, id), (108, text("data"))]),
        Sample(
            "btrfs",
            uuid: idText,
            label: "b label",
            [(0x10040, text("_BHRfS_M")), (0x10020, id), (0x1012B, text("b label"))]
        ),
        Sample("ext2", uuid: idText, [(0x438, [0x53, 0xEF]), (0x468, id)]),
        Sample("ext3", [(0x438, [0x53, 0xEF]), (0x45C, [4])]),
        Sample("ext4", label: "root", [(0x438, [0x53, 0xEF]), (0x45C, [4]), (0x460, [0x42]), (0x478, text("root"))]),
        Sample("jbd", [(0x438, [0x53, 0xEF]), (0x460, [8])]),
        Sample("swap", uuid: idText, label: "swp", [(4086, text("SWAPSPACE2")), (1036, id), (1052, text("swp"))]),
        Sample(
            "crypto_LUKS",
            uuid: idText,
            label: "sec",
            [(0, text("LUKS") + [0xBA, 0xBE, 0, 2]), (24, text("sec")), (168, text(idText))]
        ),
        Sample("crypto_LUKS", [(0, text("LUKS") + [0xBA, 0xBE, 0, 1]), (24, text("aes"))]),
        Sample(
            "LVM2_member",
            uuid: "abcdef-ghij-klmn-opqr-stuv-wxyz-012345",
            [
                (512, text("LABELONE")), (532, [32]), (536, text("LVM2 001")),
                (544, text("abcdefghijklmnopqrstuvwxyz012345")),
            ]
        ),
        raid(at: 0), raid(at: 4096), raid(at: -8192),
        Sample(
            "linux_raid_member",
            uuid: "04030201-0807-0605-0c0b-0a09100f0e0d",
            [(-65536, raidMark), (-65516, [1, 2, 3, 4]), (-65484, (5...16).map { UInt8($0) })]
        ),
        Sample("isw_raid_member", [(-1024, text("Intel Raid ISM Cfg Sig. 1.3.00"))]),
        Sample("ddf_raid_member", [(-512, [0xDE, 0x11, 0xDE, 0x11])]),
        Sample("zfs_member", [(132 << 10, [0x0C, 0xB1, 0xBA, 0, 0, 0, 0, 0])]),
        Sample("ceph_bluestore", uuid: idText, [(0, text("bluestore block device\n\(idText)\n"))]),
        Sample(
            "ntfs",
            uuid: "177CBF84535E6E90",
            [(3, text("NTFS    ")), (72, [0x90, 0x6E, 0x5E, 0x53, 0x84, 0xBF, 0x7C, 0x17])]
        ),
        Sample("BitLocker", [(3, text("-FVE-FS-"))]),
        Sample("iso9660", label: "DEBIAN 12", [(32769, text("CD001")), (32808, text("DEBIAN 12       "))]),
    ]

    private static func signatures(_ octets: [UInt8], size: Int? = nil) -> [Inventory.Signature]? {
        DiskContent(size: UInt64(size ?? octets.count)) { offset, count in
            let start = min(Int(offset), octets.count)
            return Array(octets[start..<min(start + count, octets.count)])
        }?.signatures
    }

    @Test(arguments: samples)
    func marksAreFoundAtTheirPlaces(sample: Sample) {
        #expect(Self.signatures(sample.octets) == [sample.expected])
    }

    @Test func severalMayLieThere() throws {
        // A member of a RAID of version 1.0 begins as what is on the RAID.
        var octets = try #require(Self.samples.first).octets
        octets.replaceSubrange((1 << 20) - 8192..<(1 << 20) - 8184, with: Self.raidMark + [1, 0, 0, 0])
        #expect(Self.signatures(octets)?.map(\.type) == ["linux_raid_member", "xfs"])
    }

    @Test func whatCannotBeReadIsUnknownAndWhatIsEmptyIsNot() {
        #expect(DiskContent(size: 1 << 30) { _, _ in nil } == nil)
        #expect(Self.signatures([UInt8](repeating: 0, count: 1 << 20)) == [])
        #expect(Self.signatures([]) == [])
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func noiseNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let sample = Self.samples[Int(seed) % Self.samples.count]
        var octets = sample.octets
        for mark in sample.marks {
            let start = mark.offset < 0 ? octets.count + mark.offset : mark.offset
            for _ in 0..<4 {
                let place = start + Int.random(in: -16...80, using: &generator)
                if octets.indices.contains(place) { octets[place] = .random(in: 0...255, using: &generator) }
            }
        }
        let cut = Array(octets.prefix(Int.random(in: 0...octets.count, using: &generator)))
        for size in [0, 100, cut.count, 1 << 20, 1 << 40] { _ = Self.signatures(cut, size: size) }
        _ = Self.signatures(generator.octets(Int.random(in: 0...5000, using: &generator)))
    }
}
