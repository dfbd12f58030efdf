/// What a file is, by its first octets; its name does not matter.
enum ImageFileKind: Hashable, Sendable {
    case raw
    case qcow2
    case gzip
    case xz
    case zstd

    /// How many octets from the beginning `init` wants to see.
    static let needed = 512

    /// Throws the reason why a file that begins like this cannot be an image.
    init(_ octets: [UInt8]) throws(NotAnImage) {
        let text = String(decoding: octets.prefix(64), as: UTF8.self).lowercased()
        if octets.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if octets.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else if octets.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else if octets.starts(with: [0x51, 0x46, 0x49, 0xFB]) {
            self = .qcow2
        } else if octets.isEmpty {
            throw NotAnImage(reason: "is empty")
        } else if text.contains("<html") || text.contains("<!doctype html") {
            throw NotAnImage(reason: "is a web page, not an image; was it a download that failed?")
        } else if octets.count >= 262, octets[257..<262].elementsEqual("ustar".utf8) {
            throw NotAnImage(reason: "is a tar archive; unpack the disk image from it first")
        } else if octets.starts(with: Array("KDMV".utf8)) || octets.starts(with: Array("vhdxfile".utf8))
            || octets.starts(with: Array("BZh".utf8)) || octets.starts(with: Array("PK\u{3}\u{4}".utf8))
        {
            throw NotAnImage(reason: "is in a format that is not taken; raw, qcow2, gzip, xz and zstd are")
        } else {
            self = .raw
        }
    }

    struct NotAnImage: Error {
        var reason: String
    }
}
