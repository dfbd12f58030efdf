/// What a BMC with Redfish sees of its machine beside: its firmware's state and the virtual drive.
protocol RedfishMachine: ManagedMachine {
    var definition: RackDefinition.Machine { get }
    var faults: BMCFaults { get }
    var firmware: FirmwareState { get async }

    func setNextSettings(_ new: FirmwareSettings) async
    func setNextSecureBoot(_ new: Bool) async
    /// Puts a file into the virtual drive, or takes it out.
    func setMedium(_ file: String?) async throws
    /// Has every change of power told from now on.
    func observePower(_ observer: @escaping PowerObserver) async
}

extension VirtualMachine: RedfishMachine {}

/// Is told that a machine started, with how often it has, or that it lost power: nil.
typealias PowerObserver = @Sendable (_ start: Int?) async -> Void

/// A machine that is nothing but its state: what a BMC may be tried with where no QEMU runs.
actor MadeUpMachine: RedfishMachine {
    nonisolated let definition: RackDefinition.Machine
    nonisolated let faults: BMCFaults
    private(set) var power = PowerState.off
    private(set) var firmware: FirmwareState
    /// By what the machine started, each time.
    private(set) var history: [FirmwareState.Start] = []
    private var observers: [PowerObserver] = []

    var starts: Int { history.count }
    var bootOverride: BootOverride { firmware.bootOverride }

    init(_ definition: RackDefinition.Machine) {
        self.definition = definition
        faults = BMCFaults(definition.bmc.faults ?? [])
        firmware = FirmwareState(definition)
    }

    func powerOn() async {
        guard power == .off else { return }
        power = .on
        await start()
    }

    func powerOff() async {
        guard power == .on else { return }
        power = .off
        for observer in observers { await observer(nil) }
    }

    /// Its operating system always obeys.
    func pressPowerButton() async { await power == .on ? powerOff() : powerOn() }

    func reset() async {
        if power == .on { await start() }
    }

    func setBootOverride(_ new: BootOverride) { firmware.bootOverride = new }
    func setNextSettings(_ new: FirmwareSettings) { firmware.nextSettings = new }
    func setNextSecureBoot(_ new: Bool) { firmware.nextSecureBoot = new }
    func setMedium(_ file: String?) { firmware.medium = file }
    func sendBreak() {}
    func observePower(_ observer: @escaping PowerObserver) { observers.append(observer) }

    private func start() async {
        history.append(firmware.start())
        let count = history.count
        for observer in observers { await observer(count) }
    }
}
