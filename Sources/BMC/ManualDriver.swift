/// A machine without a BMC: what is to be done there a person does, whom the controller asks.
///
/// The driver says yes to everything and knows nothing.
public struct ManualDriver: BMCDriver {
    public init() {}

    public func identify() async throws -> BMCIdentity { BMCIdentity(interface: "a person") }
    public func powerState() async throws -> PowerState { .unknown("nobody can tell from here") }
    public func setPower(_ action: PowerAction) async throws {}
    public func setBootDevice(_ setting: BootSetting) async throws {}
    public func bootDevice() async throws -> BootSetting { BootSetting(device: BootDevice.none, persistence: nil) }
    public func cannotTellPower() async -> Bool { true }
    public func close() async {}
}
