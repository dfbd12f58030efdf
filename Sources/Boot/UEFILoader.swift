/// What UEFI firmware loads first from the network.
public enum UEFILoader: String, CaseIterable, Codable, Hashable, Sendable {
    /// By what is known of the machine: Secure Boot takes the signed chain, HTTP boot the unified kernel image, PXE iPXE.
    case automatic = "auto"
    /// Kernel, ramdisk and command line as one file: nothing runs between the firmware and the kernel.
    case unified
    /// iPXE on the firmware's own network driver.
    case snponly
    /// iPXE with its own network drivers, for cards whose firmware driver fails it.
    case ipxe
    /// Debian's signed shim, then its signed GRUB, then its signed kernel: runs with Secure Boot on.
    case shim
}

/// What of a node matters for how it boots.
public struct BootNode: Hashable, Sendable {
    /// The loader that an operator chose for it; nil: as configured for all.
    public var loader: UEFILoader?
    /// Whether its firmware had Secure Boot on when it was last looked at; nil when it never was.
    public var secureBoot: Bool?
    /// How often in a row it was handed a loader, and nothing was heard of it after that.
    public var fruitlessLoads: Int

    public init(loader: UEFILoader? = nil, secureBoot: Bool? = nil, fruitlessLoads: Int = 0) {
        self.loader = loader
        self.secureBoot = secureBoot
        self.fruitlessLoads = fruitlessLoads
    }

    /// After so many loads without a script asked for, another iPXE is tried.
    public static let loadsUntilOtherLoader = 2
    /// After so many the machine is in a loop, and is not answered for a while.
    public static let loadsUntilLoop = 8
}
