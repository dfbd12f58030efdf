/// A value of a BIOS attribute.
public enum BIOSValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case truth(Bool)
    case unknown
}

extension BIOSValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .truth(let truth): truth ? "true" : "false"
        case .unknown: "-"
        }
    }
}

/// A change of a BIOS attribute.
public struct BMCBIOSChange: Hashable, Sendable {
    public var name: String
    public var before: BIOSValue?
    /// Nil for a password, which nobody is told.
    public var after: BIOSValue?

    public init(name: String, before: BIOSValue?, after: BIOSValue?) {
        self.name = name
        self.before = before
        self.after = after
    }
}

/// The BIOS attributes of a machine, passwords left out.
public struct BMCBIOS: Hashable, Sendable {
    public var attributes: [String: BIOSValue]
    /// What the BIOS takes over at the next restart.
    public var pending: [BMCBIOSChange]
    /// When changes can be applied, in the BMC's words.
    public var applyTimes: [String]
    public var remarks: [String]

    public init(
        attributes: [String: BIOSValue],
        pending: [BMCBIOSChange] = [],
        applyTimes: [String] = [],
        remarks: [String] = []
    ) {
        self.attributes = attributes
        self.pending = pending
        self.applyTimes = applyTimes
        self.remarks = remarks
    }
}

/// What became of a wish for BIOS attributes.
public struct BMCBIOSOutcome: Hashable, Sendable {
    /// What was not so before, and was asked for.
    public var changes: [BMCBIOSChange]
    /// What waits for the next restart now.
    public var pending: [BMCBIOSChange]
    /// The BMC's job, where it made one.
    public var task: BMCTask?
    public var remarks: [String]

    public init(
        changes: [BMCBIOSChange],
        pending: [BMCBIOSChange] = [],
        task: BMCTask? = nil,
        remarks: [String] = []
    ) {
        self.changes = changes
        self.pending = pending
        self.task = task
        self.remarks = remarks
    }
}

/// Whether a machine's firmware enforces signatures; nil where its BMC does not say.
public struct BMCSecureBoot: Hashable, Sendable {
    /// What the next boot has.
    public var isEnabled: Bool?
    /// What this boot has.
    public var isInForce: Bool?
    /// The mode of its keys: `UserMode`.
    public var mode: String?
    public var remarks: [String]

    public init(isEnabled: Bool?, isInForce: Bool?, mode: String? = nil, remarks: [String] = []) {
        self.isEnabled = isEnabled
        self.isInForce = isInForce
        self.mode = mode
        self.remarks = remarks
    }
}

/// What is in the CD drive that a BMC shows to its machine.
public struct BMCMedia: Hashable, Sendable {
    /// The drive's name: `CD`.
    public var slot: String
    /// Nil where nothing is in it.
    public var image: String?
    public var remarks: [String]

    public init(slot: String, image: String?, remarks: [String] = []) {
        self.slot = slot
        self.image = image
        self.remarks = remarks
    }
}

/// A piece of firmware in a machine.
public struct BMCFirmware: Hashable, Sendable {
    public var id: String
    public var name: String
    public var version: String?
    public var isUpdateable: Bool
    /// False for what was there before, or lies ready.
    public var isInstalled: Bool
    public var releaseDate: String?

    public init(
        id: String,
        name: String,
        version: String?,
        isUpdateable: Bool,
        isInstalled: Bool = true,
        releaseDate: String? = nil
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.isUpdateable = isUpdateable
        self.isInstalled = isInstalled
        self.releaseDate = releaseDate
    }
}

/// Where new firmware comes from.
public enum BMCFirmwareSource: Hashable, Sendable {
    /// The BMC fetches it.
    case address(String)
    /// A file here, sent to the BMC.
    case file(String)
}
