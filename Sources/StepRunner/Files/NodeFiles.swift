import Glibc

/// A call of the kernel's that failed on a file.
struct FileError: Error, Hashable, CustomStringConvertible {
    var doing: String
    var path: String
    var code: Int32

    var description: String { "\(doing) \(path): \(errorText(code))" }
}

/// The node's files as steps see them: paths of the node, under a root folder.
///
/// Reading and looking only; what changes files goes through ``FileChanges``, which keeps what was there.
struct NodeFiles: Sendable {
    /// Without a slash at its end; empty for the node's own root.
    let root: String

    init(root: String) {
        var root = root
        while root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    /// Where a path of the node's is for us.
    func place(_ path: String) -> String {
        path.hasPrefix("/") ? root + path : root + "/" + path
    }

    func exists(_ path: String) -> Bool {
        (try? status(path)) != nil
    }

    /// What `lstat`, or `stat` when links are followed, says; nil when there is nothing.
    func status(_ path: String, followingLinks: Bool = false) throws -> FileStatus? {
        var raw = stat()
        let place = place(path)
        let code = unsafe followingLinks ? stat(place, &raw) : lstat(place, &raw)
        guard code == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(doing: "looking at", path: path, code: errno)
        }
        return FileStatus(raw)
    }

    /// All octets of a file, at most `limit`.
    func read(_ path: String, limit: Int = 64 << 20) throws -> [UInt8] {
        let descriptor = unsafe open(place(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(doing: "reading", path: path, code: errno) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(doing: "reading", path: path, code: errno)
            }
            if count == 0 { return octets }
            octets += buffer[..<count]
            guard octets.count <= limit else { throw FileError(doing: "reading", path: path, code: EFBIG) }
        }
    }

    func readText(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    func linkTarget(_ path: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(place(path), &buffer, buffer.count)
        guard count >= 0 else { throw FileError(doing: "reading the link", path: path, code: errno) }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Names in a folder, sorted, without `.` and `..`.
    func names(in path: String) throws -> [String] {
        guard let folder = unsafe opendir(place(path)) else {
            throw FileError(doing: "listing", path: path, code: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A user's number: a number, or a name in the root's `/etc/passwd`.
    func userNumber(_ name: String) throws -> UInt32 {
        try accountNumber(name, in: "/etc/passwd", kind: "user")
    }

    func groupNumber(_ name: String) throws -> UInt32 {
        try accountNumber(name, in: "/etc/group", kind: "group")
    }

    func userName(_ number: UInt32) -> String? { accountName(number, in: "/etc/passwd") }

    func groupName(_ number: UInt32) -> String? { accountName(number, in: "/etc/group") }

    private func accounts(in file: String) -> [(name: String, number: UInt32)] {
        guard let text = try? readText(file) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 2, let number = UInt32(fields[2]) else { return nil }
            return (String(fields[0]), number)
        }
    }

    private func accountNumber(_ name: String, in file: String, kind: String) throws -> UInt32 {
        if let account = accounts(in: file).first(where: { $0.name == name }) { return account.number }
        if let number = UInt32(name) { return number }
        throw ModuleFailure("there is no \(kind) '\(name)' in \(file)")
    }

    private func accountName(_ number: UInt32, in file: String) -> String? {
        accounts(in: file).first { $0.number == number }?.name
    }
}

/// The folder part of a path; `/` for what stands at the top.
func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A path without the slashes at its end; `/` alone stays.
func withoutTrailingSlashes(_ path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return String(path)
}

/// The last part of a path.
func lastPart(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
}
