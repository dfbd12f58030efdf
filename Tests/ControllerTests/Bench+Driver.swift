import BMC
import Inventory
import Synchronization

extension Bench {
    /// A BMC of the bench's that does what it is told.
    struct Driver: BMCDriver {
        let bench: Bench
        let address: String

        func identify() async throws -> BMCIdentity { BMCIdentity(interface: "fake 1.0") }
        func powerState() async throws -> PowerState { .on }
        func setPower(_ action: PowerAction) async throws { bench.resets.withLock { $0.append(address) } }
        func setBootDevice(_ setting: BootSetting) async throws {}
        func bootDevice() async throws -> BootSetting { BootSetting(device: .pxe) }

        func sensors() async throws -> BMCSensors {
            BMCSensors(sensors: [BMCSensor(name: "Fan 1", kind: "Fan", value: 5017.6, text: "5017.60 RPM", status: .ok)]
            )
        }

        func inventory() async throws -> [BMCPart] {
            guard address != "10.0.0.2" else {
                throw BMCError(.notSupported, bmc: address, operation: "reading the parts", detail: "not yet")
            }
            return [BMCPart(name: "machine", manufacturer: "Rackwright", serialNumber: "SN-1")]
        }

        func hardware(at instant: Double) async throws -> Inventory {
            guard var inventory = bench.settings.withLock({ $0.hardware[address] }) else {
                throw BMCError(.notSupported, bmc: address, operation: "reading", detail: "not yet")
            }
            inventory.collectedAt = instant
            return inventory
        }

        func eventLog(limit: Int) async throws -> BMCEventLog {
            let events = bench.events.withLock { $0 }
            return BMCEventLog(events: events.suffix(limit), total: events.count)
        }

        func probe(recording limit: Int?) async throws -> BMCProbe {
            BMCProbe(
                capabilities: BMCCapabilities(
                    identity: try await identify(),
                    login: "session",
                    power: .on,
                    features: [.init("sensors", true, "1")]
                ),
                recording: limit.map { Array("\($0)".utf8) }
            )
        }

        func clearEventLog() async throws { bench.events.withLock { $0 = [] } }

        func setPassword(_ new: Secret) async throws {
            guard address != "10.0.0.2" else {
                throw BMCError(.refused, bmc: address, operation: "setting a new password", detail: "too plain")
            }
            bench.bmcPassword.withLock { $0 = new.reveal() }
        }

        func console() async throws -> any BMCConsole {
            guard address != "10.0.0.2" else {
                throw BMCError(
                    .refused,
                    bmc: address,
                    operation: "attaching to the serial console",
                    detail: "none here"
                )
            }
            let console = LoudConsole()
            bench.consoles.withLock { $0.append(console) }
            return console
        }

        func bios() async throws -> BMCBIOS { bench.settings.withLock { $0.bios } }
        func setBIOS(_ wanted: [String: String], applyTime: String?, isTrial: Bool) async throws -> BMCBIOSOutcome {
            try bench.settings.withLock { try $0.set(wanted, isTrial) }
        }
        func secureBoot() async throws -> BMCSecureBoot { bench.settings.withLock { $0.secureBoot } }
        func setSecureBoot(_ isEnabled: Bool) async throws -> BMCSecureBoot {
            bench.settings.withLock { settings in
                settings.secureBoot.isEnabled = isEnabled
                return settings.secureBoot
            }
        }
        func media() async throws -> BMCMedia {
            if let problem = bench.settings.withLock({ $0.mediaProblem }) {
                throw BMCError(.refused, bmc: address, operation: "reading the virtual media", detail: problem)
            }
            return BMCMedia(slot: "CD", image: bench.settings.withLock { $0.image })
        }
        func insertMedia(_ uri: String) async throws -> BMCMedia {
            _ = try await media()
            bench.settings.withLock { $0.image = uri }
            return try await media()
        }
        func ejectMedia() async throws -> BMCMedia {
            _ = try await media()
            bench.settings.withLock { $0.image = nil }
            return try await media()
        }
        func firmware() async throws -> [BMCFirmware] {
            [BMCFirmware(id: "BIOS", name: "System BIOS", version: "1.2", isUpdateable: true)]
        }
        func startUpdate(
            _ source: BMCFirmwareSource,
            targets: [String],
            progress: @escaping @Sendable (Int64, Int64) -> Void
        ) async throws -> BMCTask {
            try bench.settings.withLock { try $0.take(source, targets) }
            progress(10, 10)
            return BMCTask(task: "/t", state: BMCTaskState(phase: .running))
        }
        func lan() async throws -> BMCLAN { bench.settings.withLock { $0.network.lan(at: address) } }
        func setLAN(_ wanted: BMCLANWish) async throws -> BMCLANOutcome {
            try bench.settings.withLock { try $0.network.set(wanted, at: address) }
        }
        func users() async throws -> BMCUsers { BMCUsers(users: bench.settings.withLock { $0.users }) }
        func changeUser(_ change: BMCUserChange) async throws -> BMCUsers {
            bench.settings.withLock { $0.change(change) }
        }
        func look(at task: BMCTask) async throws -> BMCTask { bench.settings.withLock { $0.look(task) } }
        func close() async {}
    }
}
