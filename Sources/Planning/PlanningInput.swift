public import AgentAPI
public import Catalog
public import Inventory
public import Matching

/// All that a plan is made from.
public struct PlanningInput: Sendable {
    public var generation: Int
    /// Seconds since 1970.
    public var now: Double
    public var catalog: Catalog
    public var nodes: [PlanningNode]
    public var images: [String: PlanningImage]
    /// Container images the controller serves: `web:2` to its digest `sha256:…`.
    public var containerImages: [String: String]
    /// Where nodes pull them from: `10.77.0.1:8443`.
    public var registry: String
    /// Secret parameters that have a value: `keystone.admin_password` to an id of the value that tells nothing of it.
    public var secrets: [String: String]
    /// Who was given which address by the plans before.
    public var reservations: [AddressReservation]
    /// Whether containers' images must be among `containerImages`; else they are left as they are named.
    var pinsImages = true

    public init(
        generation: Int,
        now: Double,
        catalog: Catalog,
        nodes: [PlanningNode],
        images: [String: PlanningImage],
        containerImages: [String: String],
        registry: String,
        secrets: [String: String] = [:],
        reservations: [AddressReservation] = []
    ) {
        self.generation = generation
        self.now = now
        self.catalog = catalog
        self.nodes = nodes
        self.images = images
        self.containerImages = containerImages
        self.registry = registry
        self.secrets = secrets
        self.reservations = reservations
    }
}

/// An image the controller has.
public struct PlanningImage: Hashable, Sendable {
    /// SHA-256 of its manifest, lower-case hexadecimal.
    public var digest: String
    /// Octets on the disk.
    public var size: UInt64

    public init(digest: String, size: UInt64) {
        self.digest = digest
        self.size = size
    }
}

/// A node as planning sees it.
public struct PlanningNode: Hashable, Sendable {
    public var id: String
    public var name: String
    public var address: String?
    public var rack: String?
    public var unit: String?
    /// What operators and rules say of it, by key.
    public var labels: [String: String]
    /// How its BMC is reached: `ipmi` or `redfish`, and the address.
    public var bmcProtocol: String?
    public var bmcAddress: String?
    /// Whom it is kept for.
    public var reservation: Reservation?
    public var inventory: Inventory?
    public var state: State
    /// What the last plan that was carried out made of it.
    public var installed: Installed?
    /// Why it takes part in nothing.
    public var excluded: String?
    /// Why what is known of it may not be what it is.
    public var doubt: String?

    public enum State: Hashable, Sendable {
        /// May be deployed.
        case available
        /// Does its work; may be upgraded.
        case active
        /// Neither; with the state's name.
        case other(String)
    }

    public struct Installed: Hashable, Sendable {
        public var generation: Int
        public var content: NodeContent
        public var imageDigest: String
        /// Nil where it was not kept.
        public var imageName: String?
        public var rootDisk: RootDisk?

        public init(
            generation: Int,
            content: NodeContent,
            imageDigest: String,
            imageName: String? = nil,
            rootDisk: RootDisk? = nil
        ) {
            self.generation = generation
            self.content = content
            self.imageDigest = imageDigest
            self.imageName = imageName
            self.rootDisk = rootDisk
        }
    }

    public init(
        id: String,
        name: String,
        address: String? = nil,
        rack: String? = nil,
        unit: String? = nil,
        labels: [String: String] = [:],
        bmcProtocol: String? = nil,
        bmcAddress: String? = nil,
        reservation: Reservation? = nil,
        inventory: Inventory? = nil,
        state: State,
        installed: Installed? = nil,
        excluded: String? = nil,
        doubt: String? = nil
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.rack = rack
        self.unit = unit
        self.labels = labels
        self.bmcProtocol = bmcProtocol
        self.bmcAddress = bmcAddress
        self.reservation = reservation
        self.inventory = inventory
        self.state = state
        self.installed = installed
        self.excluded = excluded
        self.doubt = doubt
    }
}

/// Why there is no plan.
public struct PlanningProblems: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}
