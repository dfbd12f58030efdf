/// What the name of a boot file tells of the file.
struct BootFile: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// A program that firmware starts: iPXE, GRUB, PXELINUX, a kernel for UEFI.
        case loader(Platform)
        /// A script, which iPXE reads.
        case script
        case other
    }

    /// As offered, without what cannot be printed.
    let text: String
    /// `http`, `tftp`, … when it is an absolute URI.
    let scheme: String?
    let content: Content

    init?(_ offered: String) {
        guard !offered.isEmpty else { return nil }
        text = offered.printable
        let parts = offered.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var path: Substring
        if parts.count == 2, parts[1].hasPrefix("//"), !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isInScheme) {
            scheme = String(parts[0])
            // The host's name says nothing of the file.
            path = parts[1].dropFirst(2).drop { $0 != "/" }
        } else {
            scheme = nil
            path = Substring(offered.lowercased())
        }
        path = path.prefix { $0 != "?" && $0 != "#" }
        content = Self.content(of: path)
    }

    var isWeb: Bool { scheme == "http" || scheme == "https" }

    private static func isInScheme(_ octet: UInt8) -> Bool {
        (97...122).contains(octet) || (48...57).contains(octet) || octet == 43 || octet == 45 || octet == 46
    }

    /// Endings of what BIOS starts: iPXE, PXELINUX and GRUB (`core.0`), Windows Deployment Services, old NBPs.
    private static let biosEndings = [
        ".kpxe", ".kkpxe", ".kkkpxe", ".pxe", ".0", ".lkrn", ".com", ".n12",
    ]

    private static func content(of path: Substring) -> Content {
        let name = path.split { $0 == "/" || $0 == "\\" }.last ?? path
        if name.hasSuffix(".efi") || name.contains(".efi.") {
            let processor = processor(in: name) ?? processor(in: path)
            return .loader(Platform(firmware: .uefi, processor: processor))
        }
        if biosEndings.contains(where: name.hasSuffix) { return .loader(.bios) }
        if name.hasSuffix(".ipxe") || name.hasSuffix(".gpxe") { return .script }
        return .other
    }

    /// How builds of iPXE, GRUB, shim and the UEFI specification (`BOOTX64.EFI`) name processors.
    private static func processor(in text: Substring) -> Platform.Processor? {
        let marks: [(String, Platform.Processor)] = [
            ("riscv64", .riscV64), ("riscv32", .riscV32), ("riscv128", .riscV128),
            ("loongarch64", .loongArch64), ("loongarch32", .loongArch32),
            ("aarch64", .arm64), ("arm64", .arm64), ("aa64", .arm64), ("arm32", .arm32), ("bootarm.", .arm32),
            ("x86_64", .x64), ("x86-64", .x64), ("amd64", .x64), ("x64", .x64),
            ("ia32", .ia32), ("i386", .ia32), ("i686", .ia32),
        ]
        return marks.first { text.contains($0.0) }?.1
    }
}
