import Inventory

/// Made machines.
enum Samples {
    static func module(_ number: Int, size: Int = 16 << 30, serial: String? = nil) -> Inventory.MemoryModule {
        Inventory.MemoryModule(
            locator: "DIMM_A\(number)",
            size: size,
            type: "DDR4",
            speed: 2666,
            serial: serial ?? "M\(number)",
            ecc: true,
            configuredSpeed: 2400
        )
    }

    /// A server that tells nearly everything.
    static let server = Inventory(
        collectedAt: 1000,
        system: Inventory.System(vendor: "Dell Inc.", product: "PowerEdge R640", serial: "ABC1", uuid: "u-1"),
        board: Inventory.Board(serial: "B1"),
        firmware: Inventory.Firmware(vendor: "Dell Inc.", version: "2.10.0"),
        bootMode: .uefi,
        secureBoot: true,
        cpu: Inventory.CPU(
            model: "Xeon Gold 6130",
            sockets: 2,
            cores: 32,
            threads: 64,
            flags: ["fpu", "vmx"],
            microcode: "0x1"
        ),
        memory: Inventory.Memory(
            total: 126 << 30,
            installed: 128 << 30,
            modules: (1...8).map { module($0) },
            slots: 24
        ),
        disks: [
            Inventory.Disk(
                name: "sda",
                model: "MZ7KM480",
                serial: "S1",
                wwn: "0x5001",
                size: 480_103_981_056,
                transport: "sata",
                busPath: "pci-0000:00:17.0-ata-1",
                firmware: "GC57"
            ),
            Inventory.Disk(
                name: "nvme0n1",
                model: "P4510",
                serial: "N1",
                size: 2_000_398_934_016,
                transport: "nvme",
                busPath: "pci-0000:d8:00.0-nvme-1",
                firmware: "VDV1"
            ),
            Inventory.Disk(name: "sdz", serial: "stick", size: 1 << 30, transport: "usb", removable: true),
        ],
        nics: [
            Inventory.NIC(
                name: "eno1",
                mac: "02:00:00:00:00:01",
                driver: "mlx5_core",
                busPath: "pci-0000:3b:00.0",
                link: true,
                speed: 25000,
                firmware: "14.23",
                neighbor: Inventory.Neighbor(switch: "leaf-a", chassis: "c", port: "1/7")
            ),
            Inventory.NIC(
                name: "eno2",
                mac: "02:00:00:00:00:02",
                driver: "mlx5_core",
                busPath: "pci-0000:3b:00.1",
                link: true,
                speed: 25000
            ),
            Inventory.NIC(name: "idrac", mac: "02:00:00:00:00:99", driver: "cdc_ether"),
        ],
        pci: [
            Inventory.PCIDevice(
                address: "0000:3b:00.0",
                vendorID: 0x15B3,
                deviceID: 0x1015,
                classCode: 0x020000,
                linkWidth: 8
            ),
            Inventory.PCIDevice(
                address: "0000:5e:00.0",
                vendorID: 0x8086,
                deviceID: 0x37C8,
                classCode: 0x0B4000,
                driver: "c6xx"
            ),
        ],
        gpus: [
            Inventory.PCIDevice(
                address: "0000:af:00.0",
                vendorID: 0x10DE,
                deviceID: 0x20B0,
                classCode: 0x030200,
                linkWidth: 16,
                linkSpeed: 16
            )
        ],
        tpm: Inventory.TPM(version: "2.0", vendor: "NTC", firmware: "7.2"),
        bmc: Inventory.ManagementController(address: "10.0.0.9", mac: "02:00:00:00:00:aa")
    )
}
