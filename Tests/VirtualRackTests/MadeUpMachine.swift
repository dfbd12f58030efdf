import Synchronization

@testable import VirtualRack

/// A machine without metal: it does at once what it is told and keeps count.
final class MadeUpMachine: ManagedMachine {
    struct State: Hashable, Sendable {
        var power = PowerState.off
        var starts = 0
        var bootOverride = BootOverride.disabled
        var resets = 0
        var buttonPresses = 0
        var breaks = 0
        /// What was in force at the last start.
        var lastOrder: BootOrder?
    }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }
    var power: PowerState { now.power }
    var starts: Int { now.starts }
    var bootOverride: BootOverride { now.bootOverride }

    private func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func setBootOverride(_ new: BootOverride) async { change { $0.bootOverride = new } }

    func powerOn() async {
        change { state in
            guard state.power == .off else { return }
            state.power = .on
            state.starts += 1
            state.lastOrder = state.bootOverride.consume()
        }
    }

    func powerOff() async { change { $0.power = .off } }

    func reset() async {
        change { state in
            state.resets += 1
            state.starts += 1
            state.lastOrder = state.bootOverride.consume()
        }
    }

    func pressPowerButton() async { change { $0.buttonPresses += 1 } }
    func sendBreak() async { change { $0.breaks += 1 } }
}
