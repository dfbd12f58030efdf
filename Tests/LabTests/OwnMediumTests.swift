import Foundation
import Inventory
import TestSupport
import Testing

@testable import VirtualRack

extension Machines {
    /// Nobody gives addresses, and nothing is loaded from the network: the ramdisk and what it must know come by the drives
    /// that the BMCs show, by BIOS and by UEFI.
    @Test(.timeLimit(.minutes(20)))
    func machinesOnANetworkWithoutDHCPBootMediaOfTheirOwn() async throws {
        let machines = [Lab.machine("disc", 1, firmware: .bios), Lab.machine("efi", 2, firmware: .uefi)]
        let definition = RackDefinition(network: Lab.network, machines: machines)
        try await Lab.run(definition) { lab in
            try lab.edit("controller.yaml") { $0.replacingOccurrences(of: "mode: full", with: "mode: off") }
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll(machines)
            for (number, machine) in machines.enumerated() {
                try await lab.command(
                    "node",
                    "set-network",
                    machine.name,
                    "--address",
                    "10.77.0.\(61 + number)/24",
                    "--gateway",
                    "10.77.0.1",
                    "--dns",
                    "10.77.0.1",
                    "--mac",
                    try #require(machine.macs.first)
                )
                let said = try await lab.command("node", "set-boot", machine.name, "media")
                #expect(said.contains("the ramdisk comes by the BMC's drive Cd"))
            }
            try await lab.inspectAll(minutes: 15)

            for (number, machine) in machines.enumerated() {
                let name = machine.name
                try await lab.until("bmc", "media", name, says: "empty", seconds: 30)
                let timeline = try await lab.command("timeline", name)
                for station in [
                    "a medium with the ramdisk was inserted into the drive Cd", "reads the medium with the ramdisk",
                    "boot device asked for: cd, once", "the machine booted from its medium",
                    "the medium with the ramdisk was ejected",
                ] { #expect(timeline.contains(station), "'\(station)' is not on the timeline: \(timeline)") }
                for other in [" dhcp ", " tftp ", "vmlinuz"] { #expect(!timeline.contains(other), "\(timeline)") }
                let log = try String(contentsOfFile: try #require(lab.log(of: name)), encoding: .isoLatin1)
                #expect(log.contains("has 10.77.0.\(61 + number)/24 by 10.77.0.1"), "\(log.suffix(1500))")
                let shown = try await lab.command("inventory", "show", name, "-o", "json")
                let inventory = try JSONDecoder().decode(Inventory.self, from: Data(shown.utf8))
                #expect(inventory.bootMode == (machine.firmware == .uefi ? .uefi : .bios))
                let explained = try await lab.command("explain", name)
                #expect(explained.contains("by virtual media; it has 10.77.0.\(61 + number)/24"), "\(explained)")
                let boot = try await lab.command("boot", "explain", try #require(machine.macs.first))
                #expect(boot.contains(name))
            }
        }
    }
}

extension Lab {
    fileprivate func log(of machine: String) -> String? {
        rack.machines.first { $0.definition.name == machine }?.serialLog
    }
}
