/// The settings of a machine's firmware that a BMC shows as its BIOS attributes. They are in force from a start on.
public struct FirmwareSettings: Hashable, Sendable {
    /// Whether the firmware boots by PXE over IPv4.
    public var pxe4: Bool
    /// Whether the firmware boots by PXE over IPv6; UEFI only.
    public var pxe6: Bool
    /// SMBIOS's asset tag of the chassis; at most 32 plain characters.
    public var assetTag: String
    /// How long the firmware waits for a key before it boots, in seconds from 0 to 30.
    public var bootWait: Int

    /// As the machine comes from its definition.
    init(_ machine: RackDefinition.Machine) {
        pxe4 = machine.networkBoot == nil
        pxe6 = machine.firmware == .uefi && machine.networkBoot != .http
        assetTag = ""
        bootWait = 0
    }
}

/// What a machine's firmware keeps, and what waits for the machine's next start.
struct FirmwareState: Hashable, Sendable {
    var bootOverride = BootOverride.disabled
    var settings: FirmwareSettings
    var nextSettings: FirmwareSettings
    var secureBoot: Bool
    var nextSecureBoot: Bool
    /// The file in the virtual drive.
    var medium: String?

    init(_ machine: RackDefinition.Machine) {
        settings = FirmwareSettings(machine)
        nextSettings = settings
        secureBoot = machine.secureBoot == true
        nextSecureBoot = secureBoot
    }

    /// What one start goes by.
    struct Start: Hashable, Sendable {
        var order: BootOrder
        var settings: FirmwareSettings
        var secureBoot: Bool
        var medium: String?
        /// What is booted by HTTP before all else.
        var address: String?
    }

    /// A start: what waited for it comes into force.
    mutating func start() -> Start {
        settings = nextSettings
        secureBoot = nextSecureBoot
        let address = bootOverride.address
        let order = bootOverride.consume()
        return Start(
            order: order,
            settings: settings,
            secureBoot: secureBoot,
            medium: medium,
            address: order == .httpFirst ? address : nil
        )
    }
}
