/// A BIOS attribute, as it is and as it will be; values are text.
public struct BIOSChangeReport: Codable, Hashable, Sendable {
    public var name: String
    public var before: String?
    /// Absent for a password.
    public var after: String?

    public init(name: String, before: String?, after: String?) {
        self.name = name
        self.before = before
        self.after = after
    }
}

/// The BIOS attributes of a node, passwords left out.
public struct BIOSReport: Codable, Hashable, Sendable {
    public var node: String
    public var attributes: [String: String]
    /// What the BIOS takes over at the next restart.
    public var pending: [BIOSChangeReport]
    /// When changes can be applied, in the BMC's words; empty where it does not list them.
    public var applyTimes: [String]
    /// What a person should know, a sentence each.
    public var remarks: [String]

    public init(
        node: String,
        attributes: [String: String],
        pending: [BIOSChangeReport] = [],
        applyTimes: [String] = [],
        remarks: [String] = []
    ) {
        self.node = node
        self.attributes = attributes
        self.pending = pending
        self.applyTimes = applyTimes
        self.remarks = remarks
    }

    private enum CodingKeys: String, CodingKey {
        case node, attributes, pending, remarks
        case applyTimes = "apply_times"
    }
}

/// Asks for BIOS attributes.
public struct SetBIOS: Codable, Hashable, Sendable {
    public var attributes: [String: String]
    /// `OnReset` and the like; absent leaves it to the BMC.
    public var applyTime: String?
    /// Says what would change, and changes nothing.
    public var dryRun: Bool?

    public init(attributes: [String: String], applyTime: String? = nil, dryRun: Bool = false) {
        self.attributes = attributes
        self.applyTime = applyTime
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey {
        case attributes
        case applyTime = "apply_time"
        case dryRun = "dry_run"
    }
}

/// What became of a wish for BIOS attributes.
public struct BIOSOutcomeReport: Codable, Hashable, Sendable {
    public var node: String
    /// What was not so before.
    public var changes: [BIOSChangeReport]
    /// What waits for the next restart now.
    public var pending: [BIOSChangeReport]
    /// Whether they were asked for, and not only looked at.
    public var asked: Bool
    /// What the BMC's job for it is at, where it made one.
    public var job: String?
    public var remarks: [String]

    public init(
        node: String,
        changes: [BIOSChangeReport],
        pending: [BIOSChangeReport] = [],
        asked: Bool,
        job: String? = nil,
        remarks: [String] = []
    ) {
        self.node = node
        self.changes = changes
        self.pending = pending
        self.asked = asked
        self.job = job
        self.remarks = remarks
    }
}

/// Whether a node's firmware enforces signatures; absent where its BMC does not say.
public struct SecureBootReport: Codable, Hashable, Sendable {
    public var node: String
    /// What the next boot has.
    public var enabled: Bool?
    /// What this boot has.
    public var inForce: Bool?
    /// The mode of its keys: `UserMode`.
    public var mode: String?
    public var remarks: [String]

    public init(node: String, enabled: Bool?, inForce: Bool?, mode: String? = nil, remarks: [String] = []) {
        self.node = node
        self.enabled = enabled
        self.inForce = inForce
        self.mode = mode
        self.remarks = remarks
    }

    private enum CodingKeys: String, CodingKey {
        case node, enabled, mode, remarks
        case inForce = "in_force"
    }
}

public struct SetSecureBoot: Codable, Hashable, Sendable {
    public var enabled: Bool

    public init(enabled: Bool) {
        self.enabled = enabled
    }
}

/// What is in the CD drive that a node's BMC shows to it.
public struct MediaReport: Codable, Hashable, Sendable {
    public var node: String
    /// The drive's name.
    public var slot: String
    /// Absent where nothing is in it.
    public var image: String?
    /// What the node boots next, where that was asked for.
    public var bootsNext: String?
    public var remarks: [String]

    public init(node: String, slot: String, image: String?, bootsNext: String? = nil, remarks: [String] = []) {
        self.node = node
        self.slot = slot
        self.image = image
        self.bootsNext = bootsNext
        self.remarks = remarks
    }

    private enum CodingKeys: String, CodingKey {
        case node, slot, image, remarks
        case bootsNext = "boots_next"
    }
}

public struct InsertMedia: Codable, Hashable, Sendable {
    /// An address that the BMC can reach.
    public var image: String
    /// Whether the node boots from it at its next start.
    public var bootOnce: Bool?

    public init(image: String, bootOnce: Bool = false) {
        self.image = image
        self.bootOnce = bootOnce
    }

    private enum CodingKeys: String, CodingKey {
        case image
        case bootOnce = "boot_once"
    }
}

/// The firmware in a node.
public struct FirmwareReport: Codable, Hashable, Sendable {
    public var node: String
    public var components: [Component]

    public init(node: String, components: [Component]) {
        self.node = node
        self.components = components
    }

    public struct Component: Codable, Hashable, Sendable {
        public var id: String
        public var name: String
        public var version: String?
        public var updateable: Bool
        /// False for what was there before, or lies ready.
        public var installed: Bool
        public var releaseDate: String?

        public init(
            id: String,
            name: String,
            version: String?,
            updateable: Bool,
            installed: Bool,
            releaseDate: String? = nil
        ) {
            self.id = id
            self.name = name
            self.version = version
            self.updateable = updateable
            self.installed = installed
            self.releaseDate = releaseDate
        }

        private enum CodingKeys: String, CodingKey {
            case id, name, version, updateable, installed
            case releaseDate = "release_date"
        }
    }
}

/// Has a BMC fetch firmware and install it.
public struct UpdateFirmware: Codable, Hashable, Sendable {
    /// An address that the BMC can reach.
    public var address: String
    /// What is to have it, by the ids of the node's firmware; absent leaves it to the BMC.
    public var targets: [String]?

    public init(address: String, targets: [String] = []) {
        self.address = address
        self.targets = targets.isEmpty ? nil : targets
    }
}
