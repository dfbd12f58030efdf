import Foundation
import Inventory
import OperatorAPI
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// UEFI machines that boot by HTTP, with Secure Boot on, and over IPv6; each with the real firmware.
    @Test(.timeLimit(.minutes(20)))
    func uEFIMachinesBootByHTTPWithSecureBootAndOverIPv6() async throws {
        let definition = RackDefinition(
            network: RackDefinition.Network(
                namespace: Lab.namespace,
                bridge: "br0",
                address: "10.77.0.1/24",
                address6: "fd00:77::1/64",
                uplink: Lab.uplink
            ),
            machines: [
                Lab.machine("web", 1, firmware: .uefi, networkBoot: .http),
                Lab.machine("safe", 2, firmware: .uefi, secureBoot: true),
                Lab.machine("six", 3, firmware: .uefi, networkBoot: .pxe6),
            ]
        )
        try await Lab.run(definition) { lab in
            try lab.edit("controller.yaml") { text in
                text.replacingOccurrences(
                    of: "boot:\n",
                    with: """
                          - interface: br0
                            subnet: fd00:77::/64
                            pool: fd00:77::1000-fd00:77::1fff
                            advertise: true
                        boot:

                        """
                )
            }
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            try await lab.enroll(definition.machines)
            try await lab.command("node", "set-loader", "safe", "shim")
            try await lab.inspectAll(minutes: 15)

            let web = try await lab.command("timeline", "web")
            #expect(web.contains("HTTP boot"), "the firmware asked for HTTP boot")
            #expect(web.contains("fetched rackwright-52-54-00-77-0c-01.efi"), "\(web)")
            #expect(!web.contains("vmlinuz") && !web.contains("snponly"), "nothing ran between firmware and kernel")

            let safe = try await lab.command("timeline", "safe")
            for station in ["sent shimx64.efi", "sent grubx64.efi", "GRUB's configuration", "sent vmlinuz"] {
                #expect(safe.contains(station), "the signed chain lacks '\(station)': \(safe)")
            }
            let inventory = try await lab.command("inventory", "show", "safe", "-o", "json")
            let found = try JSONDecoder().decode(Inventory.self, from: Data(inventory.utf8))
            #expect(found.secureBoot == true, "the kernel that runs says that Secure Boot is on")

            let six = try await lab.command("timeline", "six")
            #expect(six.contains("DHCPv6 REQUEST -> REPLY fd00:77::"), "\(six)")
            #expect(six.contains("tftp://[fd00:77::1]/"), "\(six)")
            #expect(six.contains("snponly.efi"), "the loader came by TFTP over IPv6: \(six)")
            let explained = try await lab.command("boot", "explain", "52:54:00:77:0c:02")
            #expect(explained.contains("52:54:00:77:0c:02 is safe") && explained.contains("shimx64.efi"))
            let board = try await lab.command("boot", "watch", "--once")
            #expect(board.contains("web") && board.contains("agent"), "\(board)")
        }
    }
}
