import Foundation
import IPMI
import Testing

@testable import VirtualRack

/// The BMC as FreeIPMI's programs find it.
@Suite(.timeLimit(.minutes(5)))
struct FreeIPMITests {
    @Test(arguments: [3, 17])
    func powerIsSwitchedAndTold(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            #expect(try await bmc.freeIPMI("ipmi-power", suite, "--stat").text == "127.0.0.1: off\n")
            let on = try await bmc.freeIPMI("ipmi-power", suite, "--on", "--wait-until-on")
            #expect(on.text == "127.0.0.1: ok\n")
            #expect(bmc.machine.power == .on)
            let status = try await bmc.freeIPMI("ipmi-chassis", suite, "--get-chassis-status")
            #expect(status["System Power"] == "on", "\(status.text)")
            #expect(status["Last Power Event"] == "power on via ipmi command", "\(status.text)")
            #expect(status["Chassis Identify state"] == "off")
            _ = try await bmc.freeIPMI("ipmi-chassis", suite, "--chassis-identify=FORCE")
            let lit = try await bmc.freeIPMI("ipmi-chassis", suite, "--get-chassis-status")
            #expect(lit["Chassis Identify state"] == "Indefinite on", "\(lit.text)")
            _ = try await bmc.freeIPMI("ipmi-power", suite, "--reset")
            #expect(bmc.machine.now.resets == 1)
            _ = try await bmc.freeIPMI("ipmi-power", suite, "--off", "--wait-until-off")
            #expect(bmc.machine.power == .off)
        }
    }

    @Test(arguments: [3, 17])
    func sensorsReadWhatTheMachineHas(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            await bmc.machine.powerOn()
            let printed = try await bmc.freeIPMI("ipmi-sensors", suite, "--quiet-cache", "--output-sensor-thresholds")
            let rows = Dictionary(printed.rows.filter { $0.count > 4 }.map { ($0[1], $0) }) { first, _ in first }
            for sensor in bmc.description.sensors {
                guard case .full(let record) = sensor.content, case .value(let raw)? = sensor.on else { continue }
                let row = try #require(rows[record.name.text], "\(printed.text)")
                #expect(isNear(Double(row[3]), record.value(raw)))
                #expect(row.last == "'OK'")
                let thresholds = SensorThresholds(of: record)
                let kinds: [RawThresholds.Kind] = [
                    .lowerNonRecoverable, .lowerCritical, .lowerNonCritical,
                    .upperNonCritical, .upperCritical, .upperNonRecoverable,
                ]
                for (kind, said) in zip(kinds, row[5...]) {
                    let wanted = thresholds[kind].flatMap { record.value($0) }
                    #expect(isNear(Double(said), wanted), "\(record.name.text) \(kind): \(said)")
                }
            }
            #expect(rows["PS 1"]?.last == "'Presence detected'")
        }
    }

    /// As near as two places after the point are.
    private func isNear(_ printed: Double?, _ value: Double?) -> Bool {
        guard let printed, let value else { return printed == nil && value == nil }
        return (printed - value).magnitude < 0.006
    }

    @Test(arguments: [3, 17])
    func partsLogAndControllerAreThose(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let fru = try await bmc.freeIPMI("ipmi-fru", suite, "--quiet-cache")
            #expect(fru["FRU Product Serial Number"] == bmc.definition.serial, "\(fru.text)")
            #expect(fru["FRU Board Product Name"] == "Virtual Board")
            let info = try await bmc.freeIPMI("bmc-info", suite)
            #expect(info["IPMI Version"] == "2.0")
            // FreeIPMI reads a GUID as the specification says, last octet first.
            let groups = bmc.definition.uuid.split(separator: "-")
            #expect(info["System GUID"]?.hasSuffix("\(groups[1])\(groups[0])".suffix(4)) == true, "\(info.text)")

            _ = try await bmc.freeIPMI("ipmi-power", suite, "--on")
            _ = try await bmc.freeIPMI("ipmi-power", suite, "--stat")
            let log = try await bmc.freeIPMI("ipmi-sel", suite, "--quiet-cache", "--output-event-state")
            let last = try #require(log.rows.last)
            #expect(log.rows.count == 3, "a heading and two events: \(log.text)")
            #expect(last.dropFirst(3).first == "Power Unit" && last.last == "Power Off/Power Down", "\(log.text)")
            _ = try await bmc.freeIPMI("ipmi-sel", suite, "--quiet-cache", "--clear")
            #expect(
                try await bmc.freeIPMI("ipmi-sel", suite, "--quiet-cache", "--info")["Number of log entries"] == "0"
            )
        }
    }

    @Test(arguments: [3, 17])
    func bootFlagsThatAreCommittedAreObeyed(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let section = "Chassis_Boot_Flags"
            let committed = try await bmc.freeIPMI(
                "ipmi-config",
                suite,
                "--category=chassis",
                "--commit",
                "-e",
                "\(section):Boot_Device=PXE",
                "-e",
                "\(section):Boot_Flags_Persistent=Yes",
                "-e",
                "\(section):BIOS_Boot_Type=EFI"
            )
            #expect(committed.status == 0, "\(committed.text)")
            #expect(bmc.machine.bootOverride == BootOverride(target: .network, duration: .continuous))
            let read = try await bmc.freeIPMI(
                "ipmi-config",
                suite,
                "--category=chassis",
                "--checkout",
                "-S",
                section
            )
            let settings = read.text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
            for setting in [["Boot_Device", "PXE"], ["Boot_Flags_Persistent", "Yes"], ["BIOS_Boot_Type", "EFI"]] {
                #expect(settings.contains { $0.map(String.init) == setting }, "\(read.text)")
            }
        }
    }

    @Test(arguments: [3, 17])
    func aWrongPasswordIsToldAsSuch(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let printed = try await bmc.freeIPMI("ipmi-chassis", suite, "--get-chassis-status", password: "not-it")
            #expect(printed.text.contains("password invalid"), "\(printed.text)")
        }
    }
}
