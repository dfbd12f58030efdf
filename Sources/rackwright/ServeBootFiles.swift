import Boot
import BootMedia
import Catalog
import FoundationEssentials
import Octets

/// Finds the boot files that the configuration names.
struct ServeBootFiles {
    let configuration: ControllerConfiguration.Boot

    static let unified = "rackwright.efi"
    static let shim = "shimx64.efi"
    static let grub = "grubx64.efi"

    private func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: configuration.ramdisk + "/" + name)
    }

    /// The signed loaders, when the ramdisk folder has both.
    var shim: String? { has(Self.shim) && has(Self.grub) ? Self.shim : nil }

    var hasUnifiedKernel: Bool { has(Self.unified) }

    /// Everything that is served as it is on disk; a file that is needed and missing is an error that says how to make it.
    func found(_ boot: BootConfiguration) throws -> BootFileSet {
        let needed = [
            boot.kernel: configuration.ramdisk + "/vmlinuz",
            boot.initrd: configuration.ramdisk + "/initramfs.zst",
            boot.uefiLoader: configuration.loaders + "/" + boot.uefiLoader,
            boot.biosLoader: configuration.loaders + "/" + boot.biosLoader,
        ]
        for (name, path) in needed.sorted(by: { $0.key < $1.key }) where !FileManager.default.fileExists(atPath: path) {
            throw ServeProblem(
                "the boot file \(name) is not at \(path); the ramdisk is made by agent-image/build, "
                    + "the loaders come with Debian's package ipxe"
            )
        }
        var files = BootFileSet(paths: needed)
        let full = configuration.loaders + "/" + boot.fullUEFILoader
        if FileManager.default.fileExists(atPath: full) { files.paths[boot.fullUEFILoader] = full }
        if boot.shim != nil {
            for name in [Self.shim, Self.grub] { files.paths[name] = configuration.ramdisk + "/" + name }
        }
        if boot.hasUnifiedKernel { files.unified = try unified() }
        do {
            files.medium = try RamdiskMedium(mediumParts(needed[boot.kernel], needed[boot.initrd], files.unified))
        } catch {
            files.mediumProblem = "no medium with the ramdisk can be made: \(error)"
        }
        return files
    }

    /// What BIOS starts from a medium; from Debian's isolinux and syslinux-common.
    private static let isolinux = "isolinux.bin"
    private static let library = "ldlinux.c32"

    private func mediumParts(
        _ kernel: String?,
        _ initrd: String?,
        _ unified: BootFileSet.Unified?
    ) throws -> RamdiskMedium.Parts {
        guard let kernel, let initrd, let unified else {
            throw ServeProblem("the ramdisk folder has no \(Self.unified); agent-image/build makes one")
        }
        func file(_ path: String) throws -> Composition {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            return Composition(path: path, size: size ?? 0)
        }
        func octets(_ path: String) throws -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ServeProblem(
                    "\(path) is missing; it comes with Debian's packages isolinux and syslinux-common"
                )
            }
            return [UInt8](data)
        }
        return RamdiskMedium.Parts(
            kernel: try file(kernel),
            initrd: try file(initrd),
            unified: try file(unified.path),
            layout: unified.image,
            isolinux: try octets(configuration.isolinux + "/" + Self.isolinux),
            library: try octets(configuration.syslinux + "/" + Self.library)
        )
    }

    private func unified() throws -> BootFileSet.Unified {
        let path = configuration.ramdisk + "/" + Self.unified
        do {
            let handle = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
            let header = handle.prefix(UnifiedKernelImage.headerSize)
            return BootFileSet.Unified(
                path: path,
                image: try UnifiedKernelImage(header: Array(header), fileSize: handle.count)
            )
        } catch {
            throw ServeProblem("\(path) is no unified kernel image: \(error); agent-image/build makes one")
        }
    }
}
