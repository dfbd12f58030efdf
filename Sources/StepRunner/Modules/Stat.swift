import Crypto
import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Looks at a file.
    static let stat = ModuleDefinition(
        parameters: ["path", "follow", "get_checksum", "checksum_algorithm", "get_mime", "get_attributes"],
        aliases: ["dest": "path", "name": "path", "checksum": "checksum_algorithm"]
    ) { arguments, context in
        let path = try arguments.requiredText("path")
        let follows = try arguments.flag("follow", or: false)
        guard let status = try context.files.status(path, followingLinks: follows) else {
            return ["changed": false, "stat": ["exists": false]]
        }
        var fields = fields(of: status, path)
        let place = context.files.place(path)
        fields["readable"] = .bool(unsafe access(place, R_OK) == 0)
        fields["writeable"] = .bool(unsafe access(place, W_OK) == 0)
        fields["executable"] = .bool(unsafe access(place, X_OK) == 0)
        fields["pw_name"] = context.files.userName(status.user).map { .string($0) }
        fields["gr_name"] = context.files.groupName(status.group).map { .string($0) }
        if status.kind == .link {
            let target = try context.files.linkTarget(path)
            fields["lnk_target"] = .string(target)
            fields["lnk_source"] = .string(target.hasPrefix("/") ? target : folder(of: path) + "/" + target)
        }
        if status.kind == .file, try arguments.flag("get_checksum", or: true) {
            let octets = try context.files.read(path, limit: 1 << 30)
            switch try arguments.choice("checksum_algorithm", of: ["sha1", "sha256", "sha512"], or: "sha1") {
            case "sha256": fields["checksum"] = .string(hexadecimal(SHA256.hash(data: octets)))
            case "sha512": fields["checksum"] = .string(hexadecimal(SHA512.hash(data: octets)))
            default: fields["checksum"] = .string(sha1(octets))
            }
        }
        return ["changed": false, "stat": .dict(fields)]
    }

    private static func fields(of status: FileStatus, _ path: String) -> Fields {
        var fields: Fields = [
            "exists": true,
            "path": .string(path),
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
        ]
        for (shift, who) in [(6, "usr"), (3, "grp"), (0, "oth")] {
            for (bit, letter) in [(4, "r"), (2, "w"), (1, "x")] {
                fields[letter + who] = .bool(status.mode >> UInt32(shift) & UInt32(bit) != 0)
            }
        }
        return fields
    }
}

/// SHA-1 in hexadecimal, which Ansible's results carry as `checksum`.
func sha1(_ octets: [UInt8]) -> String { hexadecimal(Insecure.SHA1.hash(data: octets)) }

func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for octet in octets {
        text.append(digits[Int(octet >> 4)])
        text.append(digits[Int(octet & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
