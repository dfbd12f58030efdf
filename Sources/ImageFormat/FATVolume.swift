/// A FAT12, FAT16 or FAT32 volume, read without mounting it (Microsoft's FAT specification 1.03; ECMA-107).
public struct FATVolume: Hashable, Sendable {
    private enum Root: Hashable {
        case region(offset: UInt64, count: Int)
        case cluster(UInt32)
    }

    public let label: String
    private let clusterSize: Int
    private let clusterCount: UInt32
    private let tableOffset: UInt64
    private let dataOffset: UInt64
    private let bits: Int
    private let root: Root

    /// Reads the volume's first 512 octets.
    public init(bootSector octets: [UInt8]) throws(ImageFormatError) {
        guard octets.count >= 512, octets[510] == 0x55, octets[511] == 0xAA, octets[0] == 0xEB || octets[0] == 0xE9,
            let sectorSize: UInt16 = octets.littleEndian(at: 11), [512, 1024, 2048, 4096].contains(sectorSize),
            octets[13].nonzeroBitCount == 1, let reserved: UInt16 = octets.littleEndian(at: 14), reserved > 0,
            (1...4).contains(octets[16]), let rootEntries: UInt16 = octets.littleEndian(at: 17),
            let sectors16: UInt16 = octets.littleEndian(at: 19), let sectors32: UInt32 = octets.littleEndian(at: 32),
            let table16: UInt16 = octets.littleEndian(at: 22), let table32: UInt32 = octets.littleEndian(at: 36)
        else { throw .fileSystem("not FAT") }
        let sector = UInt64(sectorSize)
        let sectors = sectors16 != 0 ? UInt64(sectors16) : UInt64(sectors32)
        let tableSectors = table16 != 0 ? UInt64(table16) : UInt64(table32)
        let rootSectors = (UInt64(rootEntries) * 32 + sector - 1) / sector
        let before = UInt64(reserved) + UInt64(octets[16]) * tableSectors + rootSectors
        guard tableSectors > 0, before < sectors else { throw .fileSystem("FAT of \(sectors) sectors") }
        let clusters = (sectors - before) / UInt64(octets[13])
        bits = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32
        clusterCount = UInt32(clamping: clusters)
        clusterSize = Int(sectorSize) * Int(octets[13])
        tableOffset = UInt64(reserved) * sector
        dataOffset = before * sector
        if bits == 32 {
            root = .cluster(octets.littleEndian(at: 44) ?? 2)
        } else {
            root = .region(offset: (before - rootSectors) * sector, count: Int(rootEntries) * 32)
        }
        let place = bits == 32 ? 71 : 43
        let words = String(decoding: octets[place..<place + 11], as: UTF8.self).split(separator: " ")
        label = words.joined(separator: " ")
    }

    /// Whether a file or directory is there. `path` such as `EFI/BOOT/BOOTX64.EFI`; case does not matter, and each
    /// name must be of the short form 8.3. `source` reads the volume.
    public func contains(_ path: String, source: GPT.Source) throws -> Bool {
        try entry(path, source: source) != nil
    }

    /// The short names in a directory, upper case; `""` is the root. Nil if there is no such directory.
    public func names(in path: String, source: GPT.Source) throws -> [String]? {
        guard !path.isEmpty else { return try entries(in: root, source: source).map(\.name) }
        guard let found = try entry(path, source: source), found.isDirectory else { return nil }
        return try entries(in: .cluster(found.cluster), source: source).map(\.name)
    }

    private struct Entry {
        var name: String
        var isDirectory: Bool
        var cluster: UInt32
    }

    private func entry(_ path: String, source: GPT.Source) throws -> Entry? {
        var place = root
        var found: Entry?
        for part in path.split(separator: "/") {
            if let found, !found.isDirectory { return nil }
            found = try entries(in: place, source: source).first { $0.name == part.uppercased() }
            guard let found else { return nil }
            place = .cluster(found.cluster)
        }
        return found
    }

    private func entries(in place: Root, source: GPT.Source) throws -> [Entry] {
        var entries: [Entry] = []
        let octets = try octets(of: place, source: source)
        for offset in stride(from: 0, through: octets.count - 32, by: 32) {
            if octets[offset] == 0 { break }
            let attributes = octets[offset + 11]
            // 0xE5 was deleted; 0x08 is the volume's label or a piece of a long name.
            if octets[offset] == 0xE5 || attributes & 0x08 != 0 { continue }
            let stem = String(decoding: octets[offset..<offset + 8].prefix { $0 != 0x20 }, as: UTF8.self)
            let suffix = String(decoding: octets[offset + 8..<offset + 11].prefix { $0 != 0x20 }, as: UTF8.self)
            let high: UInt16 = octets.littleEndian(at: offset + 20) ?? 0
            let low: UInt16 = octets.littleEndian(at: offset + 26) ?? 0
            entries.append(
                Entry(
                    name: suffix.isEmpty ? stem : stem + "." + suffix,
                    isDirectory: attributes & 0x10 != 0,
                    cluster: (bits == 32 ? UInt32(high) << 16 : 0) | UInt32(low)
                )
            )
        }
        return entries
    }

    /// A directory's octets: at most 2 MiB, the most that a FAT directory can have.
    private func octets(of place: Root, source: GPT.Source) throws -> [UInt8] {
        switch place {
        case .region(let offset, let count):
            return try source(offset, count)
        case .cluster(var cluster):
            var octets: [UInt8] = []
            var seen: Set<UInt32> = []
            while cluster >= 2, cluster - 2 < clusterCount, octets.count < 2 << 20, seen.insert(cluster).inserted {
                octets += try source(dataOffset + UInt64(cluster - 2) * UInt64(clusterSize), clusterSize)
                cluster = try next(after: cluster, source: source)
            }
            return octets
        }
    }

    private func next(after cluster: UInt32, source: GPT.Source) throws -> UInt32 {
        switch bits {
        case 12:
            let pair: UInt16 = try source(tableOffset + UInt64(cluster) * 3 / 2, 2).littleEndian(at: 0) ?? 0xFFF
            return UInt32(cluster.isMultiple(of: 2) ? pair & 0xFFF : pair >> 4)
        case 16:
            return UInt32(try source(tableOffset + UInt64(cluster) * 2, 2).littleEndian(UInt16.self, at: 0) ?? 0xFFFF)
        default:
            return (try source(tableOffset + UInt64(cluster) * 4, 4).littleEndian(at: 0) ?? UInt32.max) & 0x0FFF_FFFF
        }
    }
}
