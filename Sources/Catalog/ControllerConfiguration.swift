/// `controller.yaml`: where a controller listens, what it serves and where it keeps its state.
public struct ControllerConfiguration: Hashable, Sendable {
    /// The address at which nodes reach the controller.
    public var address: String
    /// The folder of its state: store, keys, images, containers.
    public var state: String
    /// The folder of the catalogue; beside `controller.yaml` unless told.
    public var catalog: String?
    public var httpsPort: Int
    public var httpPort: Int
    /// Further addresses and names that the HTTPS certificate is for.
    public var names: [String]
    public var subnets: [Subnet]
    public var boot: Boot
    /// Machines nobody enrolled get the ramdisk and appear as `enroll`.
    public var discovery: Bool

    public struct Subnet: Hashable, Sendable {
        /// The interface it is on.
        public var interface: String
        public var mode: Mode
        /// `10.77.0.0/24`.
        public var network: String
        /// `10.77.0.100-10.77.0.199`.
        public var pool: String?
        public var router: String?
        public var dns: [String]
        /// Seconds.
        public var lease: Double
        public var location: SourceLocation

        public enum Mode: String, CaseIterable, Hashable, Sendable {
            case full, proxy, off
        }
    }

    public struct Boot: Hashable, Sendable {
        /// The folder that holds `vmlinuz` and `initramfs.zst`.
        public var ramdisk: String
        /// The folder that holds `snponly.efi` and `undionly.kpxe`.
        public var loaders: String
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
        httpsPort = fields.integer("https_port", in: 1...65535, &problems) ?? 8443
        httpPort = fields.integer("http_port", in: 1...65535, &problems) ?? 8080
        names = fields.texts("names", &problems)
        discovery = fields.bool("discovery", &problems) ?? false
        subnets = Self.subnets(fields.optional("dhcp"), &problems)
        boot = Self.boot(fields.optional("boot"), &problems)
        fields.finish(&problems)
        guard problems.problems.isEmpty else { throw problems.sorted() }
    }

    private static func subnets(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> [Subnet] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.content else {
            problems.add("'dhcp' must be a list of subnets, found \(tree.kind)", at: tree.location)
            return []
        }
        return items.compactMap { item in
            guard var fields = Fields(item, "a subnet in 'dhcp'", &problems) else { return nil }
            let interface = fields.requiredText("interface", &problems)
            let network = fields.requiredText("subnet", &problems)
            let subnet = Subnet(
                interface: interface ?? "",
                mode: fields.choice("mode", &problems) ?? .full,
                network: network ?? "",
                pool: fields.text("pool", &problems),
                router: fields.text("router", &problems),
                dns: fields.texts("dns", &problems),
                lease: fields.optional("lease").flatMap { $0.requireSeconds("'lease'", &problems) } ?? 3600,
                location: item.location
            )
            fields.finish(&problems)
            return subnet
        }
    }

    private static func boot(_ tree: SourceTree?, _ problems: inout CatalogProblems) -> Boot {
        var boot = Boot(
            ramdisk: "/var/lib/rackwright/ramdisk",
            loaders: "/usr/lib/ipxe",
            kernelArguments: "",
            deadline: 900
        )
        guard let tree, var fields = Fields(tree, "'boot'", &problems) else { return boot }
        boot.ramdisk = fields.text("ramdisk", &problems) ?? boot.ramdisk
        boot.loaders = fields.text("loaders", &problems) ?? boot.loaders
        boot.kernelArguments = fields.text("kernel_arguments", &problems) ?? boot.kernelArguments
        if let deadline = fields.optional("deadline") {
            boot.deadline = deadline.requireSeconds("'deadline' of 'boot'", &problems) ?? boot.deadline
        }
        fields.finish(&problems)
        return boot
    }
}
