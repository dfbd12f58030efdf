import ImageFormat
import Inventory

/// What the octets of a disk or partition say that lies there, found as `blkid` finds it: by the marks at their places.
struct DiskContent {
    /// How many octets of each end are looked at: ZFS has its mark behind the first 128 KiB, and the oldest RAIDs have
    /// theirs up to 128 KiB before the end.
    static let headCount = 256 << 10
    static let tailCount = 128 << 10

    let head: [UInt8]
    private let tail: [UInt8]
    private let size: UInt64

    /// - Parameters:
    ///   - size: octets of the whole
    ///   - source: gives octets from an offset on, fewer where the end is reached, nothing where it cannot be read
    init?(size: UInt64, source: (_ offset: UInt64, _ count: Int) -> [UInt8]?) {
        guard let head = source(0, Int(clamping: min(size, UInt64(Self.headCount)))) else { return nil }
        let tailCount = min(size, UInt64(Self.tailCount))
        self.size = size
        self.head = head
        // A disk whose end cannot be read still tells what stands at its beginning.
        tail = source(size - tailCount, Int(tailCount)) ?? []
    }

    /// Members of something larger first, then what stands by itself.
    var signatures: [Inventory.Signature] {
        let members = [volume(), raid(), intelRAID(), commonRAID(), cache(), object(), pool()]
        let systems = [encrypted(), xfs(), ext(), btrfs(), fat(), ntfs(), swap(), disc()]
        return (members + systems).compactMap(\.self)
    }

    // MARK: places

    /// Whether these octets stand at `offset`; a negative one counts from the end.
    private func has(_ mark: some Collection<UInt8>, at offset: Int) -> Bool {
        octets(at: offset, count: mark.count)?.elementsEqual(mark) ?? false
    }

    private func has(_ mark: String, at offset: Int) -> Bool { has(Array(mark.utf8), at: offset) }

    private func octets(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
        let octets = offset < 0 ? tail : head
        let start = offset < 0 ? octets.count + offset : offset
        guard start >= 0, count >= 0, start <= octets.count, octets.count - start >= count else { return nil }
        return octets[start..<start + count]
    }

    private func number<I: FixedWidthInteger>(_: I.Type = I.self, at offset: Int) -> I? {
        octets(at: offset, count: I.bitWidth / 8)?.reversed().reduce(0) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    private func text(at offset: Int, count: Int) -> String? {
        octets(at: offset, count: count).flatMap { trimmed($0.prefix { $0 != 0 }) }
    }

    private func uuid(at offset: Int) -> String? {
        octets(at: offset, count: 16).flatMap { Self.uuid($0) }
    }

    /// 16 octets in the order in which they stand; nothing for zeros.
    private static func uuid(_ octets: some Collection<UInt8>) -> String? {
        guard octets.contains(where: { $0 != 0 }) else { return nil }
        var text = ""
        for (index, octet) in octets.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += hexadecimal(octet)
        }
        return text
    }

    private static func hexadecimal(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }

    // MARK: members

    /// LVM labels one of the first four sectors; the identifier stands where the label says.
    private func volume() -> Inventory.Signature? {
        for sector in stride(from: 0, to: 4 * 512, by: 512) where has("LABELONE", at: sector) {
            guard has("LVM2 001", at: sector + 24), let place: UInt32 = number(at: sector + 20), place < 512 else {
                continue
            }
            let letters = text(at: sector + Int(place), count: 32).map { Array($0) } ?? []
            guard letters.count == 32 else { return Inventory.Signature(type: "LVM2_member") }
            var uuid = ""
            for (index, letter) in letters.enumerated() {
                if [6, 10, 14, 18, 22, 26].contains(index) { uuid += "-" }
                uuid.append(letter)
            }
            return Inventory.Signature(type: "LVM2_member", uuid: uuid)
        }
        return nil
    }

    private static let raidMark: UInt32 = 0xA92B_4EFC

    /// Linux's RAID: version 1.1 at the beginning, 1.2 at 4 KiB, 1.0 near the end, 0.90 in the last whole 64 KiB.
    private func raid() -> Inventory.Signature? {
        let sectors = size / 512
        var places = [0, 4096]
        if sectors > 16 {
            let end = (sectors - 16) & ~7
            places.append(-Int(clamping: size - end * 512))
        }
        for place in places where number(at: place) == Self.raidMark && number(UInt32.self, at: place + 4) == 1 {
            return Inventory.Signature(
                type: "linux_raid_member",
                uuid: uuid(at: place + 16),
                label: text(at: place + 32, count: 32)
            )
        }
        guard size >= 128 << 10 else { return nil }
        let place = -Int(clamping: size - ((size & ~0xFFFF) - 0x10000))
        guard number(at: place) == Self.raidMark, let first = octets(at: place + 20, count: 4),
            let rest = octets(at: place + 52, count: 12)
        else { return nil }
        // Four words, which `blkid` shows highest octet first.
        let words = Array(first) + rest
        let swapped = words.indices.map { words[$0 ^ 3] }
        return Inventory.Signature(type: "linux_raid_member", uuid: Self.uuid(swapped))
    }

    private func intelRAID() -> Inventory.Signature? {
        has("Intel Raid ISM Cfg Sig. ", at: -1024) ? Inventory.Signature(type: "isw_raid_member") : nil
    }

    /// SNIA's format of RAID controllers (DDF 2.0 section 4.2).
    private func commonRAID() -> Inventory.Signature? {
        let mark: [UInt8] = [0xDE, 0x11, 0xDE, 0x11]
        return [-512, -512 * 257].contains { has(mark, at: $0) } ? Inventory.Signature(type: "ddf_raid_member") : nil
    }

    private func cache() -> Inventory.Signature? {
        let mark: [UInt8] = [
            0xC6, 0x85, 0x73, 0xF6, 0x4E, 0x1A, 0x45, 0xCA, 0x82, 0x65, 0xF5, 0x7F, 0x48, 0xBA, 0x6D, 0x81,
        ]
        return has(mark, at: 4096 + 24) ? Inventory.Signature(type: "bcache", uuid: uuid(at: 4096 + 40)) : nil
    }

    /// Ceph keeps objects on a whole device.
    private func object() -> Inventory.Signature? {
        guard has("bluestore block device\n", at: 0) else { return nil }
        return Inventory.Signature(type: "ceph_bluestore", uuid: text(at: 23, count: 36))
    }

    private func pool() -> Inventory.Signature? {
        let mark: UInt64 = 0x00BA_B10C
        let isThere = stride(from: 128 << 10, to: 256 << 10, by: 1024).contains { number(UInt64.self, at: $0) == mark }
        return isThere ? Inventory.Signature(type: "zfs_member") : nil
    }

    // MARK: what stands by itself

    private func encrypted() -> Inventory.Signature? {
        let mark: [UInt8] = Array("LUKS".utf8) + [0xBA, 0xBE]
        guard has(mark, at: 0) else { return nil }
        // Version 1 has a key's check where version 2 has the label.
        let label = octets(at: 6, count: 2).map { Array($0) } == [0, 2] ? text(at: 24, count: 48) : nil
        return Inventory.Signature(type: "crypto_LUKS", uuid: text(at: 168, count: 40), label: label)
    }

    private func xfs() -> Inventory.Signature? {
        guard has("XFSB", at: 0) else { return nil }
        return Inventory.Signature(type: "xfs", uuid: uuid(at: 32), label: text(at: 108, count: 12))
    }

    /// Which of the three it is follows from what a driver must know of.
    private func ext() -> Inventory.Signature? {
        guard number(UInt16.self, at: 0x438) == 0xEF53, let compatible: UInt32 = number(at: 0x45C),
            let incompatible: UInt32 = number(at: 0x460), let readOnly: UInt32 = number(at: 0x464)
        else { return nil }
        let isJournal = incompatible & 0x8 != 0
        let isFourth = incompatible & ~0x16 != 0 || readOnly & ~0x7 != 0
        let type = isJournal ? "jbd" : isFourth ? "ext4" : compatible & 0x4 != 0 ? "ext3" : "ext2"
        return Inventory.Signature(type: type, uuid: uuid(at: 0x468), label: text(at: 0x478, count: 16))
    }

    private func btrfs() -> Inventory.Signature? {
        guard has("_BHRfS_M", at: 0x10040) else { return nil }
        return Inventory.Signature(type: "btrfs", uuid: uuid(at: 0x10020), label: text(at: 0x1012B, count: 256))
    }

    private func fat() -> Inventory.Signature? {
        guard let volume = try? FATVolume(bootSector: Array(head.prefix(512))) else { return nil }
        // FAT32 has no size of its tables in the old field.
        let place = number(UInt16.self, at: 22) == 0 ? 67 : 39
        let serial: UInt32 = number(at: place) ?? 0
        let digits = String(serial, radix: 16).uppercased()
        let eight = String(repeating: "0", count: 8 - digits.count) + digits
        let label = ["", "NO NAME"].contains(volume.label) ? nil : volume.label
        return Inventory.Signature(type: "vfat", uuid: "\(eight.prefix(4))-\(eight.suffix(4))", label: label)
    }

    private func ntfs() -> Inventory.Signature? {
        if has("-FVE-FS-", at: 3) { return Inventory.Signature(type: "BitLocker") }
        guard has("NTFS    ", at: 3), let serial = octets(at: 72, count: 8) else { return nil }
        let digits = serial.reversed().map { Self.hexadecimal($0) }.joined().uppercased()
        return Inventory.Signature(type: "ntfs", uuid: digits)
    }

    /// The mark stands at the end of the first page, of whatever size pages have.
    private func swap() -> Inventory.Signature? {
        guard [4096, 8192, 16384, 65536].contains(where: { has("SWAPSPACE2", at: $0 - 10) }) else { return nil }
        return Inventory.Signature(type: "swap", uuid: uuid(at: 1036), label: text(at: 1052, count: 16))
    }

    private func disc() -> Inventory.Signature? {
        guard has("CD001", at: 32769) else { return nil }
        return Inventory.Signature(type: "iso9660", label: text(at: 32808, count: 32))
    }
}
