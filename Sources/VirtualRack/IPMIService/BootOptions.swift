import IPMI

/// The boot options of a BMC, and how they go with what the machine is to boot (IPMI 2.0 table 28-14).
struct BootOptions: Sendable {
    /// Flags that nobody confirmed by a chassis control are over after so long.
    static let lifetime = Duration.seconds(60)

    /// The five octets of the flags, as they were set.
    private(set) var flags: [UInt8] = [0, 0, 0, 0, 0]
    var inProgress: UInt8 = 0
    /// Parameter 3: on what occasions the flags do not end. Bit 3: with time.
    var validBitClearing: UInt8 = 0
    var acknowledgement: UInt8 = 0
    var initiator = [UInt8](repeating: 0, count: 9)
    private(set) var expiresAt: Duration?
    private var told = BootOverride.disabled
    private var starts = 0

    init() {}

    /// - Returns: what the machine is to boot.
    mutating func set(_ flags: [UInt8], starts: Int, at now: Duration) throws -> BootOverride {
        let read = try BootFlags.read(flags)
        self.flags = [UInt8](flags.prefix(5))
        self.starts = starts
        expiresAt = read.isValid && validBitClearing & 0x08 == 0 ? now + Self.lifetime : nil
        told = read.override
        return told
    }

    /// The minute starts again.
    mutating func chassisWasControlled(at now: Duration) {
        if expiresAt != nil { expiresAt = now + Self.lifetime }
    }

    /// Follows what happened outside: a start that used the flags up, an override set in another way, the time.
    /// - Returns: what the machine is to boot, where that is something else now.
    mutating func notice(_ override: BootOverride, starts: Int, at now: Duration) -> BootOverride? {
        if override != told {
            flags = BootFlags(override).octets
            told = override
            expiresAt = nil
        } else if starts != self.starts, flags[0] & 0x40 == 0 {
            // The machine knows no override for some devices, and a start ends them all the same.
            flags[0] &= 0x7F
            expiresAt = nil
        }
        self.starts = starts
        guard let expiresAt, expiresAt <= now else { return nil }
        self.expiresAt = nil
        flags[0] &= 0x7F
        guard told != .disabled else { return nil }
        told = .disabled
        return told
    }
}

extension BootFlags {
    /// What it means for a machine that boots from the network or a disk.
    var override: BootOverride {
        guard isValid else { return .disabled }
        let duration: BootOverride.Duration = isPersistent ? .continuous : .once
        return switch device {
        case .pxe: BootOverride(target: .network, duration: duration)
        case .disk, .safeModeDisk: BootOverride(target: .disk, duration: duration)
        case .cd: BootOverride(target: .cd, duration: duration)
        default: .disabled
        }
    }

    init(_ override: BootOverride) {
        let device: Device =
            switch override.target {
            case .none: .none
            // IPMI has no word for HTTP.
            case .network, .http: .pxe
            case .disk: .disk
            case .cd: .cd
            }
        self.init(
            device: device,
            isPersistent: override.duration == .continuous,
            isUEFI: false,
            isValid: override.duration != .disabled
        )
    }
}
