/// What a BMC sees of its machine and does with it.
protocol ManagedMachine: Sendable {
    var power: PowerState { get async }
    /// How often it started, resets included.
    var starts: Int { get async }
    var bootOverride: BootOverride { get async }
    func setBootOverride(_ new: BootOverride) async
    func powerOn() async
    /// Returns when the power is off.
    func powerOff() async
    func reset() async
    func pressPowerButton() async
    /// A break on the serial port.
    func sendBreak() async
}

extension VirtualMachine: ManagedMachine {}
