public import Inventory
public import OperatorAPI

/// A machine's hardware as text for people.
public enum InventoryText {
    /// - Parameter names: what its PCI devices are called, where that is known
    public static func of(
        _ inventory: Inventory,
        node: String,
        names: DeviceNames = DeviceNames(pci: [:]),
        _ look: Appearance
    ) -> String {
        var lines = [
            "\(node.oneLine), read at \(look.clock(inventory.collectedAt)) (\(look.age(inventory.collectedAt)) ago)"
                + (inventory.source == .bmc ? ", told by its BMC" : ""),
            "",
        ]
        func fact(_ name: String, _ values: [String?]) {
            let text = values.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
            let head = name + String(repeating: " ", count: max(0, 10 - name.count))
            lines.append("  " + look.tinted(head, .faint) + (text.isEmpty ? "not known" : text.oneLine))
        }
        let cpu = inventory.cpu
        fact(
            "system",
            [inventory.system.vendor, inventory.system.product, inventory.system.serial.map { "serial \($0)" }]
        )
        fact("uuid", [inventory.system.uuid])
        fact(
            "firmware",
            [
                inventory.firmware.vendor, inventory.firmware.version, inventory.firmware.date,
                inventory.bootMode.map { "boots by \($0 == .uefi ? "UEFI" : "BIOS")" },
                inventory.secureBoot.map { "secure boot \($0 ? "on" : "off")" },
            ]
        )
        fact(
            "cpu",
            [
                cpu.model, cpu.architecture, cpu.sockets.map { count($0, "socket") },
                cpu.cores.map { count($0, "core") },
                cpu.threads.map { count($0, "thread") }, cpu.frequencyMax.map { "up to \($0) MHz" },
                cpu.microcode.map { "microcode \($0)" },
            ]
        )
        let memory = inventory.memory
        fact(
            "memory",
            [
                memory.total.map { Octets.text($0) }, memory.installed.map { "\(Octets.text($0)) installed" },
                memory.modules.isEmpty ? nil : count(memory.modules.count, "module"),
                memory.slots.map { "\(count($0, "slot"))" },
            ]
        )
        if let numa = inventory.numa, numa.count > 1 {
            fact(
                "numa",
                numa.map { node in
                    let parts = [node.processors.map { "threads \($0)" }, node.memory.map { Octets.text($0) }]
                    return "\(node.number): " + parts.compactMap(\.self).joined(separator: ", ")
                }
            )
        }
        if let tpm = inventory.tpm {
            fact(
                "tpm",
                [
                    tpm.version, tpm.vendor, tpm.model, tpm.firmware.map { "firmware \($0)" },
                    tpm.endorsementKey.map { "endorsement key \($0.prefix(16))…" },
                    tpm.endorsementCertificate == nil ? nil : "certified by its maker",
                ]
            )
        }
        if let bmc = inventory.bmc {
            let inside = [bmc.serviceAddress, bmc.servicePort.map { "\($0)" }].compactMap(\.self)
            fact(
                "bmc",
                [
                    bmc.address, bmc.ipv6Addresses?.joined(separator: ", "), bmc.mac, bmc.interface,
                    bmc.ipmiVersion.map { "IPMI \($0)" },
                    inside.isEmpty ? nil : "Redfish within at \(inside.joined(separator: ":"))",
                ]
            )
        }
        if let health = inventory.health { fact("health", words(health)) }
        if let test = inventory.burnIn, test != inventory.health { fact("tested", words(test)) }
        fact("kernel", [inventory.kernel.release, inventory.kernel.agentVersion.map { "agent \($0)" }])
        for table in tables(of: inventory, names) {
            var look = look
            look.width = look.width.map { max(0, $0 - 2) }
            lines += [""] + table.lines(look).map { "  " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)" + (number == 1 ? "" : "s")
    }
}
