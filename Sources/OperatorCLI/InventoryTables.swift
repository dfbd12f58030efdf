import Inventory
import OperatorAPI

extension InventoryText {
    /// A machine's parts, a table for each kind that it has.
    static func tables(of inventory: Inventory, _ names: DeviceNames) -> [Table] {
        var tables: [Table] = []
        if !inventory.memory.modules.isEmpty { tables.append(modules(inventory.memory.modules)) }
        tables += [disks(inventory.disks), nics(inventory.nics)]
        if inventory.disks.contains(where: { $0.partitions?.isEmpty == false }) {
            tables.insert(partitions(inventory.disks), at: tables.count - 1)
        }
        if !inventory.gpus.isEmpty { tables.append(gpus(inventory.gpus, names)) }
        if !inventory.pci.isEmpty { tables.append(pci(inventory.pci, names)) }
        tables += healthTables(of: inventory)
        if let usb = inventory.usb, !usb.isEmpty { tables.append(self.usb(usb)) }
        if let sensors = inventory.sensors, !sensors.isEmpty { tables.append(self.sensors(sensors)) }
        return tables
    }

    private static func modules(_ modules: [Inventory.MemoryModule]) -> Table {
        var table = Table("MEMORY", "SIZE", "TYPE", "SPEED", "PART", "SERIAL")
        for module in modules {
            let speed = module.configuredSpeed ?? module.speed
            let possible = module.speed.flatMap { $0 == speed ? nil : " of \($0)" } ?? ""
            table.add(
                "\(module.locator ?? module.bank ?? "-")",
                "\(module.size.map { Octets.text($0) } ?? "-")",
                "\((module.type ?? "-") + (module.ecc == true ? " ECC" : ""))",
                "\(speed.map { "\($0)\(possible) MT/s" } ?? "-")",
                "\([module.vendor, module.part].compactMap(\.self).joined(separator: " "))",
                "\(module.serial ?? "")"
            )
        }
        return table
    }

    private static func disks(_ disks: [Inventory.Disk]) -> Table {
        var table = Table("DISK", "SIZE", "KIND", "MODEL", "SERIAL", "WWN", "PATH", "CONTENT", "HEALTH")
        for disk in disks {
            let spins = disk.rotational.map { $0 ? " rotational" : "" } ?? ""
            table.add(
                "\(disk.name)",
                "\(disk.size.map { Octets.text($0) } ?? "-")",
                "\((disk.transport ?? "-") + spins)",
                "\(disk.model ?? "-")",
                "\(disk.serial ?? "-")",
                "\(disk.wwn ?? "-")",
                "\(disk.busPath ?? "-")",
                "\(([disk.partitionTable] + (disk.signatures ?? []).map(words)).compactMap(\.self).joined(separator: ", "))",
                "\(disk.health.map(words) ?? "")"
            )
        }
        return table
    }

    private static func partitions(_ disks: [Inventory.Disk]) -> Table {
        var table = Table("PARTITION", "SIZE", "NAME", "CONTENT")
        for partition in disks.flatMap({ $0.partitions ?? [] }) {
            table.add(
                "\(partition.name)",
                "\(partition.size.map { Octets.text($0) } ?? "-")",
                "\(partition.label ?? "-")",
                "\((partition.signatures ?? []).map(words).joined(separator: ", "))"
            )
        }
        return table
    }

    /// `ext4 'root'`
    private static func words(_ signature: Inventory.Signature) -> String {
        signature.type + (signature.label.map { " '\($0)'" } ?? "")
    }

    private static func nics(_ nics: [Inventory.NIC]) -> Table {
        var table = Table("NIC", "MAC", "LINK", "DRIVER", "PATH", "SWITCH")
        for nic in nics {
            let link =
                switch nic.link {
                case true:
                    nic.speed.map { speed in
                        "\(speed)" + (nic.speedMax.flatMap { $0 > speed ? " of \($0)" : nil } ?? "") + " Mbit/s"
                    } ?? "up"
                case false: "none"
                default: "-"
                }
            table.add(
                "\(nic.name)",
                "\(nic.mac ?? "-")",
                "\(link + (nic.isBoot == true ? ", boot" : ""))",
                "\(nic.driver ?? "-")",
                "\(nic.busPath ?? "-")",
                "\(nic.neighbor.map(words) ?? "")"
            )
        }
        return table
    }

    /// `leaf-4a Ethernet1/7 (10.0.0.7), VLAN 10, 20 storage`
    private static func words(_ neighbor: Inventory.Neighbor) -> String {
        let ids = [neighbor.nativeVLAN].compactMap { $0.map { "\($0)" } }
        let named = neighbor.vlans.map { vlan in vlan.name.map { "\(vlan.id) \($0)" } ?? "\(vlan.id)" }
        let vlans = (ids + named).joined(separator: ", ")
        return "\(neighbor.switch) \(neighbor.port)" + (neighbor.managementAddress.map { " (\($0))" } ?? "")
            + (vlans.isEmpty ? "" : ", VLAN \(vlans)")
    }

    private static func gpus(_ gpus: [Inventory.PCIDevice], _ names: DeviceNames) -> Table {
        var table = Table("GPU", "ID", "DRIVER", "LINK", "NAME")
        for gpu in gpus {
            let name = names.pci[gpu.address]
            table.add("\(gpu.address)", "\(id(gpu))", "\(gpu.driver ?? "-")", "\(link(gpu))", "\(name?.device ?? "")")
        }
        return table
    }

    private static func pci(_ devices: [Inventory.PCIDevice], _ names: DeviceNames) -> Table {
        var table = Table("PCI", "ID", "CLASS", "DRIVER", "LINK", "NAME")
        for device in devices {
            let name = names.pci[device.address]
            table.add(
                "\(device.address)",
                "\(id(device))",
                "\(device.classCode.map { hexadecimal($0, digits: 6) } ?? "-")",
                "\(device.driver ?? "-")",
                "\(link(device))",
                "\([name?.kind, name?.device].compactMap(\.self).joined(separator: ": "))"
            )
        }
        return table
    }

    /// `x8 of x16, 8 GT/s of 16`
    private static func link(_ device: Inventory.PCIDevice) -> String {
        func number(_ speed: Double) -> String { Int(exactly: speed).map { "\($0)" } ?? "\(speed)" }
        let width = device.linkWidth.map { width in
            "x\(width)" + (device.linkWidthMax.flatMap { $0 == width ? nil : " of x\($0)" } ?? "")
        }
        let speed = device.linkSpeed.map { speed in
            "\(number(speed)) GT/s" + (device.linkSpeedMax.flatMap { $0 == speed ? nil : " of \(number($0))" } ?? "")
        }
        return [width, speed].compactMap(\.self).joined(separator: ", ")
    }

    private static func usb(_ devices: [Inventory.USBDevice]) -> Table {
        var table = Table("USB", "ID", "NAME", "SERIAL")
        for device in devices {
            table.add(
                "\(device.path)",
                "\(pair(device.vendorID, device.productID))",
                "\([device.vendor, device.product].compactMap(\.self).joined(separator: " "))",
                "\(device.serial ?? "")"
            )
        }
        return table
    }

    private static func sensors(_ sensors: [Inventory.Sensor]) -> Table {
        var table = Table("SENSOR", "CHIP", "VALUE", "LIMIT")
        for sensor in sensors {
            let unit =
                switch sensor.kind {
                case .temperature: "°C"
                case .fan: "rpm"
                case .voltage: "V"
                case .current: "A"
                case .power: "W"
                }
            table.add(
                "\(sensor.name)",
                "\(sensor.chip)",
                "\(sensor.value.map { "\($0) \(unit)" } ?? "-")",
                "\((sensor.critical ?? sensor.max).map { "\($0) \(unit)" } ?? "")"
            )
        }
        return table
    }

    private static func id(_ device: Inventory.PCIDevice) -> String { pair(device.vendorID, device.deviceID) }

    /// Vendor and device, four digits each.
    private static func pair(_ vendor: Int?, _ device: Int?) -> String {
        [vendor, device].map { $0.map { hexadecimal($0, digits: 4) } ?? "????" }.joined(separator: ":")
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
