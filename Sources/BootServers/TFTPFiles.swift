import TFTP

/// What a TFTP server has under a name.
public enum TFTPContent: Hashable, Sendable {
    case octets([UInt8])
    /// Nothing, and that is as it should be: loaders look for many files that nobody has.
    case nothingExpected
    case absent
}

/// Where a TFTP server finds files.
public struct TFTPFiles: Sendable {
    /// What there is for a client, by its address, under a name. The name is relative and cannot leave its folder.
    public var read: @Sendable (_ name: String, _ client: String) async -> TFTPContent

    public init(_ read: @escaping @Sendable (_ name: String, _ client: String) async -> TFTPContent) {
        self.read = read
    }

    /// Plain files of at most 64 MiB below `path`. Symbolic links are followed wherever they lead: whoever may write
    /// the folder decides (Debian's iPXE links `ipxe.efi` to `/boot`).
    public static func folder(_ path: String) -> TFTPFiles {
        TFTPFiles { name, _ in
            guard let name = TFTPFileName(name) else { return .absent }
            return await file(path + "/" + name.path)
        }
    }

    private static let recent = RecentFiles()

    /// One file, wherever it is.
    public static func file(_ path: String) async -> TFTPContent {
        await recent.octets(of: path).map { .octets($0) } ?? .absent
    }
}
