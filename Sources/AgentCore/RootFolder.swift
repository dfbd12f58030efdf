import LinuxKernel

/// A file system that is mounted at a folder and will be `/` for someone else: its links never lead out of it.
public struct RootFolder: Hashable, Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    public struct LinkLoop: Error, Hashable, Sendable, CustomStringConvertible {
        public var path: String
        public var description: String { "\(path) is a loop of symbolic links" }
    }

    /// Where `inner`, a path as the system inside sees it, is from here, with all links followed. What does not exist
    /// yet is taken as it is written.
    public func resolve(_ inner: String) throws(LinkLoop) -> String {
        var done: [Substring] = []
        var rest = inner.split(separator: "/").reversed() as [Substring]
        var links = 0
        while let part = rest.popLast() {
            switch part {
            case ".": continue
            case "..": _ = done.popLast()
            default:
                let here = ([path[...]] + done + [part]).joined(separator: "/")
                guard let target = PlainFile.link(here) else {
                    done.append(part)
                    continue
                }
                links += 1
                guard links <= 40 else { throw LinkLoop(path: inner) }
                if target.hasPrefix("/") { done = [] }
                rest += target.split(separator: "/").reversed().map { Substring($0) }
            }
        }
        return ([path[...]] + done).joined(separator: "/")
    }

    public func exists(_ inner: String) -> Bool {
        guard let here = try? resolve(inner) else { return false }
        return PlainFile.exists(here)
    }

    public func text(_ inner: String) -> String? {
        guard let here = try? resolve(inner) else { return nil }
        return PlainFile.text(here)
    }

    public func names(in inner: String) -> [String] {
        guard let here = try? resolve(inner) else { return [] }
        return PlainFile.names(in: here)
    }

    public func makeFolder(_ inner: String, mode: UInt32 = 0o755) throws {
        try PlainFile.makeFolder(try resolve(inner), mode: mode)
    }

    /// Writes a whole file, and the folders above it.
    public func write(_ inner: String, _ octets: some Sequence<UInt8>, mode: UInt32 = 0o644) throws {
        let here = try resolve(inner)
        if let slash = here.lastIndex(of: "/") { try PlainFile.makeFolder(String(here[..<slash])) }
        try PlainFile.replace(here, with: Array(octets), mode: mode)
    }

    /// Makes a link whose own name is not followed.
    public func link(_ inner: String, to target: String) throws {
        var parts = inner.split(separator: "/")
        guard let name = parts.popLast() else { return }
        let folder = try resolve(parts.joined(separator: "/"))
        try PlainFile.makeFolder(folder)
        try PlainFile.makeLink("\(folder)/\(name)", to: target)
    }
}
