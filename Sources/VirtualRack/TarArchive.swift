/// A tar archive in the ustar format (POSIX.1-1988), the same octets for the same entries: owner 0, time 0.
struct TarArchive: Sendable {
    enum Content: Hashable, Sendable {
        case folder
        case file([UInt8], executable: Bool)
        case link(String)
    }

    private(set) var octets: [UInt8] = []

    /// - Parameter path: without a leading slash, at most 100 octets.
    mutating func add(_ path: String, _ content: Content) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int, limit: Int) {
            for (index, octet) in text.utf8.prefix(limit).enumerated() { header[offset + index] = octet }
        }
        func put(octal value: Int, at offset: Int, digits: Int) {
            let text = String(value, radix: 8)
            put(String(repeating: "0", count: max(0, digits - text.count)) + text, at: offset, limit: digits)
        }
        var mode = 0o755
        var kind = "5"
        var name = path
        var body: [UInt8] = []
        switch content {
        case .folder: name += "/"
        case .file(let octets, let executable):
            kind = "0"
            mode = executable ? 0o755 : 0o644
            body = octets
        case .link(let target):
            kind = "2"
            mode = 0o777
            put(target, at: 157, limit: 100)
        }
        put(name, at: 0, limit: 100)
        put(octal: mode, at: 100, digits: 7)
        put(octal: 0, at: 108, digits: 7)
        put(octal: 0, at: 116, digits: 7)
        put(octal: body.count, at: 124, digits: 11)
        put(octal: 0, at: 136, digits: 11)
        put(kind, at: 156, limit: 1)
        put("ustar", at: 257, limit: 5)
        put("00", at: 263, limit: 2)
        // The checksum is reckoned with its own field as blanks.
        put("        ", at: 148, limit: 8)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal: sum, at: 148, digits: 6)
        header[154] = 0
        octets += header
        octets += body
        octets += [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }

    /// The archive with its two closing blocks.
    var finished: [UInt8] { octets + [UInt8](repeating: 0, count: 1024) }
}
