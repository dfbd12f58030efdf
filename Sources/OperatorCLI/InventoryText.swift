public import Inventory

/// A machine's hardware as text for people.
public enum InventoryText {
    public static func of(_ inventory: Inventory, node: String, _ look: Appearance) -> String {
        var lines = [
            "\(node.oneLine), read at \(look.clock(inventory.collectedAt)) (\(look.age(inventory.collectedAt)) ago)",
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
                cpu.threads.map { count($0, "thread") },
            ]
        )
        let memory = inventory.memory
        fact(
            "memory",
            [
                memory.total.map { Octets.text($0) }, memory.installed.map { "\(Octets.text($0)) installed" },
                memory.modules.isEmpty ? nil : count(memory.modules.count, "module"),
            ]
        )
        fact("kernel", [inventory.kernel.release, inventory.kernel.agentVersion.map { "agent \($0)" }])
        if !memory.modules.isEmpty { lines += section(modules(memory.modules), look) }
        lines += section(disks(inventory.disks), look)
        lines += section(nics(inventory.nics), look)
        if !inventory.gpus.isEmpty { lines += section(gpus(inventory.gpus), look) }
        if !inventory.pci.isEmpty { lines += section(pci(inventory.pci), look) }
        return lines.joined(separator: "\n")
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)" + (number == 1 ? "" : "s")
    }

    private static func section(_ table: Table, _ look: Appearance) -> [String] {
        var look = look
        look.width = look.width.map { max(0, $0 - 2) }
        return [""] + table.lines(look).map { "  " + $0 }
    }

    private static func modules(_ modules: [Inventory.MemoryModule]) -> Table {
        var table = Table("MEMORY", "SIZE", "TYPE", "SPEED")
        for module in modules {
            table.add(
                "\(module.locator ?? module.bank ?? "-")",
                "\(module.size.map { Octets.text($0) } ?? "-")",
                "\(module.type ?? "-")",
                "\(module.speed.map { "\($0) MT/s" } ?? "-")"
            )
        }
        return table
    }

    private static func disks(_ disks: [Inventory.Disk]) -> Table {
        var table = Table("DISK", "SIZE", "KIND", "MODEL", "SERIAL", "WWN", "PATH")
        for disk in disks {
            let spins = disk.rotational.map { $0 ? " rotational" : "" } ?? ""
            table.add(
                "\(disk.name)",
                "\(disk.size.map { Octets.text($0) } ?? "-")",
                "\((disk.transport ?? "-") + spins)",
                "\(disk.model ?? "-")",
                "\(disk.serial ?? "-")",
                "\(disk.wwn ?? "-")",
                "\(disk.busPath ?? "-")"
            )
        }
        return table
    }

    private static func nics(_ nics: [Inventory.NIC]) -> Table {
        var table = Table("NIC", "MAC", "LINK", "DRIVER", "PATH")
        for nic in nics {
            let link =
                switch nic.link {
                case true: nic.speed.map { "\($0) Mbit/s" } ?? "up"
                case false: "none"
                default: "-"
                }
            table.add(
                "\(nic.name)",
                "\(nic.mac ?? "-")",
                "\(link + (nic.isBoot == true ? ", boot" : ""))",
                "\(nic.driver ?? "-")",
                "\(nic.busPath ?? "-")"
            )
        }
        return table
    }

    private static func gpus(_ gpus: [Inventory.PCIDevice]) -> Table {
        var table = Table("GPU", "ID", "DRIVER")
        for gpu in gpus { table.add("\(gpu.address)", "\(id(gpu))", "\(gpu.driver ?? "-")") }
        return table
    }

    private static func pci(_ devices: [Inventory.PCIDevice]) -> Table {
        var table = Table("PCI", "ID", "CLASS", "DRIVER")
        for device in devices {
            table.add(
                "\(device.address)",
                "\(id(device))",
                "\(device.classCode.map { hexadecimal($0, digits: 6) } ?? "-")",
                "\(device.driver ?? "-")"
            )
        }
        return table
    }

    /// Vendor and device, four digits each.
    private static func id(_ device: Inventory.PCIDevice) -> String {
        [device.vendorID, device.deviceID].map { $0.map { hexadecimal($0, digits: 4) } ?? "????" }
            .joined(separator: ":")
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
