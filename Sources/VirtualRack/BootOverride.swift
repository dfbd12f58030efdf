/// What a BMC asks of the next start.
public struct BootOverride: Hashable, Sendable {
    public enum Target: String, Hashable, Sendable {
        case none, network, disk
        /// The medium in the BMC's virtual drive.
        case cd
        /// HTTP by UEFI firmware.
        case http
    }

    public enum Duration: String, Hashable, Sendable {
        case disabled, once, continuous
    }

    public var target: Target
    public var duration: Duration
    /// For `http`: where from; nil has DHCP tell it.
    public var address: String?

    public init(target: Target, duration: Duration, address: String? = nil) {
        self.target = target
        self.duration = duration
        self.address = address
    }

    public static let disabled = Self(target: .none, duration: .disabled)

    /// The order for the start that happens now. `once` is used up by it.
    mutating func consume() -> BootOrder {
        let order: BootOrder =
            switch duration == .disabled ? .none : target {
            case .none, .disk: .diskFirst
            case .network: .networkFirst
            case .cd: .cdFirst
            case .http: .httpFirst
            }
        if duration == .once { self = .disabled }
        return order
    }
}

/// In what order firmware tries the devices.
public enum BootOrder: String, Hashable, Sendable {
    case diskFirst = "disk, network"
    case networkFirst = "network, disk"
    case cdFirst = "CD, disk, network"
    case httpFirst = "network by HTTP, disk"
}

/// Whether a machine has power.
public enum PowerState: String, Hashable, Sendable, Codable {
    case off, on
}
