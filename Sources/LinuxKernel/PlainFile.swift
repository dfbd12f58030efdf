import Glibc

/// Whole files, read and written at once.
public enum PlainFile {
    /// The file's octets, at most `limit` of them.
    public static func read(_ path: String, limit: Int = 64 << 20) throws(KernelError) -> [UInt8] {
        let file = try DescriptorFile(reading: path)
        defer { withExtendedLifetime(file) {} }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while all.count < limit {
            let wanted = min(buffer.count, limit - all.count)
            let count = unsafe Glibc.read(file.descriptor, &buffer, wanted)
            if count < 0 {
                guard errno == EINTR else { throw KernelError(call: "read", code: errno, detail: path) }
                continue
            }
            guard count > 0 else { break }
            all += buffer.prefix(count)
        }
        return all
    }

    /// `count` octets from `offset` on, of a file or a device; fewer where it ends before.
    public static func read(_ path: String, at offset: UInt64, count: Int) throws(KernelError) -> [UInt8] {
        let file = try DescriptorFile(reading: path)
        defer { withExtendedLifetime(file) {} }
        var octets = [UInt8](repeating: 0, count: max(count, 0))
        var done = 0
        while done < octets.count {
            guard let position = off_t(exactly: offset &+ UInt64(done)) else { break }
            let got = unsafe octets.withUnsafeMutableBytes { buffer in
                unsafe pread(file.descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, position)
            }
            if got < 0 {
                guard errno == EINTR else { throw KernelError(call: "pread", code: errno, detail: path) }
                continue
            }
            guard got > 0 else { break }
            done += got
        }
        return Array(octets.prefix(done))
    }

    /// The file as text without the white space around it; nil if it cannot be read.
    public static func text(_ path: String) -> String? {
        guard let octets = try? read(path) else { return nil }
        let isSpace = { (octet: UInt8) in octet == 32 || (9...13).contains(octet) || octet == 0 }
        guard let first = octets.firstIndex(where: { !isSpace($0) }),
            let last = octets.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: octets[first...last], as: UTF8.self)
    }

    /// Writes to a new name beside `path`, onto the disk, then renames: readers see the old file or the new, whole.
    public static func replace(_ path: String, with octets: [UInt8], mode: UInt32 = 0o644) throws(KernelError) {
        let new = path + ".new"
        try write(new, octets, mode: mode, flags: O_CREAT | O_TRUNC)
        guard unsafe rename(new, path) == 0 else { throw KernelError(call: "rename", code: errno, detail: path) }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    /// Writes over what is there, without a second name: for files that are not files, as in efivarfs.
    public static func overwrite(_ path: String, with octets: [UInt8]) throws(KernelError) {
        try write(path, octets, mode: 0o644, flags: O_CREAT)
    }

    private static func write(_ path: String, _ octets: [UInt8], mode: UInt32, flags: Int32) throws(KernelError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | flags, mode)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
        defer { close(descriptor) }
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw KernelError(call: "write", code: errno, detail: path) }
                continue
            }
            rest = rest.dropFirst(count)
        }
        // The mode that was asked for, whatever the umask and whatever was there.
        guard fchmod(descriptor, mode) == 0 || errno == EPERM || errno == EINVAL else {
            throw KernelError(call: "fchmod", code: errno, detail: path)
        }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw KernelError(call: "fsync", code: errno, detail: path)
        }
    }

    /// The names in a folder, sorted, without `.` and `..`; none if it cannot be read.
    public static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { octets in
                unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it.
    public static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(KernelError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if unsafe mkdir(made, mode) != 0 && errno != EEXIST {
                throw KernelError(call: "mkdir", code: errno, detail: made)
            }
        }
    }

    /// Where a symbolic link points; nil if `path` is none.
    public static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { octets -> Int in
            guard let start = unsafe octets.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
            return unsafe readlink(path, start, octets.count)
        }
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    public static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Makes `path` a symbolic link to `target`, in place of what is there.
    public static func makeLink(_ path: String, to target: String) throws(KernelError) {
        _ = unsafe unlink(path)
        guard unsafe symlink(target, path) == 0 else { throw KernelError(call: "symlink", code: errno, detail: path) }
    }
}
