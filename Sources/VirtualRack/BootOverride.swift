/// What a BMC asks of the next start.
public struct BootOverride: Hashable, Sendable {
    public enum Target: String, Hashable, Sendable {
        case none, network, disk
    }

    public enum Duration: String, Hashable, Sendable {
        case disabled, once, continuous
    }

    public var target: Target
    public var duration: Duration

    public init(target: Target, duration: Duration) {
        self.target = target
        self.duration = duration
    }

    public static let disabled = Self(target: .none, duration: .disabled)

    /// The order for the start that happens now. `once` is used up by it.
    mutating func consume() -> BootOrder {
        let order: BootOrder = duration != .disabled && target == .network ? .networkFirst : .diskFirst
        if duration == .once { self = .disabled }
        return order
    }
}

/// In what order firmware tries the devices.
public enum BootOrder: String, Hashable, Sendable {
    case diskFirst = "disk, network"
    case networkFirst = "network, disk"
}

/// Whether a machine has power.
public enum PowerState: String, Hashable, Sendable, Codable {
    case off, on
}
