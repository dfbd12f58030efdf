/// The kernel that an installed system would start, found in its mounted root.
public struct InstalledKernel: Hashable, Sendable {
    /// Paths as seen from outside the root.
    public var kernel: String
    public var initrd: String?
    /// The installed system's own command line, if it wrote one down.
    public var commandLine: String?

    public struct NotFound: Error, Hashable, Sendable, CustomStringConvertible {
        public var looked: [String]
        public var description: String {
            "the installed system has no kernel: looked for \(looked.joined(separator: ", "))"
        }
    }

    /// `/vmlinuz` and `/initrd.img` as Debian links them, the same in `/boot`, the newest `/boot/vmlinuz-*`, or what the
    /// newest boot entry names.
    ///
    /// - Parameter loader: the EFI system partition, if it could be mounted: its entries hold the command line
    public init(in root: RootFolder, loader: RootFolder?) throws {
        let entry = [loader.map { ($0, "/loader/entries") }, (root, "/boot/loader/entries")]
            .compactMap { $0 }
            .lazy.compactMap { folder, path in Self.newestEntry(in: folder, path) }
            .first
        if let found = Self.kernel(in: root) {
            kernel = try root.resolve(found.kernel)
            initrd = try found.initrd.map { try root.resolve($0) }
        } else if let loader, let entry, let linux = entry.linux, loader.exists(linux) {
            kernel = try loader.resolve(linux)
            initrd = try entry.initrd.first.map { try loader.resolve($0) }
        } else {
            throw NotFound(looked: ["/vmlinuz", "/boot/vmlinuz", "/boot/vmlinuz-*", "loader/entries/*.conf"])
        }
        if let options = entry?.options, !options.isEmpty {
            commandLine = options
        } else if let text = root.text("/etc/kernel/cmdline"), !text.isEmpty {
            commandLine = text
        }
    }

    private static func kernel(in root: RootFolder) -> (kernel: String, initrd: String?)? {
        for (kernel, initrd) in [("/vmlinuz", "/initrd.img"), ("/boot/vmlinuz", "/boot/initrd.img")]
        where root.exists(kernel) {
            return (kernel, root.exists(initrd) ? initrd : nil)
        }
        let prefix = "vmlinuz-"
        let versions = root.names(in: "/boot").filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        guard let newest = versions.max(by: { VersionText($0) < VersionText($1) }) else { return nil }
        let initrds = ["/boot/initrd.img-\(newest)", "/boot/initramfs-\(newest).img"]
        return ("/boot/\(prefix)\(newest)", initrds.first { root.exists($0) })
    }

    private static func newestEntry(in folder: RootFolder, _ path: String) -> LoaderEntry? {
        folder.names(in: path)
            .filter { $0.hasSuffix(".conf") }
            .max { VersionText($0) < VersionText($1) }
            .flatMap { folder.text("\(path)/\($0)") }
            .map { LoaderEntry($0) }
    }
}

/// Text in which numbers count by value: `6.1.0-9` before `6.1.0-10`.
struct VersionText: Comparable {
    private let parts: [Part]

    private enum Part: Equatable {
        case number(UInt64)
        case other(String)
    }

    init(_ text: some StringProtocol) {
        var parts: [Part] = []
        var rest = String(text)[...]
        while let first = rest.first {
            let isNumber = first.isASCII && first.isNumber
            let run = rest.prefix { ($0.isASCII && $0.isNumber) == isNumber }
            parts.append(isNumber ? .number(UInt64(run) ?? .max) : .other(String(run)))
            rest = rest[run.endIndex...]
        }
        self.parts = parts
    }

    static func < (a: Self, b: Self) -> Bool {
        for (left, right) in zip(a.parts, b.parts) where left != right {
            switch (left, right) {
            case (.number(let left), .number(let right)): return left < right
            case (.other(let left), .other(let right)): return left < right
            case (.number, .other): return false
            case (.other, .number): return true
            }
        }
        return a.parts.count < b.parts.count
    }
}
