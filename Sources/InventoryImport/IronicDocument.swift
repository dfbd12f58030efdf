import Inventory
import JSONTree
import LLDP
import Octets

/// What ironic-python-agent found, bare or as ironic and ironic-inspector keep it: `inventory` with `plugin_data`, or beside
/// what inspector made of it.
struct IronicDocument {
    private let document: JSONValue
    private let inventory: JSONValue
    private let plugins: JSONValue

    static func isOne(_ document: JSONValue) -> Bool {
        !document["inventory"].isNull || !document["interfaces"].isNull || !document["numa_topology"].isNull
            || !document["all_interfaces"].isNull || !document["system_vendor"].isNull
            || (!document["cpu"].isNull && !document["memory"].isNull)
    }

    init(_ document: JSONValue) {
        self.document = document
        inventory = document["inventory"].isNull ? document : document["inventory"]
        plugins = document["plugin_data"].isNull ? document : document["plugin_data"]
    }

    var machine: ImportedMachine {
        // A collector's facts alone, or beside the rest.
        let facts = HardwareFacts(plugins["extra"].isNull ? (isFacts ? document : .null) : plugins["extra"]).machine
        var found = facts.inventory
        fill(&found.system)
        fill(&found.firmware)
        fill(&found.cpu)
        fill(&found.memory)
        let disks = inventory["disks"].list.compactMap { disk($0) }
        if !disks.isEmpty { found.disks = disks.map { with(facts.inventory, $0) } }
        let nics = inventory["interfaces"].list.compactMap { nic($0) }
        if !nics.isEmpty { found.nics = nics }
        found.bootMode = inventory["boot"]["current_boot_mode"].text.flatMap { Inventory.BootMode(rawValue: $0) }
        found.bmc = bmc
        found.numa = numa
        let pci = pci
        if !pci.isEmpty { found.pci = pci }
        return ImportedMachine(name: MakersWord.known(inventory["hostname"].text), inventory: found)
    }

    /// Objects in objects of objects, and none of the agent's own lists.
    private var isFacts: Bool { document["interfaces"].isNull && !document["cpu"]["physical"].isNull }

    private func fill(_ system: inout Inventory.System) {
        let vendor = inventory["system_vendor"]
        system.vendor = MakersWord.known(vendor["manufacturer"].text) ?? system.vendor
        system.product = MakersWord.known(vendor["product_name"].text) ?? system.product
        system.serial = MakersWord.known(vendor["serial_number"].text) ?? system.serial
    }

    private func fill(_ firmware: inout Inventory.Firmware) {
        let told = inventory["system_vendor"]["firmware"]
        firmware.vendor = MakersWord.known(told["vendor"].text) ?? firmware.vendor
        firmware.version = MakersWord.known(told["version"].text) ?? firmware.version
        firmware.date = MakersWord.known(told["build_date"].text) ?? firmware.date
    }

    private func fill(_ cpu: inout Inventory.CPU) {
        let told = inventory["cpu"]
        cpu.model = MakersWord.known(told["model_name"].text) ?? cpu.model
        cpu.architecture =
            told["architecture"].text ?? document["cpu_arch"].text ?? plugins["cpu_arch"].text
            ?? cpu.architecture
        cpu.threads = told["count"].integer ?? document["cpus"].integer ?? plugins["cpus"].integer ?? cpu.threads
        cpu.sockets = told["socket_count"].integer ?? cpu.sockets
        cpu.frequencyMax = told["frequency"].integer ?? cpu.frequencyMax
        let flags = told["flags"].list.compactMap(\.text)
        if !flags.isEmpty { cpu.flags = flags }
    }

    private func fill(_ memory: inout Inventory.Memory) {
        let mebibytes =
            inventory["memory"]["physical_mb"].integer ?? document["memory_mb"].integer ?? plugins["memory_mb"].integer
        memory.total = inventory["memory"]["total"].integer ?? memory.total
        memory.installed = mebibytes.flatMap { $0 > 0 && $0 < 1 << 40 ? $0 << 20 : nil } ?? memory.installed
    }

    private func disk(_ value: JSONValue) -> Inventory.Disk? {
        guard let device = value["name"].text, let name = device.split(separator: "/").last.map(String.init) else {
            return nil
        }
        let vendor = value["vendor"].text.flatMap { $0.hasPrefix("0x") || $0 == "ATA" ? nil : $0 }
        let path = value["by_path"].text?.split(separator: "/").last.map(String.init)
        return Inventory.Disk(
            name: name,
            model: MakersWord.known(value["model"].text),
            vendor: MakersWord.known(vendor),
            serial: MakersWord.known(value["serial"].text),
            wwn: MakersWord.known(value["wwn_with_extension"].text ?? value["wwn"].text),
            size: value["size"].integer.flatMap { $0 > 0 ? $0 : nil },
            logicalBlock: value["logical_sectors"].integer,
            physicalBlock: value["physical_sectors"].integer,
            rotational: value["rotational"].bool,
            transport: transport(name, path: path ?? "", isATA: value["vendor"].text == "ATA"),
            busPath: path,
            byPath: path
        )
    }

    /// As far as name and path tell.
    private func transport(_ name: String, path: String, isATA: Bool) -> String? {
        if name.hasPrefix("nvme") { return "nvme" }
        if name.hasPrefix("vd") { return "virtio" }
        if path.contains("-usb-") { return "usb" }
        if path.contains("-ata-") || isATA { return "sata" }
        if path.contains("-sas-") { return "sas" }
        if path.contains("-fc-") { return "fc" }
        if path.hasPrefix("ip-") { return "iscsi" }
        return path.contains("-scsi-") ? "scsi" : nil
    }

    /// What the collector knew of the same disk besides.
    private func with(_ facts: Inventory, _ disk: Inventory.Disk) -> Inventory.Disk {
        guard let other = facts.disks.first(where: { $0.name == disk.name }) else { return disk }
        var disk = disk
        disk.firmware = disk.firmware ?? other.firmware
        disk.model = disk.model ?? other.model
        return disk
    }

    private func nic(_ value: JSONValue) -> Inventory.NIC? {
        guard let name = value["name"].text else { return nil }
        let mac = value["mac_address"].text?.lowercased()
        let link = value["has_carrier"].bool
        let boot = inventory["boot"]["pxe_interface"].text ?? document["boot_interface"].text
        let bootMAC = boot.flatMap { MACAddress($0) ?? MACAddress($0.dropFirst(3)) }
        let nodes = plugins["numa_topology"]["nics"].list
        return Inventory.NIC(
            name: name,
            mac: mac,
            driver: value["driver"].text,
            busPath: value["pci_address"].text.map { "pci-\($0)" },
            link: link,
            speed: link == false ? nil : value["speed_mbps"].integer,
            isBoot: bootMAC.flatMap { boot in mac.flatMap { MACAddress($0) }.map { $0 == boot } },
            numaNode: nodes.first { $0["name"].text == name }?["numa_node"].integer,
            neighbor: neighbor(value["lldp"], interface: name)
        )
    }

    /// Lists of type and hexadecimal digits, at the interface or in a list of their own.
    private func neighbor(_ value: JSONValue, interface: String) -> Inventory.Neighbor? {
        let raw = value.list.isEmpty ? plugins["lldp_raw"][interface].list : value.list
        var octets: [UInt8] = []
        for element in raw {
            guard let type = element.list.first?.integer, (0...127).contains(type),
                let digits = element.list.last?.text ?? (element.list.count == 2 ? "" : nil),
                let content = Self.octets(digits), content.count <= 511
            else { continue }
            octets.append(bigEndian: UInt16(type) << 9 | UInt16(content.count))
            octets += content
        }
        return (try? LLDPDU(parsing: octets)).map { Inventory.Neighbor($0) }
    }

    private static func octets(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let octet = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            octets.append(octet)
        }
        return octets
    }

    private var bmc: Inventory.ManagementController? {
        let address = inventory["bmc_address"].text ?? document["ipmi_address"].text
        let bmc = Inventory.ManagementController(
            address: ["0.0.0.0", ""].contains(address ?? "") ? nil : address,
            mac: inventory["bmc_mac"].text?.lowercased()
        )
        return bmc == Inventory.ManagementController() ? nil : bmc
    }

    private var numa: [Inventory.NUMANode]? {
        let topology = plugins["numa_topology"]
        let nodes = topology["ram"].list.compactMap { ram -> Inventory.NUMANode? in
            guard let number = ram["numa_node"].integer else { return nil }
            let cores = topology["cpus"].list.filter { $0["numa_node"].integer == number }
            let threads = Set(cores.flatMap { $0["thread_siblings"].list }.compactMap(\.integer))
            let kibibytes = ram["size_kb"].integer
            return Inventory.NUMANode(
                number: number,
                threads: threads.isEmpty ? nil : threads.count,
                memory: kibibytes.flatMap { $0 >= 0 && $0 < Int.max >> 10 ? $0 << 10 : nil }
            )
        }
        return nodes.isEmpty ? nil : nodes
    }

    private var pci: [Inventory.PCIDevice] {
        plugins["pci_devices"].list.compactMap { device in
            guard let address = device["bus"].text ?? device["address"].text else { return nil }
            func number(_ name: String) -> Int? {
                device[name].text.flatMap { Int($0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0, radix: 16) }
            }
            return Inventory.PCIDevice(
                address: address,
                vendorID: number("vendor_id"),
                deviceID: number("product_id"),
                classCode: number("class"),
                numaNode: device["numa_node"].integer.flatMap { $0 >= 0 ? $0 : nil }
            )
        }
    }
}
