import FoundationEssentials
import NIOPosix
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

    /// One file, wherever it is.
    public static func file(_ path: String) async -> TFTPContent {
        let octets = try? await NIOThreadPool.singleton.runIfActive { () -> [UInt8]? in
            let file = URL(filePath: path).resolvingSymlinksInPath().path
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            guard attributes[.type] as? FileAttributeType == .typeRegular,
                let size = octetCount(attributes[.size]), size <= 64 << 20
            else { return nil }
            return try [UInt8](Data(contentsOf: URL(filePath: file)))
        }
        return octets.map { .octets($0) } ?? .absent
    }
}

/// A file's size: `FoundationEssentials` alone gives a `UInt`, beside Foundation it is a number object.
private func octetCount(_ attribute: Any?) -> UInt64? {
    if let number = attribute as? UInt64 { return number }
    return (attribute as? any BinaryInteger).map { UInt64(clamping: $0) }
}
