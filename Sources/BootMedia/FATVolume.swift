import Octets

/// A FAT16 volume with one file in it, from which UEFI starts (Microsoft's FAT specification; UEFI section 13.3).
public struct FATVolume: Hashable, Sendable {
    public private(set) var image = Composition()
    /// Where the file's content begins.
    public private(set) var fileOffset = 0

    private static let sector = 512
    private static let rootEntries = 512
    /// Fewer or more make another FAT of it; a distance is kept, for drivers differ by some.
    private static let clusterCounts = 4096...65_000

    /// - Parameter path: folders and the file's name, each at most eight capital letters and digits, of the last also a dot
    ///   and three more.
    public init(label: String, holding file: Composition, at path: [String]) throws(BootMediaError) {
        var names: [[UInt8]] = []
        for name in path { names.append(try ShortName(name).padded) }
        guard let last = names.last else { throw BootMediaError("a file in a FAT volume needs a name") }
        let folders = names.dropLast()
        let sectors = try Self.sectorsOfCluster(file.count, folders.count)
        let size = sectors * Self.sector
        let used = folders.count + (file.count + size - 1) / size
        let clusters = max(used, Self.clusterCounts.lowerBound)
        // All begins at a multiple of a CD's blocks, which are four sectors.
        let tableSectors = ((clusters + 2) * 2 + Self.sector * 2 - 1) / (Self.sector * 2) * 2
        let reserved = 4
        let total = reserved + tableSectors * 2 + Self.rootEntries * 32 / Self.sector + clusters * sectors

        image.append(
            Self.bootSector(label, sectors: sectors, reserved: reserved, table: tableSectors, total: total)
        )
        image.append(zeros: (reserved - 1) * Self.sector)
        let table = Self.table(folders: folders.count, used: used)
        for _ in 0..<2 {
            image.append(table)
            image.append(zeros: tableSectors * Self.sector - table.count)
        }

        // Each folder's cluster is followed by what is in it.
        let volume = Self.entry(Array(label.utf8.prefix(11)) + .spaces(11 - label.utf8.count), attributes: 0x08)
        var entries = [volume]
        for (index, name) in folders.enumerated() {
            entries.append(Self.entry(name, attributes: 0x10, cluster: index + 2))
            append(entries, filling: index == 0 ? Self.rootEntries * 32 : size)
            entries = [
                Self.entry([0x2E] + .spaces(10), attributes: 0x10, cluster: index + 2),
                Self.entry([0x2E, 0x2E] + .spaces(9), attributes: 0x10, cluster: index == 0 ? 0 : index + 1),
            ]
        }
        let first = file.count == 0 ? 0 : folders.count + 2
        entries.append(Self.entry(last, attributes: 0x20, cluster: first, size: file.count))
        append(entries, filling: folders.isEmpty ? Self.rootEntries * 32 : size)
        fileOffset = image.count
        image.append(file)
        image.append(zeros: total * Self.sector - image.count)
    }

    private mutating func append(_ entries: [[UInt8]], filling size: Int) {
        let octets = entries.flatMap(\.self)
        image.append(octets)
        image.append(zeros: size - octets.count)
    }

    /// Clusters of 4 KiB where their number allows it.
    private static func sectorsOfCluster(_ octets: Int, _ folders: Int) throws(BootMediaError) -> Int {
        func clusters(_ sectors: Int) -> Int {
            folders + (octets + sectors * sector - 1) / (sectors * sector)
        }
        let enough = [8, 4, 2].first { clusters($0) >= clusterCounts.lowerBound } ?? 1
        guard enough == 8 else { return enough }
        guard let fitting = [8, 16, 32, 64].first(where: { clusters($0) <= clusterCounts.upperBound }) else {
            throw BootMediaError("\(octets) octets are too many for a FAT16 volume")
        }
        return fitting
    }

    private static func bootSector(
        _ label: String,
        sectors: Int,
        reserved: Int,
        table: Int,
        total: Int
    ) -> [UInt8] {
        var octets: [UInt8] = [0xEB, 0x3C, 0x90] + Array("RACKWRGT".utf8)
        octets.append(littleEndian: UInt16(sector))
        octets.append(UInt8(truncatingIfNeeded: sectors))
        octets.append(littleEndian: UInt16(truncatingIfNeeded: reserved))
        octets.append(2)
        octets.append(littleEndian: UInt16(rootEntries))
        octets.append(littleEndian: UInt16(exactly: total) ?? 0)
        octets.append(0xF8)
        octets.append(littleEndian: UInt16(truncatingIfNeeded: table))
        // Sectors of a track, heads: of no disk there is.
        octets.append(littleEndian: UInt16(63))
        octets.append(littleEndian: UInt16(255))
        octets.append(littleEndian: UInt32(0))
        octets.append(littleEndian: total > 0xFFFF ? UInt32(truncatingIfNeeded: total) : 0)
        octets += [0x80, 0, 0x29]
        octets.append(littleEndian: UInt32(0x5257_4D31))
        octets += Array(label.utf8.prefix(11)) + .spaces(11 - label.utf8.count)
        octets += Array("FAT16   ".utf8)
        octets += [UInt8](repeating: 0, count: sector - 2 - octets.count) + [0x55, 0xAA]
        return octets
    }

    /// One cluster for each folder, and one chain for the file.
    private static func table(folders: Int, used: Int) -> [UInt8] {
        var octets: [UInt8] = []
        for value: UInt16 in [0xFFF8, 0xFFFF] { octets.append(littleEndian: value) }
        for cluster in 2..<used + 2 {
            let isLast = cluster < folders + 2 || cluster == used + 1
            octets.append(littleEndian: isLast ? 0xFFFF : UInt16(truncatingIfNeeded: cluster + 1))
        }
        return octets
    }

    private static func entry(_ name: [UInt8], attributes: UInt8, cluster: Int = 0, size: Int = 0) -> [UInt8] {
        // All of 1980-01-01: the same parts make the same image.
        var octets = name + [attributes, 0, 0, 0, 0, 0x21, 0, 0x21, 0, 0, 0, 0, 0, 0x21, 0]
        octets.append(littleEndian: UInt16(truncatingIfNeeded: cluster))
        octets.append(littleEndian: UInt32(truncatingIfNeeded: size))
        return octets
    }
}

/// `BOOTX64.EFI`: a name that FAT without long names and the lowest level of ISO 9660 have both.
struct ShortName {
    var stem: Substring
    var suffix: Substring

    init(_ text: String) throws(BootMediaError) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        stem = parts.first ?? ""
        suffix = parts.dropFirst().first ?? ""
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
        guard (1...8).contains(stem.utf8.count), suffix.utf8.count <= 3, parts.count == 1 || !suffix.isEmpty,
            (stem + suffix).allSatisfy({ letters.contains($0) })
        else { throw BootMediaError("'\(text)' is not a name of eight and three capital letters and digits") }
    }

    /// As FAT keeps it.
    var padded: [UInt8] {
        Array(stem.utf8) + .spaces(8 - stem.utf8.count) + Array(suffix.utf8) + .spaces(3 - suffix.utf8.count)
    }
}

extension [UInt8] {
    static func spaces(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x20, count: Swift.max(0, count)) }
}
