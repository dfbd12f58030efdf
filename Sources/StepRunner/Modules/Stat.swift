import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Looks at a file.
    static let stat = ModuleDefinition(effect: .none) { arguments, context in
        let path = try arguments.requiredText("path")
        let follows = try arguments.flag("follow", or: false)
        guard let status = try context.files.status(path, followingLinks: follows) else {
            return ["changed": false, "stat": ["exists": false]]
        }
        var fields = statusFields(of: status)
        fields["exists"] = true
        fields["path"] = .string(path)
        let place = context.files.place(path)
        fields["readable"] = .bool(unsafe access(place, R_OK) == 0)
        fields["writeable"] = .bool(unsafe access(place, W_OK) == 0)
        fields["executable"] = .bool(unsafe access(place, X_OK) == 0)
        fields["pw_name"] = context.files.userName(status.user).map { .string($0) }
        fields["gr_name"] = context.files.groupName(status.group).map { .string($0) }
        fields["blocks"] = .int(status.blocks)
        fields["block_size"] = .int(status.blockSize)
        fields["device_type"] = .int(Int(clamping: status.deviceNumber))
        if status.kind == .link {
            let target = try context.files.linkTarget(path)
            fields["lnk_target"] = .string(target)
            fields["lnk_source"] = .string(target.hasPrefix("/") ? target : folder(of: path) + "/" + target)
        }
        if status.kind == .file, try arguments.flag("get_checksum", or: true) {
            let octets = try context.files.read(path, limit: 1 << 30)
            let algorithm = try arguments.choice("checksum_algorithm", of: FileDigest.names, or: "sha1")
            fields["checksum"] = .string(FileDigest.hexadecimal(algorithm, octets))
        }
        return ["changed": false, "stat": .dict(fields)]
    }

    /// What `stat` and `find` say alike.
    static func statusFields(of status: FileStatus) -> Fields {
        var fields: Fields = [
            "mode": .string(octalText(status.mode)),
            "isdir": .bool(status.kind == .directory),
            "isreg": .bool(status.kind == .file),
            "islnk": .bool(status.kind == .link),
            "isblk": .bool(status.type == UInt32(S_IFBLK)),
            "ischr": .bool(status.type == UInt32(S_IFCHR)),
            "isfifo": .bool(status.type == UInt32(S_IFIFO)),
            "issock": .bool(status.type == UInt32(S_IFSOCK)),
            "isuid": .bool(status.mode & 0o4000 != 0),
            "isgid": .bool(status.mode & 0o2000 != 0),
            "uid": .int(Int(status.user)),
            "gid": .int(Int(status.group)),
            "size": .int(status.size),
            "inode": .int(Int(clamping: status.inode)),
            "dev": .int(Int(clamping: status.device)),
            "nlink": .int(status.links),
            "mtime": .double(status.changed),
            "atime": .double(status.accessed),
            "ctime": .double(status.statusChanged),
        ]
        for (shift, who) in [(6, "usr"), (3, "grp"), (0, "oth")] {
            for (bit, letter) in [(4, "r"), (2, "w"), (1, "x")] {
                fields[letter + who] = .bool(status.mode >> UInt32(shift) & UInt32(bit) != 0)
            }
        }
        return fields
    }
}
