import Glibc

/// The files of a machine under a root folder: `/` for the running one, any other for a captured one.
///
/// Paths are given without leading slash. A link, also an absolute one, leads to a place under the root, and what cannot
/// be read is absent: one unreadable file never hides the rest of the machine.
struct FileTree: Sendable {
    private let root: String

    init(root: String) {
        var root = root
        while root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    /// Whether this is the running machine.
    var isLive: Bool { root.isEmpty }

    /// The file's octets; nothing where it is longer than `limit`.
    func octets(_ path: String, limit: Int = 1 << 16) -> [UInt8]? {
        guard let place = place(of: path) else { return nil }
        // Without O_NONBLOCK a named pipe in a captured tree would hold the probe for ever.
        let descriptor = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 14)
        while content.count <= limit {
            let count = unsafe part.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return content }
            if count < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            content += part.prefix(count)
        }
        return nil
    }

    /// `count` octets from `offset` on, of a file or a device; fewer where it ends before, nothing where it cannot be read.
    func part(_ path: String, at offset: UInt64, count: Int) -> [UInt8]? {
        guard let place = place(of: path) else { return nil }
        let descriptor = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: max(count, 0))
        var done = 0
        while done < octets.count {
            guard let position = off_t(exactly: offset &+ UInt64(done)) else { return nil }
            let got = unsafe octets.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, position)
            }
            if got < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            guard got > 0 else { break }
            done += got
        }
        return Array(octets.prefix(done))
    }

    /// The file's text without white space and zeros around it; nothing where nothing is left.
    func text(_ path: String) -> String? {
        octets(path).flatMap { trimmed($0) }
    }

    /// The decimal number that is the file's text.
    func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0) }
    }

    /// The hexadecimal number that is the file's text, with or without `0x`.
    func hexadecimal(_ path: String) -> Int? {
        text(path).flatMap { Int($0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0, radix: 16) }
    }

    /// The text `1` or `0` as a truth value.
    func flag(_ path: String) -> Bool? {
        switch number(path) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    /// The names in a folder, `eth2` before `eth10`.
    func names(_ path: String) -> [String] {
        guard let place = place(of: path), let folder = unsafe opendir(place) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { octets in
                unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    func exists(_ path: String) -> Bool {
        guard let place = place(of: path) else { return false }
        return unsafe access(place, F_OK) == 0
    }

    /// The last part of the place that a link leads to: a driver's name, for one.
    func linkedName(_ path: String) -> String? {
        link(path)?.split(separator: "/").last.map(String.init)
    }

    /// The path without links in it; as it is where its links go round in circles.
    func real(_ path: String) -> String {
        resolved(path) ?? path
    }

    private func place(of path: String) -> String? {
        resolved(path).map { root + "/" + $0 }
    }

    private func resolved(_ path: String) -> String? {
        var waiting = Array(path.split(separator: "/").map(String.init).reversed())
        var walked: [String] = []
        var hops = 0
        while let part = waiting.popLast() {
            switch part {
            case ".": continue
            case "..": _ = walked.popLast()
            default:
                walked.append(part)
                guard let target = rawLink(walked.joined(separator: "/")) else { continue }
                hops += 1
                guard hops <= 40 else { return nil }
                if target.hasPrefix("/") { walked = [] } else { walked.removeLast() }
                waiting += target.split(separator: "/").map(String.init).reversed()
            }
        }
        return walked.joined(separator: "/")
    }

    /// What the link at `path` says, where it is a link.
    private func link(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let name = parts.last else { return nil }
        return rawLink(real(parts.dropLast().joined(separator: "/")) + "/" + name)
    }

    private func rawLink(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(root + "/" + path, &target, target.count)
        guard count > 0, count < target.count else { return nil }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Text without white space, control characters and zeros around it; nothing where nothing is left.
func trimmed(_ octets: some BidirectionalCollection<UInt8>) -> String? {
    let isBlank = { (octet: UInt8) in octet <= 0x20 || octet == 0x7F }
    guard let first = octets.firstIndex(where: { !isBlank($0) }), let last = octets.lastIndex(where: { !isBlank($0) })
    else { return nil }
    return String(decoding: octets[first...last], as: UTF8.self)
}

func trimmed(_ text: String?) -> String? {
    text.flatMap { trimmed(Array($0.utf8)) }
}
