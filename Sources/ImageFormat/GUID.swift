/// A GUID as partition tables hold it: the first three fields little-endian (UEFI 2.10 appendix A).
public struct GUID: Hashable, Sendable {
    /// 16 octets, in the order they have on the disk.
    public let octets: [UInt8]

    /// Nil unless there are 16 octets.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 16 else { return nil }
        self.octets = Array(octets)
    }

    /// Nil unless `text` is 36 characters such as `C12A7328-F81F-11D2-BA4B-00A0C93EC93B`, in either case.
    public init?(_ text: some StringProtocol) {
        let fields = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard fields.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let parts = fields.map { Hex.octets($0) }
        var octets: [UInt8] = []
        for (index, part) in parts.enumerated() {
            guard let part else { return nil }
            octets += index < 3 ? part.reversed() : part
        }
        self.octets = octets
    }

    public var isZero: Bool { octets.allSatisfy { $0 == 0 } }
}

extension GUID: CustomStringConvertible {
    /// As `blkid` and udev write it: lower case.
    public var description: String {
        [
            Hex.text(octets[0..<4].reversed()), Hex.text(octets[4..<6].reversed()), Hex.text(octets[6..<8].reversed()),
            Hex.text(octets[8..<10]), Hex.text(octets[10..<16]),
        ].joined(separator: "-")
    }
}

extension GUID {
    private init(_ first: UInt32, _ second: UInt16, _ third: UInt16, _ rest: [UInt8]) {
        var octets = [UInt8](repeating: 0, count: 8)
        octets.put(first, at: 0)
        octets.put(second, at: 4)
        octets.put(third, at: 6)
        self.octets = octets + rest
    }

    /// The type of an EFI system partition.
    public static let efiSystem = GUID(
        0xC12A_7328,
        0xF81F,
        0x11D2,
        [0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B]
    )
    /// The type of a partition that GRUB keeps its core in when firmware is a BIOS.
    public static let biosBoot = GUID(
        0x2168_6148,
        0x6449,
        0x6E6F,
        [0x74, 0x4E, 0x65, 0x65, 0x64, 0x45, 0x46, 0x49]
    )
    /// The type of any Linux file system.
    public static let linuxFileSystem = GUID(
        0x0FC6_3DAF,
        0x8483,
        0x4772,
        [0x8E, 0x79, 0x3D, 0x69, 0xD8, 0x47, 0x7D, 0xE4]
    )
    /// The type of an x86-64 root (UAPI discoverable partitions specification).
    public static let linuxRootX64 = GUID(
        0x4F68_BCE3,
        0xE8CD,
        0x4DB1,
        [0x96, 0xE7, 0xFB, 0xCA, 0xF9, 0x84, 0xB7, 0x09]
    )
    /// The type of `/boot` as a partition of its own (UAPI boot loader specification).
    public static let extendedBoot = GUID(
        0xBC13_C2FF,
        0x59E6,
        0x4262,
        [0xA3, 0x52, 0xB2, 0x75, 0xFD, 0x6F, 0x71, 0x72]
    )
}
