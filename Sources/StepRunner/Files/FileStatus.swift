import Glibc

/// What the kernel says of a file.
struct FileStatus: Hashable, Sendable {
    enum Kind: String, Codable, Sendable {
        case file, directory, link, other
    }

    var kind: Kind
    /// Permission bits with set-id and sticky bits.
    var mode: UInt32
    var user: UInt32
    var group: UInt32
    var size: Int
    /// Seconds since 1970.
    var changed: Double
    var accessed: Double
    var statusChanged: Double
    var inode: UInt64
    var device: UInt64
    var links: Int
    /// Of 512 octets each.
    var blocks: Int
    var blockSize: Int
    /// Of a device node, its number.
    var deviceNumber: UInt64
    /// The type bits, as in `st_mode`.
    var type: UInt32

    init(_ raw: stat) {
        type = raw.st_mode & UInt32(S_IFMT)
        switch type {
        case UInt32(S_IFREG): kind = .file
        case UInt32(S_IFDIR): kind = .directory
        case UInt32(S_IFLNK): kind = .link
        default: kind = .other
        }
        mode = raw.st_mode & 0o7777
        user = raw.st_uid
        group = raw.st_gid
        size = Int(raw.st_size)
        changed = Double(raw.st_mtim.tv_sec) + Double(raw.st_mtim.tv_nsec) / 1e9
        accessed = Double(raw.st_atim.tv_sec) + Double(raw.st_atim.tv_nsec) / 1e9
        statusChanged = Double(raw.st_ctim.tv_sec) + Double(raw.st_ctim.tv_nsec) / 1e9
        inode = UInt64(raw.st_ino)
        device = UInt64(raw.st_dev)
        links = Int(raw.st_nlink)
        blocks = Int(raw.st_blocks)
        blockSize = Int(raw.st_blksize)
        deviceNumber = UInt64(raw.st_rdev)
    }
}
