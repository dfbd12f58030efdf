/// `controller.yaml`: where a controller listens, what it serves and where it keeps its state.
public struct ControllerConfiguration: Hashable, Sendable {
    /// The address at which nodes reach the controller.
    public var address: String
    /// The folder of its state: store, keys, images, containers.
    public var state: String
    /// The folder of the catalogue; beside `controller.yaml` unless told.
    public var catalog: String?
    /// Files of the catalogue's `environments/` that are used, in their order.
    public var environments: [String]
    public var httpsPort: Int
    public var httpPort: Int
    /// Further addresses and names that the HTTPS certificate is for.
    public var names: [String]
    public var subnets: [Subnet]
    public var boot: Boot
    /// Machines nobody enrolled get the ramdisk and appear as `enroll`.
    public var discovery: Bool
    /// Seconds within which every BMC is asked for its machine's power state; 0: none is.
    public var powerSync: Double
    /// How thoroughly machines are tried out when they are inspected.
    public var healthChecks: HealthChecks
    /// Whether BMCs are asked to send their events, and their logs are read where they do not.
    public var bmcEvents: Bool

    /// The words of `health_checks`.
    public enum HealthChecks: String, CaseIterable, Hashable, Sendable {
        case off, quick, long
    }

    private enum Switch: String, CaseIterable {
        case on, off
    }

    public struct Boot: Hashable, Sendable {
        /// The folder that holds `vmlinuz` and `initramfs.zst`.
        public var ramdisk: String
        /// The folder that holds `snponly.efi` and `undionly.kpxe`.
        public var loaders: String
        /// The folder that holds `isolinux.bin`, for media.
        public var isolinux: String
        /// The folder that holds `ldlinux.c32`, for media.
        public var syslinux: String
        /// What UEFI machines load first: `auto`, `unified`, `snponly`, `ipxe` or `shim`.
        public var uefi: String
        /// Whether TFTP answers from its own port alone, for networks that translate addresses.
        public var usesOneTFTPPort: Bool
        /// Added to the ramdisk's command line.
        public var kernelArguments: String
        /// Seconds a node may take from power-on to the agent's call.
        public var deadline: Double
    }

    /// Reads the configuration; throws all that is wrong at once.
    public init(_ tree: SourceTree) throws(CatalogProblems) {
        var problems = CatalogProblems()
        tree.reportRepeatedKeys(&problems)
        guard var fields = Fields(tree, "the controller's configuration", &problems) else { throw problems }
        address = fields.requiredText("address", &problems) ?? ""
        state = fields.text("state", &problems) ?? "/var/lib/rackwright"
        catalog = fields.text("catalog", &problems)
        environments = fields.texts("environments", &problems)
        httpsPort = fields.integer("https_port", in: 1...65535, &problems) ?? 8443
        httpPort = fields.integer("http_port", in: 1...65535, &problems) ?? 8080
        names = fields.texts("names", &problems)
        discovery = fields.bool("discovery", &problems) ?? false
        powerSync = Self.powerSync(fields.optional("power_sync"), &problems)
        healthChecks = fields.choice("health_checks", &problems) ?? .quick
        bmcEvents = fields.choice("bmc_events", &problems) != Switch.off
        subnets = Self.subnets(fields.optional("dhcp"), &problems)
        boot = Self.boot(fields.optional("boot"), &problems)
        fields.finish(&problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
    }

    /// A time, or `off`.
    private static func powerSync(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> Double {
        guard let tree else { return 60 }
        if tree.text == "off" { return 0 }
        guard let seconds = tree.requireSeconds("'power_sync'", &problems) else { return 60 }
        guard seconds >= 5 else {
            problems.add(
                "'power_sync' is \(seconds) s: BMCs are asked every 5 s at most; 'off' asks none",
                at: tree.location
            )
            return 60
        }
        return seconds
    }

    private enum UEFIWord: String, CaseIterable {
        case auto, unified, snponly, ipxe, shim
    }

    private static func boot(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> Boot {
        var boot = Boot(
            ramdisk: "/var/lib/rackwright/ramdisk",
            loaders: "/usr/lib/ipxe",
            isolinux: "/usr/lib/ISOLINUX",
            syslinux: "/usr/lib/syslinux/modules/bios",
            uefi: UEFIWord.auto.rawValue,
            usesOneTFTPPort: false,
            kernelArguments: "",
            deadline: 900
        )
        guard let tree, var fields = Fields(tree, "'boot'", &problems) else { return boot }
        boot.ramdisk = fields.text("ramdisk", &problems) ?? boot.ramdisk
        boot.loaders = fields.text("loaders", &problems) ?? boot.loaders
        boot.isolinux = fields.text("isolinux", &problems) ?? boot.isolinux
        boot.syslinux = fields.text("syslinux", &problems) ?? boot.syslinux
        if let word: UEFIWord = fields.choice("uefi", &problems) { boot.uefi = word.rawValue }
        boot.usesOneTFTPPort = fields.bool("tftp_single_port", &problems) ?? false
        boot.kernelArguments = fields.text("kernel_arguments", &problems) ?? boot.kernelArguments
        if let deadline = fields.optional("deadline") {
            boot.deadline = deadline.requireSeconds("'deadline' of 'boot'", &problems) ?? boot.deadline
        }
        fields.finish(&problems)
        return boot
    }
}
