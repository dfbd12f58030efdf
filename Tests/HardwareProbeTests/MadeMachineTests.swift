import HardwareProbe
import Inventory
import Testing

/// Machines made of a few files: what a capture need not be at hand for.
struct MadeMachineTests {
    private let machine: MadeMachine

    init() throws {
        machine = try MadeMachine()
        try machine.write("MemTotal:       16384 kB\nMemFree:         1 kB", to: "proc/meminfo")
    }

    private func collect(bootMAC: String? = nil) throws -> Inventory {
        try HardwareProbe(root: machine.root, bootMAC: bootMAC).collect(now: 7)
    }

    /// A block device at `path` under `sys/devices`, with its link.
    private func addDisk(_ name: String, at path: String, _ files: [String: String]) throws {
        try machine.write(files, in: "sys/devices/\(path)")
        try machine.link("sys/block/\(name)", to: "../devices/\(path)")
    }

    @Test func aFolderWithoutSysAndProcIsNoMachine() throws {
        #expect(throws: ProbeError.noMachine(root: machine.root + "/nowhere")) {
            try HardwareProbe(root: machine.root + "/nowhere").collect(now: 0)
        }
    }

    @Test func whatNoFileTellsIsAbsent() throws {
        #expect(try collect() == Inventory(collectedAt: 7, memory: Inventory.Memory(total: 16 << 20)))
    }

    @Test func anUnreadableFileHidesNothingElse() throws {
        try machine.link("sys/class/dmi/id/sys_vendor", to: "sys_vendor")
        try machine.write([0xFF, 0xFE, 0, 0x80], to: "proc/cpuinfo")
        try machine.write(" Rack 1 ", to: "sys/class/dmi/id/product_name")
        #expect(try collect().system == Inventory.System(product: "Rack 1"))
    }

    @Test func linksNeverLeadOutOfTheRoot() throws {
        try machine.link("proc/version", to: "/proc/version")
        try machine.link("sys/class/dmi/id/product_name", to: "../../../../../../../../etc/hostname")
        let inventory = try collect()
        #expect(inventory.kernel.release == nil)
        #expect(inventory.system.product == nil)
    }

    @Test func fillersAreUnknown() throws {
        try machine.write(
            [
                "sys_vendor": "To Be Filled By O.E.M.", "product_name": "Default string", "product_serial": "00000000",
                "board_serial": "S-1",
            ],
            in: "sys/class/dmi/id"
        )
        let inventory = try collect()
        #expect(inventory.system == Inventory.System())
        #expect(inventory.board.serial == "S-1")
    }

    @Test func onlyDisksAreDisks() throws {
        for name in ["loop0", "ram0", "zram0", "dm-0", "md127", "md_d0", "sr0", "fd0", "nbd0", "mmcblk0boot0"] {
            try addDisk(name, at: "virtual/block/\(name)", ["size": "8"])
        }
        try addDisk(
            "sdb",
            at: "pci0000:00/0000:00:02.0/usb1/1-1/1-1:1.0/host9/target9:0:0/9:0:0:0/block/sdb",
            [
                "size": "0", "removable": "1",
            ]
        )
        try addDisk("nvme0c0n1", at: "pci0000:00/0000:00:04.0/nvme/nvme0/nvme0c0n1", ["size": "8", "hidden": "1"])
        try addDisk(
            "vda",
            at: "pci0000:00/0000:00:05.0/virtio2/block/vda",
            [
                "size": "2048", "serial": "disk-7", "device/vendor": "0x1af4", "queue/rotational": "1",
            ]
        )
        #expect(
            try collect().disks == [
                Inventory.Disk(
                    name: "vda",
                    serial: "disk-7",
                    size: 1 << 20,
                    rotational: true,
                    transport: "virtio",
                    busPath: "pci-0000:00:05.0",
                    byID: "virtio-disk-7",
                    byPath: "pci-0000:00:05.0",
                    controller: "0000:00:05.0",
                    partitions: []
                )
            ]
        )
    }

    @Test func aUSBDiskIsNamedByItsPort() throws {
        try machine.write("0", to: "sys/devices/pci0000:00/0000:00:14.0/usb2/2-3/2-3.1/2-3.1:1.0/host4/proc_name")
        let path = "pci0000:00/0000:00:14.0/usb2/2-3/2-3.1/2-3.1:1.0/host4/target4:0:0/4:0:0:1/block/sdd"
        try addDisk("sdd", at: path, ["size": "64", "removable": "1"])
        let disk = try #require(collect().disks.first)
        #expect(disk.transport == "usb")
        #expect(disk.busPath == "pci-0000:00:14.0-usb-0:3.1:1.0-scsi-0:0:0:1")
    }

    @Test func aSecondHostOfAnAdapterIsCountedFromItsFirst() throws {
        let adapter = "pci0000:00/0000:02:00.0"
        try machine.write("x", to: "sys/devices/\(adapter)/host6/uevent")
        try addDisk("sde", at: "\(adapter)/host7/target7:2:3/7:2:3:0/block/sde", ["size": "64"])
        #expect(try collect().disks.first?.busPath == "pci-0000:02:00.0-scsi-1:2:3:0")
    }

    @Test func aSASDiskIsNamedByItsPages() throws {
        let path = "pci0000:00/0000:00:02.0/host3/port-3:0/end_device-3:0/target3:0:0/3:0:0:0/block/sdc"
        try addDisk(
            "sdc",
            at: path,
            [
                "size": "64", "device/vendor": "SEAGATE ", "device/model": "ST1200MM0088    ", "device/rev": "TT31",
            ]
        )
        try machine.write(
            "0x5000c500a1b2c3d5",
            to:
                "sys/devices/pci0000:00/0000:00:02.0/host3/port-3:0/end_device-3:0/sas_device/end_device-3:0/sas_address"
        )
        try machine.write([0, 0x80, 0, 10] + Array("  W40012AB".utf8), to: "sys/devices/\(path)/device/vpd_pg80")
        // The port's name stands first; the unit's counts.
        let port: [UInt8] = [0x61, 0x93, 0, 8, 0x50, 0, 0xC5, 0, 0xA1, 0xB2, 0xC3, 0xD5]
        let unit: [UInt8] = [0x01, 0x03, 0, 8, 0x50, 0, 0xC5, 0, 0xA1, 0xB2, 0xC3, 0xD4]
        try machine.write([0, 0x83, 0, 24] + port + unit, to: "sys/devices/\(path)/device/vpd_pg83")
        try machine.write("x", to: "dev/sdc")
        try machine.link("dev/disk/by-id/scsi-35000c500a1b2c3d4", to: "../../sdc")
        try machine.link("dev/disk/by-id/wwn-0x5000c500a1b2c3d4", to: "../../sdc")
        #expect(
            try collect().disks == [
                Inventory.Disk(
                    name: "sdc",
                    model: "ST1200MM0088",
                    vendor: "SEAGATE",
                    serial: "W40012AB",
                    wwn: "0x5000c500a1b2c3d4",
                    size: 64 * 512,
                    transport: "sas",
                    busPath: "pci-0000:00:02.0-sas-0x5000c500a1b2c3d5-lun-0",
                    firmware: "TT31",
                    byID: "wwn-0x5000c500a1b2c3d4",
                    byPath: "pci-0000:00:02.0-sas-0x5000c500a1b2c3d5-lun-0",
                    controller: "0000:00:02.0",
                    partitions: [],
                    signatures: []
                )
            ]
        )
    }

    @Test func anNVMeDiskOfSeveralPathsHangsOnItsController() throws {
        let subsystem = "sys/devices/virtual/nvme-subsystem/nvme-subsys0"
        try addDisk(
            "nvme0n1",
            at: "virtual/nvme-subsystem/nvme-subsys0/nvme0n1",
            [
                "size": "64", "wwid": "eui.0025388b710116a1", "nsid": "1",
            ]
        )
        try machine.write(["serial": "S4", "model": "MZ1", "firmware_rev": "E1"], in: subsystem)
        try machine.link("\(subsystem)/nvme0n1/device", to: "../../nvme-subsys0")
        try machine.write("pcie", to: "sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/transport")
        try machine.link("\(subsystem)/nvme0", to: "../../../pci0000:00/0000:01:00.0/nvme/nvme0")
        #expect(
            try collect().disks == [
                Inventory.Disk(
                    name: "nvme0n1",
                    model: "MZ1",
                    serial: "S4",
                    wwn: "eui.0025388b710116a1",
                    size: 64 * 512,
                    transport: "nvme",
                    busPath: "pci-0000:01:00.0-nvme-1",
                    firmware: "E1",
                    byID: "nvme-eui.0025388b710116a1",
                    byPath: "pci-0000:01:00.0-nvme-1",
                    controller: "0000:01:00.0",
                    partitions: []
                )
            ]
        )
    }

    private func addNIC(_ name: String, at device: String, _ files: [String: String]) throws {
        try machine.write(files, in: "sys/devices/\(device)/net/\(name)")
        try machine.link(
            "sys/devices/\(device)/net/\(name)/device",
            to: "../../../\(device.split(separator: "/").last!)"
        )
        try machine.link("sys/class/net/\(name)", to: "../../devices/\(device)/net/\(name)")
    }

    @Test func interfacesWithTheirLinks() throws {
        try machine.write("00:00:00:00:00:00", to: "sys/class/net/lo/address")
        try machine.write("02:00:00:00:00:01", to: "sys/devices/virtual/net/br0/address")
        try machine.link("sys/class/net/br0", to: "../../devices/virtual/net/br0")
        try addNIC(
            "eno1",
            at: "pci0000:00/0000:01:00.0",
            [
                "address": "52:54:00:AB:cd:01", "addr_assign_type": "0", "carrier": "1", "speed": "25000",
                "duplex": "full",
                "mtu": "9000",
            ]
        )
        try machine.link("sys/devices/pci0000:00/0000:01:00.0/driver", to: "../../../bus/pci/drivers/mlx5_core")
        try addNIC(
            "eno2",
            at: "pci0000:00/0000:01:00.1",
            [
                "address": "52:54:00:ab:cd:02", "addr_assign_type": "3", "carrier": "0", "speed": "-1",
                "duplex": "unknown",
            ]
        )
        let expected = [
            Inventory.NIC(
                name: "eno1",
                mac: "52:54:00:ab:cd:01",
                permanentMAC: "52:54:00:ab:cd:01",
                driver: "mlx5_core",
                busPath: "pci-0000:01:00.0",
                link: true,
                speed: 25000,
                duplex: "full",
                mtu: 9000,
                isBoot: true
            ),
            Inventory.NIC(
                name: "eno2",
                mac: "52:54:00:ab:cd:02",
                busPath: "pci-0000:01:00.1",
                link: false,
                isBoot: false
            ),
        ]
        for spelling in ["52:54:00:AB:CD:01", "01-52-54-00-ab-cd-01", "525400abcd01"] {
            #expect(try collect(bootMAC: spelling).nics == expected, "\(spelling)")
        }
        #expect(try collect().nics.map(\.isBoot) == [nil, nil])
        try machine.write("quiet BOOTIF=01-52-54-00-ab-cd-01 ip=dhcp", to: "proc/cmdline")
        #expect(try collect().nics == expected)
    }

    @Test func theVariableSaysWhetherBootIsSecure() throws {
        let path = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        try machine.write([6, 0, 0, 0, 1], to: path)
        #expect(try collect().bootMode == .uefi)
        #expect(try collect().secureBoot == true)
        try machine.write([6, 0], to: path)
        #expect(try collect().secureBoot == nil)
    }

    @Test func anX86MachineWithoutEFIBootedByBIOS() throws {
        try machine.write("1", to: "sys/firmware/acpi/pm_profile")
        #expect(try collect().bootMode == nil)
        try machine.write("x86_64", to: "proc/sys/kernel/arch")
        #expect(try collect().bootMode == .bios)
    }

    @Test func coresAreSetsOfSiblings() throws {
        let folder = "sys/devices/system/cpu"
        try machine.write("0-3,6-7", to: "\(folder)/online")
        for (number, siblings) in [0: "0,2", 2: "0,2", 1: "1,3", 3: "1,3", 6: "6", 7: "7"] {
            try machine.write(
                ["thread_siblings_list": siblings, "physical_package_id": number < 4 ? "0" : "1"],
                in: "\(folder)/cpu\(number)/topology"
            )
        }
        try machine.write("3800000", to: "\(folder)/cpu1/cpufreq/cpuinfo_max_freq")
        let cpu = try collect().cpu
        #expect(cpu == Inventory.CPU(sockets: 2, cores: 4, threads: 6, frequencyMax: 3800))
    }

    @Test func modulesComeFromTheTable() throws {
        func module(_ handle: UInt8, array: UInt8, size: [UInt8]) -> [UInt8] {
            var fields = [UInt8](repeating: 0, count: 0x1B)
            fields.replaceSubrange(0..<8, with: [17, 0x1B, handle, 0, array, 0, 0xFE, 0xFF])
            fields.replaceSubrange(8..<14, with: [72, 0, 64, 0] + size)
            fields[0x10] = 1
            fields[0x12] = 0x1A
            return fields + Array("DIMM_\(handle)".utf8) + [0, 0]
        }
        func array(_ handle: UInt8, use: UInt8) -> [UInt8] {
            [16, 0x0F, handle, 0, 3, use, 6, 0, 0, 0, 1, 0xFE, 0xFF, 2, 0] + [0, 0]
        }
        let system: [UInt8] = [1, 8, 1, 0, 1, 2, 0, 3] + Array("Maker\0Rack 1\0 S1 \0".utf8) + [0]
        let table =
            system + array(0x20, use: 3) + array(0x21, use: 5) + module(1, array: 0x20, size: [0, 0x40])
            + module(2, array: 0x20, size: [0, 0]) + module(3, array: 0x21, size: [16, 0])
        try machine.write(table + [127, 4, 0, 0, 0, 0], to: "sys/firmware/dmi/tables/DMI")
        let inventory = try collect()
        #expect(inventory.system == Inventory.System(vendor: "Maker", product: "Rack 1", serial: "S1"))
        #expect(inventory.memory.installed == 16 << 30)
        #expect(
            inventory.memory.modules == [
                Inventory.MemoryModule(locator: "DIMM_1", size: 16 << 30, type: "DDR4", ecc: true)
            ]
        )
        #expect(inventory.memory.slots == 2, "the firmware's flash is no memory")
        // A table that breaks off still tells what stands before the break.
        try machine.write(Array(table.prefix(60)), to: "sys/firmware/dmi/tables/DMI")
        #expect(try collect().system.serial == "S1")
    }

    @Test func devicesOnThePCIBus() throws {
        for (address, files) in [
            "0000:01:00.0": [
                "class": "0x030200", "vendor": "0x10de", "device": "0x20b0", "subsystem_vendor": "0x10de",
            ],
            "0000:02:00.0": ["class": "0x030000", "vendor": "0x1a03", "device": "0x2000"],
            "0000:03:00.0": ["class": "0x120000", "vendor": "0x1da3"], "10000:e0:06.0": ["class": "0x060400"],
        ] {
            try machine.write(files, in: "sys/bus/pci/devices/\(address)")
        }
        let inventory = try collect()
        #expect(inventory.pci.count == 4)
        #expect(
            inventory.pci.first
                == Inventory.PCIDevice(
                    address: "0000:01:00.0",
                    vendorID: 0x10DE,
                    deviceID: 0x20B0,
                    subsystemVendorID: 0x10DE,
                    classCode: 0x030200
                )
        )
        #expect(inventory.gpus.map(\.address) == ["0000:01:00.0", "0000:03:00.0"])
    }
}
