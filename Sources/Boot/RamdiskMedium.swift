public import BootMedia

/// A CD that starts the ramdisk, by BIOS and by UEFI: the same for all nodes but for the kernel's command line, which
/// stands in two places.
public struct RamdiskMedium: Hashable, Sendable {
    private let image: Composition
    private let script: Range<Int>
    private let commandLine: Range<Int>
    private let unified: UnifiedKernelImage

    /// What it is made of. Files stay where they are.
    public struct Parts: Sendable {
        public var kernel: Composition
        public var initrd: Composition
        /// The unified kernel image, for UEFI.
        public var unified: Composition
        public var layout: UnifiedKernelImage
        /// `isolinux.bin` and `ldlinux.c32`, for BIOS.
        public var isolinux: [UInt8]
        public var library: [UInt8]

        public init(
            kernel: Composition,
            initrd: Composition,
            unified: Composition,
            layout: UnifiedKernelImage,
            isolinux: [UInt8],
            library: [UInt8]
        ) {
            self.kernel = kernel
            self.initrd = initrd
            self.unified = unified
            self.layout = layout
            self.isolinux = isolinux
            self.library = library
        }
    }

    /// Octets of ISOLINUX's configuration, whatever is in it.
    private static let scriptSize = 4096
    private static let label = "RACKWRIGHT"

    public init(_ parts: Parts) throws(BootMediaError) {
        let volume = try FATVolume(label: Self.label, holding: parts.unified, at: ["EFI", "BOOT", "BOOTX64.EFI"])
        let disc = try DiscImage(
            label: Self.label,
            files: [
                .init("ISOLINUX.BIN", Composition(parts.isolinux)), .init("LDLINUX.C32", Composition(parts.library)),
                .init("ISOLINUX.CFG", Composition([UInt8](repeating: 0x0A, count: Self.scriptSize))),
                .init("VMLINUZ", parts.kernel), .init("INITRD.IMG", parts.initrd), .init("EFI.IMG", volume.image),
            ],
            boots: [.isolinux("ISOLINUX.BIN"), .uefi("EFI.IMG")]
        )
        image = disc.image
        script = disc.place(of: "ISOLINUX.CFG") ?? 0..<0
        let program = (disc.place(of: "EFI.IMG")?.lowerBound ?? 0) + volume.fileOffset
        unified = parts.layout
        commandLine =
            program + parts.layout.commandLine.lowerBound..<program + parts.layout.commandLine.upperBound
    }

    /// Octets of the whole medium.
    public var count: Int { image.count }

    /// The medium with these words for the kernel; nil when they do not fit or are none that stay one word.
    public func image(_ words: [String]) -> Composition? {
        guard words.allSatisfy(IPXEScript.isWord), let section = unified.section(words) else { return nil }
        let text = """
            DEFAULT rackwright
            PROMPT 0
            SAY Rackwright: the ramdisk from this medium
            LABEL rackwright
              KERNEL /VMLINUZ
              INITRD /INITRD.IMG
              APPEND \(words.joined(separator: " "))

            """
        let octets = Array(text.utf8)
        guard octets.count <= script.count else { return nil }
        return image.replacing(at: script.lowerBound, with: octets)?
            .replacing(at: commandLine.lowerBound, with: section)
    }

    /// Where it is served, below the controller's URL; `token` is known to the node's BMC alone.
    public static func path(token: String) -> String { "\(folder)\(token)/ramdisk.iso" }

    /// The token in a path below `/boot/`, or nil for another path.
    public static func token(inPath path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "media", parts[2] == "ramdisk.iso" else { return nil }
        return String(parts[1])
    }

    private static let folder = "/boot/media/"

    /// `text` without tokens of media in it, for people.
    public static func withoutTokens(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let found = rest.firstRange(of: folder) {
            result += rest[..<found.upperBound] + "..."
            rest = rest[found.upperBound...].drop { $0.isHexDigit }
        }
        return result + rest
    }

    /// Whether an address that a BMC tells is of one of ours.
    public static func isOurs(_ uri: String) -> Bool { uri.contains(folder) }
}
