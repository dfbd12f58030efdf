/// What lies in a partition, as far as its first octets tell.
public enum FileSystemKind: String, Codable, Hashable, Sendable {
    case ext4, fat, xfs, btrfs, unknown

    /// How many octets from a partition's beginning `init` wants to see.
    public static let needed = 0x10048

    /// Looks at a partition's first `needed` octets; fewer are allowed and tell less.
    public init(_ octets: [UInt8]) {
        if octets.starts(with: Array("XFSB".utf8)) {
            self = .xfs
        } else if octets.count >= 2048, (try? Ext4Superblock(Array(octets[1024..<2048]))) != nil {
            self = .ext4
        } else if octets.count >= Self.needed, octets[0x10040..<0x10048].elementsEqual("_BHRfS_M".utf8) {
            self = .btrfs
        } else if octets.count >= 512, (try? FATVolume(bootSector: Array(octets[0..<512]))) != nil {
            self = .fat
        } else {
            self = .unknown
        }
    }
}
