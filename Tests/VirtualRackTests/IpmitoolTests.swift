import Foundation
import IPMI
import Testing

@testable import VirtualRack

/// The BMC as `ipmitool` finds it.
@Suite(.timeLimit(.minutes(5)))
struct IpmitoolTests {
    @Test(arguments: [3, 17])
    func powerIsSwitchedAndTold(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let off = try await bmc.ipmitool(suite, "chassis", "status")
            #expect(off["System Power"] == "off", "\(off.text)")
            #expect(off["Last Power Event"] == "")
            let cycled = try await bmc.ipmitool(suite, "chassis", "power", "cycle")
            #expect(cycled.status != 0, "a machine that is off has nothing to cycle: \(cycled.text)")
            #expect(try await bmc.ipmitool(suite, "chassis", "power", "on").text == "Chassis Power Control: Up/On\n")
            #expect(bmc.machine.power == .on)
            #expect(try await bmc.ipmitool(suite, "chassis", "power", "status").text == "Chassis Power is on\n")
            #expect(try await bmc.ipmitool(suite, "chassis", "status")["Last Power Event"] == "command")

            _ = try await bmc.ipmitool(suite, "chassis", "power", "cycle")
            #expect(bmc.machine.now.starts == 2)
            _ = try await bmc.ipmitool(suite, "chassis", "power", "reset")
            #expect(bmc.machine.now.resets == 1)
            _ = try await bmc.ipmitool(suite, "chassis", "power", "soft")
            #expect(bmc.machine.now.buttonPresses == 1)
            #expect(bmc.machine.power == .on, "the button asks the operating system, which made nothing of it")
            _ = try await bmc.ipmitool(suite, "chassis", "power", "off")
            #expect(bmc.machine.power == .off)
            let diag = try await bmc.ipmitool(suite, "chassis", "power", "diag")
            #expect(diag.status != 0, "\(diag.text)")
        }
    }

    @Test(arguments: [3, 17])
    func theBootDeviceIsSetReadBackAndObeyed(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            func flags() async throws -> String {
                try await bmc.ipmitool(suite, "chassis", "bootparam", "get", "5").text
            }
            let set = try await bmc.ipmitool(suite, "chassis", "bootdev", "pxe", "options=efiboot,persistent")
            #expect(set.text == "Set Boot Device to pxe\n")
            var said = try await flags()
            for line in ["Boot Flag Valid", "all future boots", "BIOS EFI boot", "Force PXE"] {
                #expect(said.contains(line), "\(said)")
            }
            #expect(bmc.machine.bootOverride == BootOverride(target: .network, duration: .continuous))

            _ = try await bmc.ipmitool(suite, "chassis", "bootdev", "disk")
            #expect(bmc.machine.bootOverride == BootOverride(target: .disk, duration: .once))
            _ = try await bmc.ipmitool(suite, "chassis", "power", "on")
            #expect(bmc.machine.now.lastOrder == .diskFirst)
            said = try await flags()
            #expect(said.contains("Boot Flag Invalid"), "the start used it up: \(said)")

            _ = try await bmc.ipmitool(suite, "chassis", "bootdev", "bios")
            said = try await flags()
            #expect(said.contains("Boot Flag Valid") && said.contains("Force Boot into BIOS Setup"), "\(said)")
            _ = try await bmc.ipmitool(suite, "chassis", "power", "reset")
            #expect(try await flags().contains("Boot Flag Invalid"))

            // Set in another way, it shows here as well.
            await bmc.machine.setBootOverride(BootOverride(target: .network, duration: .once))
            said = try await flags()
            #expect(said.contains("Boot Flag Valid") && said.contains("Force PXE"), "\(said)")
        }
    }

    @Test(arguments: [3, 17])
    func sensorsReadWhatTheMachineHas(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let cold = try await bmc.ipmitool(suite, "sdr", "list").rows
            #expect(cold.contains(["CPU Temp", "no reading", "ns"]), "\(cold)")
            await bmc.machine.powerOn()
            let printed = try await bmc.ipmitool(suite, "sdr", "elist", "all")
            let rows = Dictionary(printed.rows.map { ($0[0], $0) }) { first, _ in first }
            for sensor in bmc.description.sensors {
                switch (sensor.content, sensor.on) {
                case (.full(let record), .value(let raw)):
                    let value = try #require(record.value(raw))
                    let wanted = "\(record.text(of: value)) \(record.sensor.units)"
                    #expect(rows[record.name.text]?.last == wanted, "\(printed.text)")
                case (.compact(let record), .states(let states)):
                    let names = SensorReading(raw: 0, states: states).offsets.map {
                        record.sensor.type.stateName($0, record.sensor.readingType)
                    }
                    #expect(rows[record.name.text]?.last?.lowercased() == names.first?.lowercased() ?? "")
                default: #expect(rows["SEL"] != nil)
                }
            }
            #expect(rows["Machine"]?.contains("Logical FRU @00h") == true, "\(printed.text)")
            #expect(rows["BMC"]?.last?.hasSuffix("MC @ 20h") == true, "\(printed.text)")
            // Thresholds: name, value, unit, state, then lower and upper ones.
            let sensors = try await bmc.ipmitool(suite, "sensor", "list").rows
            let fan = try #require(sensors.first { $0[0] == "Fan 1" })
            #expect(fan[4...] == ["na", "600.000", "1200.000", "na", "na", "na"])
        }
    }

    @Test(arguments: [3, 17])
    func partsAndLogAreThose(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let fru = try await bmc.ipmitool(suite, "fru", "print")
            #expect(fru["Product Serial"] == bmc.definition.serial)
            #expect(fru["Chassis Serial"] == bmc.definition.serial)
            #expect(fru["Product Asset Tag"] == bmc.definition.name)
            #expect(fru["Product Name"] == "Virtual Rack", "as SMBIOS says on these machines")
            #expect(fru["Chassis Type"] == "Rack Mount Chassis")

            _ = try await bmc.ipmitool(suite, "chassis", "power", "on")
            var log = try await bmc.ipmitool(suite, "sel", "elist").rows
            #expect(log.count == 2)
            #expect(log.first?[3...] == ["Event Logging Disabled SEL", "Log area reset/cleared", "Asserted"])
            #expect(log.last?[3...] == ["Power Unit Power Unit", "Power off/down", "Deasserted"])
            #expect(try await bmc.ipmitool(suite, "sel", "info")["Entries"] == "2")
            _ = try await bmc.ipmitool(suite, "sel", "clear")
            log = try await bmc.ipmitool(suite, "sel", "list").rows
            #expect(log == [["SEL has no entries"]])
            let set = try await bmc.ipmitool(suite, "sel", "time", "set", "01/02/31 03:04:05")
            #expect(set.text.hasPrefix("01/02/31 03:04:0"), "\(set.text)")
        }
    }

    @Test(arguments: [3, 17])
    func theControllerItsNetworkAndItsUsersAreTold(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let info = try await bmc.ipmitool(suite, "mc", "info")
            #expect(info["IPMI Version"] == "2.0")
            #expect(info["Firmware Revision"] == "1.00")
            let guid = try await bmc.ipmitool(suite, "mc", "guid")
            #expect(guid["System GUID"] == bmc.definition.uuid)
            let lan = try await bmc.ipmitool(suite, "lan", "print", "1")
            #expect(lan.status == 0)
            #expect(lan["IP Address"] == bmc.definition.bmc.address)
            #expect(lan["Subnet Mask"] == "255.255.255.0")
            #expect(lan["Default Gateway IP"] == "10.77.0.1")
            #expect(lan["MAC Address"] == "06:54:00:12:34:56")
            #expect(lan["IP Address Source"] == "Static Address")
            #expect(lan["RMCP+ Cipher Suites"] == "17,3")
            let users = try await bmc.ipmitool(suite, "user", "list", "1").text.split(separator: "\n")
                .map { $0.split(separator: " ").map(String.init) }
            #expect(users.contains(["2", "admin", "true", "false", "true", "ADMINISTRATOR"]), "\(users)")
            let sessions = try await bmc.ipmitool(suite, "session", "info", "active")
            #expect(sessions["console ip"] == "127.0.0.1")
            #expect(sessions["privilege level"] == "ADMINISTRATOR")
        }
    }

    @Test func aUserThatIsMadeMayDoWhatItsPrivilegeAllows() async throws {
        try await LoopbackBMC.with { bmc in
            _ = try await bmc.ipmitool(17, "user", "set", "name", "3", "viewer")
            _ = try await bmc.ipmitool(17, "user", "set", "password", "3", "Another-pass-12", "16")
            _ = try await bmc.ipmitool(17, "channel", "setaccess", "1", "3", "ipmi=on", "privilege=2")
            _ = try await bmc.ipmitool(17, "user", "enable", "3")
            func asViewer(_ privilege: String, _ words: String...) async throws -> LoopbackBMC.Printed {
                try await bmc.ipmitool(
                    17,
                    words: ["-L", privilege] + words,
                    user: "viewer",
                    password: "Another-pass-12"
                )
            }
            #expect(try await asViewer("USER", "chassis", "power", "status").text == "Chassis Power is off\n")
            let refused = try await asViewer("USER", "chassis", "power", "on")
            #expect(refused.text.contains("Insufficient privilege level"), "\(refused.text)")
            #expect(bmc.machine.power == .off)
            let tooHigh = try await asViewer("ADMINISTRATOR", "chassis", "power", "on")
            #expect(tooHigh.status != 0)
            #expect(bmc.machine.power == .off)
        }
    }

    @Test func theBestSuiteIsChosenWhereNoneIsAskedFor() async throws {
        for (suites, wanted) in [(CipherSuite.allCases, 17), ([.sha1], 3)] {
            try await LoopbackBMC.with(suites: suites) { bmc in
                let words =
                    bmc.ipmitoolWords(0).filter { $0 != "-C" && $0 != "0" } + ["-v", "chassis", "power", "status"]
                let printed = try await bmc.run("/usr/bin/ipmitool", words, ["IPMI_PASSWORD": LoopbackBMC.password])
                #expect(printed.text.contains("Using best available cipher suite \(wanted)\n"), "\(printed.text)")
                #expect(printed.text.hasSuffix("Chassis Power is off\n"))
            }
        }
    }

    @Test(arguments: [0, 1, 2, 8, 12, 15, 16])
    func suitesWithoutEncryptionOrWithMD5AreRefused(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let printed = try await bmc.ipmitool(suite, "chassis", "status")
            #expect(printed.status != 0)
            #expect(printed["System Power"] == nil, "\(printed.text)")
        }
    }

    @Test(arguments: [3, 17])
    func wrongCredentialsAreToldAsSuch(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let password = try await bmc.ipmitool(suite, words: ["-v", "chassis", "status"], password: "not-it")
            #expect(password.status != 0)
            #expect(password.text.contains("RAKP 2 HMAC is invalid"), "\(password.text)")
            let user = try await bmc.ipmitool(suite, words: ["-v", "chassis", "status"], user: "nobody")
            #expect(user.text.contains("unauthorized name"), "\(user.text)")
        }
    }
}
