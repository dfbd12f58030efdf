public import Octets

/// Where a machine finds the controller and its boot files.
public struct BootConfiguration: Hashable, Sendable {
    /// Reached by every machine that boots.
    public var controller: IPv4Address
    /// Boot files and scripts, without TLS.
    public var httpPort: UInt16
    /// The agent's calls.
    public var httpsPort: UInt16
    /// SHA-256 of the controller's CA certificate (DER), as lower-case hexadecimal digits.
    public var caSHA256: String
    /// Names under `/boot/` and, for the loaders, by TFTP.
    public var kernel: String
    public var initrd: String
    public var biosLoader: String
    public var uefiLoader: String
    /// iPXE with drivers of its own.
    public var fullUEFILoader: String
    /// Debian's signed shim, which loads the signed GRUB beside it; nil when it is not served.
    public var shim: String?
    /// Whether a unified kernel image is served.
    public var hasUnifiedKernel: Bool
    /// What UEFI machines load when nothing else is said of them.
    public var uefi: UEFILoader
    /// Added to the kernel's command line, for instance `console=tty0`. Each is one word.
    public var kernelArguments: [String]
    /// How often a script that waits asks again before it gives up, and how many seconds it waits.
    public var maximumAttempts: Int
    public var waitSeconds: Int

    /// - Throws: `BootConfigurationError` for a word that would not survive iPXE's or the kernel's splitting.
    public init(
        controller: IPv4Address,
        httpPort: UInt16 = 8080,
        httpsPort: UInt16 = 8443,
        caSHA256: String,
        kernel: String = "vmlinuz",
        initrd: String = "initrd.img",
        biosLoader: String = "undionly.kpxe",
        uefiLoader: String = "snponly.efi",
        fullUEFILoader: String = "ipxe.efi",
        shim: String? = nil,
        hasUnifiedKernel: Bool = false,
        uefi: UEFILoader = .automatic,
        kernelArguments: [String] = ["console=tty0", "console=ttyS0"],
        maximumAttempts: Int = 30,
        waitSeconds: Int = 10
    ) throws(BootConfigurationError) {
        for word in [caSHA256, kernel, initrd, biosLoader, uefiLoader, fullUEFILoader, shim ?? "-"]
            + kernelArguments
        where !IPXEScript.isWord(word) {
            throw BootConfigurationError(word: word)
        }
        self.controller = controller
        self.httpPort = httpPort
        self.httpsPort = httpsPort
        self.caSHA256 = caSHA256
        self.kernel = kernel
        self.initrd = initrd
        self.biosLoader = biosLoader
        self.uefiLoader = uefiLoader
        self.fullUEFILoader = fullUEFILoader
        self.shim = shim
        self.hasUnifiedKernel = hasUnifiedKernel
        self.uefi = uefi
        self.kernelArguments = kernelArguments
        self.maximumAttempts = maximumAttempts
        self.waitSeconds = waitSeconds
    }

    /// `http://address:port`, where boot files are.
    public var bootURL: String { "http://\(controller):\(httpPort)" }

    /// `https://address:port`, where the agent calls.
    public var agentURL: String { "https://\(controller):\(httpsPort)" }

    /// What the agent finds on the kernel's command line, whoever loaded the kernel.
    ///
    /// - Parameters:
    ///   - mac: of the card to use; nil: any that has a carrier
    ///   - network: what it has there; nil: what DHCP says
    public func ramdiskArguments(mac: MACAddress?, token: String, network: StaticNetwork? = nil) -> [String] {
        var words = [
            "rackwright.url=\(agentURL)",
            "rackwright.ca=\(caSHA256)",
            "rackwright.token=\(token)",
            "rackwright.boot=\(bootURL)",
        ]
        if let mac { words.append("BOOTIF=\(mac.bootInterface)") }
        return words + (network?.arguments ?? []) + kernelArguments
    }

    /// Where a node's medium is, for its BMC.
    public func mediumURL(token: String) -> String { bootURL + RamdiskMedium.path(token: token) }

    /// Where the script for one machine is.
    public func scriptURL(for request: BootRequest) -> String {
        var url = "\(bootURL)/boot/ipxe?mac=\(request.mac)"
        if let uuid = request.uuid { url += "&uuid=\(uuid)" }
        return url + "&platform=\(request.firmware.platform)"
    }
}

/// A word of the boot configuration that cannot stand in a boot script.
public struct BootConfigurationError: Error, Hashable, CustomStringConvertible {
    public var word: String

    public var description: String {
        "'\(word)' cannot stand in a boot script: it is empty or has a space, a control character, '$', '#' or a quote"
    }
}
