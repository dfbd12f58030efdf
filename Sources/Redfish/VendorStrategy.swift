/// How one maker's BMCs take a change of what a machine boots: a row of a table, chosen by what a service says of itself.
///
/// A row says what is tried first. What it leaves out is tried after it, so a BMC that is not like its maker's others is
/// served all the same.
public struct VendorStrategy: Hashable, Sendable {
    public enum Vendor: String, Hashable, Sendable, CaseIterable {
        case dell, hpe, lenovo, supermicro, ami
        case openBMC = "openbmc"
        case nvidia, generic
    }

    /// When `BootSourceOverrideMode` goes along with a target.
    public enum ModeUse: Hashable, Sendable {
        /// Where the BMC shows that it knows one.
        case whereShown
        /// Only where another holds than the one wished for.
        case toChange
        /// With each target: left out, the BMC puts the mode back to its own.
        case always
        /// Never: the mode is this BIOS attribute there.
        case attribute(String)
    }

    /// Where a change is written.
    public enum Place: Hashable, Sendable, CaseIterable {
        case system
        /// What the system names as its `@Redfish.Settings`: `/SD`, `/Pending`, `/Settings`.
        case settings
    }

    /// What a wish for no override is told with.
    public enum Disabling: Hashable, Sendable, CaseIterable {
        case disabledAndNone
        /// Without the target, which the BMC keeps.
        case disabled
    }

    /// Where the file of UEFI HTTP boot is said.
    public enum BootFile: Hashable, Sendable {
        /// `HttpBootUri`, beside the target.
        case override
        /// This BIOS attribute: the override takes the target alone.
        case attribute(String)
    }

    /// How a wish that is to hold longer than one boot is met.
    public enum Lasting: Hashable, Sendable {
        /// `Continuous`.
        case override
        /// A matching option to the front of `BootOrder`: there is no `Continuous`, or it does not last.
        case bootOrder
    }

    /// How the BMC's own network is told.
    public enum NetworkForm: Hashable, Sendable {
        /// `DHCPv4` and `IPv4StaticAddresses`.
        case staticAddresses
        /// `IPv4Addresses` with their origin, as the schema was before.
        case addresses
        /// The maker's attributes of the manager.
        case attributes
    }

    /// How accounts come and go.
    public enum AccountWay: Hashable, Sendable {
        /// They are made and deleted.
        case members
        /// There are so many places, which are filled and emptied.
        case slots
    }

    public var vendor: Vendor
    /// As people call the maker's BMCs.
    public var name: String
    public var mode: ModeUse
    public var places: [Place]
    /// Where `BootOrder` is written.
    public var orderPlace: Place
    public var disabling: [Disabling]
    public var tags: [ETagLadder.Form]
    public var bootFile: BootFile
    public var lasting: Lasting
    /// The words for a CD, virtual ones included, the best first.
    public var cdTargets: [String]
    /// Whether `InsertMedia` takes the image alone, and refuses members that the standard has.
    public var insertsBareImage: Bool
    /// How it is asked for events, in order; none leaves it to what the service shows.
    public var subscriptions: [SubscriptionForm]
    /// How often it is looked whether an accepted change shows, a second apart.
    public var looks: Int
    public var networkForms: [NetworkForm]
    public var accountWays: [AccountWay]
}

extension VendorStrategy {
    // What is told of the makers: sushy and ironic (releases 2019 to 2025), NVIDIA's libredfish, the makers' API guides,
    // and the recordings that the tests read.
    private static let table: [VendorStrategy] = [
        // The mode is refused by some where it is so already; a tag brings 412 on the first try. Changes show late.
        // Accounts have sixteen fixed places; the network is set by attributes, which newer ones take in the standard's way too.
        row(
            .dell,
            "iDRAC",
            .toChange,
            tags: [.absent, .given, .strong],
            file: .attribute("HttpDev1Uri"),
            events: [.types, .typesAndFormat, .format],
            looks: 6,
            network: [.attributes, .staticAddresses, .addresses],
            accounts: [.slots, .members]
        ),
        // Disabled is taken without a target alone. Mode and boot file are BIOS attributes.
        row(
            .hpe,
            "iLO",
            .attribute("BootMode"),
            disabling: [.disabled, .disabledAndNone],
            file: .attribute("UrlBootFile"),
            events: [.types, .bare]
        ),
        // Once and Disabled alone; a tag must come along, and a weak one is not taken.
        row(
            .lenovo,
            "XClarity Controller",
            .toChange,
            order: .settings,
            tags: [.strong, .given, .absent],
            lasting: .bootOrder,
            accounts: [.slots, .members]
        ),
        // Without the mode it falls back to Legacy; a virtual CD is one on USB.
        row(.supermicro, "Supermicro", .always, cd: ["UsbCd", "Cd"], bareImage: true),
        // What is written to the system itself is refused or lost; a tag must come along, on some without quotes.
        row(
            .ami,
            "AMI MegaRAC",
            .whereShown,
            places: [.settings, .system],
            order: .settings,
            tags: [.given, .strong, .unquoted, .absent]
        ),
        row(
            .openBMC,
            "OpenBMC",
            .whereShown,
            tags: [.absent, .given, .strong],
            bareImage: true,
            events: [.format, .registries, .bare]
        ),
        // Comes with Continuous to the disk: an override has to say both.
        row(
            .nvidia,
            "NVIDIA OpenBMC",
            .whereShown,
            order: .settings,
            tags: [.absent, .given, .strong],
            events: [.format, .registries, .bare]
        ),
        generic,
    ]

    /// For BMCs of makers that the table has no row for.
    public static let generic = row(.generic, "the standard's way", .whereShown)

    private static func row(
        _ vendor: Vendor,
        _ name: String,
        _ mode: ModeUse,
        places: [Place] = [.system, .settings],
        order: Place = .system,
        disabling: [Disabling] = [.disabledAndNone, .disabled],
        tags: [ETagLadder.Form] = [.given, .strong, .absent],
        file: BootFile = .override,
        lasting: Lasting = .override,
        cd: [String] = ["Cd", "UsbCd"],
        bareImage: Bool = false,
        events: [SubscriptionForm] = [],
        looks: Int = 3,
        network: [NetworkForm] = [.staticAddresses, .addresses],
        accounts: [AccountWay] = [.members, .slots]
    ) -> Self {
        Self(
            vendor: vendor,
            name: name,
            mode: mode,
            places: places,
            orderPlace: order,
            disabling: disabling,
            tags: tags,
            bootFile: file,
            lasting: lasting,
            cdTargets: cd,
            insertsBareImage: bareImage,
            subscriptions: events,
            looks: looks,
            networkForms: network,
            accountWays: accounts
        )
    }

    /// The row for a maker.
    public static func of(_ vendor: Vendor) -> Self { table.first { $0.vendor == vendor } ?? generic }
}

extension VendorStrategy {
    /// Where a service says who made it.
    private enum Source: String {
        case rootOem = "the service root has Oem."
        case rootVendor = "the service root's vendor is "
        case rootProduct = "the service root's product is "
        case managerOem = "the manager has Oem."
        case managerModel = "the manager's model is "
        case managerMaker = "the manager's manufacturer is "
        case systemOem = "the system has Oem."
        case systemMaker = "the system's manufacturer is "
    }

    /// The first that holds decides: what the BMC's software says of itself comes before whose machine it is in.
    private static let evidence: [(vendor: Vendor, source: Source, words: [String])] = [
        (.nvidia, .rootOem, ["Nvidia"]), (.dell, .rootOem, ["Dell"]), (.hpe, .rootOem, ["Hpe", "Hp"]),
        (.lenovo, .rootOem, ["Lenovo"]), (.supermicro, .rootOem, ["Supermicro"]), (.ami, .rootOem, ["Ami"]),
        (.dell, .rootVendor, ["Dell"]), (.hpe, .rootVendor, ["HPE", "Hewlett"]), (.lenovo, .rootVendor, ["Lenovo"]),
        (.supermicro, .rootVendor, ["Supermicro"]),
        (.ami, .rootVendor, ["AMI", "American Megatrends", "GIGABYTE", "Giga Computing"]),
        (.nvidia, .rootVendor, ["NVIDIA"]),
        (.dell, .rootProduct, ["Integrated Dell Remote Access"]),
        (.nvidia, .managerOem, ["Nvidia"]), (.dell, .managerOem, ["Dell"]), (.hpe, .managerOem, ["Hpe", "Hp"]),
        (.lenovo, .managerOem, ["Lenovo"]), (.supermicro, .managerOem, ["Supermicro"]), (.ami, .managerOem, ["Ami"]),
        (.hpe, .managerModel, ["iLO"]), (.lenovo, .managerModel, ["Lenovo XClarity"]),
        (.supermicro, .managerMaker, ["Supermicro", "Super Micro"]),
        (.nvidia, .systemMaker, ["NVIDIA"]),
        (.openBMC, .managerOem, ["OpenBmc"]), (.openBMC, .managerModel, ["OpenBmc"]),
        (.supermicro, .systemOem, ["Supermicro"]), (.supermicro, .systemMaker, ["Supermicro", "Super Micro"]),
        (.ami, .systemMaker, ["GIGABYTE", "Giga Computing"]),
        (.dell, .systemMaker, ["Dell"]), (.lenovo, .systemMaker, ["Lenovo"]),
    ]

    /// Picks the row for a service.
    ///
    /// - Parameters:
    ///   - root: `/redfish/v1/`
    ///   - manager: the one that manages the system; null where it was not read
    ///   - system: the machine; null where it was not read
    /// - Returns: the row, and the sentence in which the service gave itself away
    public static func choose(
        root: JSON,
        manager: JSON,
        system: JSON
    ) -> (strategy: VendorStrategy, reason: String) {
        for (vendor, source, words) in evidence {
            let found: [String] =
                switch source {
                case .rootOem: (root["Oem"].object ?? [:]).keys.sorted()
                case .managerOem: (manager["Oem"].object ?? [:]).keys.sorted()
                case .systemOem: (system["Oem"].object ?? [:]).keys.sorted()
                case .rootVendor: [root["Vendor"].string].compactMap(\.self)
                case .rootProduct: [root["Product"].string].compactMap(\.self)
                case .managerModel: [manager["Model"].string].compactMap(\.self)
                case .managerMaker: [manager["Manufacturer"].string].compactMap(\.self)
                case .systemMaker: [system["Manufacturer"].string].compactMap(\.self)
                }
            let isOem = [.rootOem, .managerOem, .systemOem].contains(source)
            for word in words {
                let hit = found.first { isOem ? $0 == word : $0.lowercased().hasPrefix(word.lowercased()) }
                if let hit { return (of(vendor), source.rawValue + (isOem ? hit : "\"\(hit)\"")) }
            }
        }
        let maker = system["Manufacturer"].string ?? root["Vendor"].string
        let found = maker.map { "made by \($0)" } ?? "of an unknown maker"
        return (generic, "neither the service root, the manager nor the system, \(found), speaks of a BMC known here")
    }
}
