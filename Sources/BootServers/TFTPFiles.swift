public import Boot
import FoundationEssentials
import NIOPosix
import TFTP

/// Where a TFTP server finds files.
public struct TFTPFiles: Sendable {
    /// The file's octets; nil when there is none of that name. The name is relative and cannot leave its folder.
    public var read: @Sendable (String) async -> [UInt8]?

    public init(_ read: @escaping @Sendable (String) async -> [UInt8]?) {
        self.read = read
    }

    /// Plain files of at most 64 MiB below `path`. Symbolic links are followed wherever they lead: whoever may write
    /// the folder decides (Debian's iPXE links `ipxe.efi` to `/boot`).
    public static func folder(_ path: String) -> TFTPFiles {
        TFTPFiles { name in
            guard let name = TFTPFileName(name) else { return nil }
            return try? await NIOThreadPool.singleton.runIfActive { () -> [UInt8]? in
                let file = URL(filePath: path + "/" + name.path).resolvingSymlinksInPath().path
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                guard attributes[.type] as? FileAttributeType == .typeRegular,
                    let size = octetCount(attributes[.size]), size <= 64 << 20
                else { return nil }
                return try [UInt8](Data(contentsOf: URL(filePath: file)))
            }
        }
    }

    /// What a booting machine asks for: `autoexec.ipxe` in any folder is a script that chains to the controller, all
    /// else comes from `folder`.
    public static func boot(folder path: String, configuration: BootConfiguration) -> TFTPFiles {
        let folder = TFTPFiles.folder(path)
        let script = Array(IPXEScript.chain(configuration: configuration).utf8)
        return TFTPFiles { name in
            if name == "autoexec.ipxe" || name.hasSuffix("/autoexec.ipxe") { return script }
            return await folder.read(name)
        }
    }
}

/// A file's size: `FoundationEssentials` alone gives a `UInt`, beside Foundation it is a number object.
private func octetCount(_ attribute: Any?) -> UInt64? {
    if let number = attribute as? UInt64 { return number }
    return (attribute as? any BinaryInteger).map { UInt64(clamping: $0) }
}
