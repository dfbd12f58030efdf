import Inventory
import OperatorAPI
import OperatorCLI
import Testing

struct InventoryTextTests {
    @Test func hardwareIsShownAndWhatIsNotKnownIsSaid() {
        var inventory = Inventory(collectedAt: Samples.noon - 120)
        inventory.system = .init(vendor: "Dell Inc.", product: "PowerEdge R630", serial: "ABC1")
        inventory.memory = .init(total: 256 << 30)
        inventory.disks = [
            .init(
                name: "sda",
                serial: "S1",
                size: 960 << 30,
                rotational: true,
                transport: "sas",
                busPath: "pci-0000:00:1f.2-ata-1"
            )
        ]
        inventory.nics = [.init(name: "eth0", mac: "52:54:00:00:00:01", link: true, speed: 10_000, isBoot: true)]
        inventory.gpus = [.init(address: "0000:3b:00.0", vendorID: 0x10DE, deviceID: 0x1EB8)]
        let lines = InventoryText.of(inventory, node: "n1", Samples.look).split(separator: "\n").map(String.init)
        #expect(lines.contains("n1, read at 11:58:00 (2m ago)"))
        #expect(lines.contains("  system    Dell Inc., PowerEdge R630, serial ABC1"))
        #expect(lines.contains("  cpu       not known"))
        #expect(lines.contains("  memory    256.0 GiB"))
        #expect(lines.contains("  sda   960.0 GiB  sas rotational  -      S1      -    pci-0000:00:1f.2-ata-1"))
        #expect(lines.contains { $0.contains("eth0") && $0.contains("10000 Mbit/s, boot") })
        #expect(lines.contains { $0.contains("10de:1eb8") })
    }

    @Test func memoryModulesAndPCIDevicesHaveALineEachAndOneIsNotMany() {
        var inventory = Inventory(collectedAt: Samples.noon)
        inventory.cpu = .init(sockets: 1, cores: 8, threads: 16)
        inventory.memory = .init(modules: [.init(locator: "DIMM_A1", size: 16 << 30, type: "DDR4", speed: 2400)])
        inventory.pci = [
            .init(address: "0000:01:00.0", vendorID: 0x8086, deviceID: 0x0D4F, classCode: 0x02_0000, driver: "e1000e")
        ]
        let lines = InventoryText.of(inventory, node: "n1", Samples.look).split(separator: "\n").map(String.init)
        for line in [
            "  cpu       1 socket, 8 cores, 16 threads", "  memory    1 module", "  DIMM_A1  16.0 GiB  DDR4  2400 MT/s",
            "  0000:01:00.0  8086:0d4f  020000  e1000e",
        ] {
            #expect(lines.contains(line), "\(line) in\n\(lines.joined(separator: "\n"))")
        }
    }

    @Test func whatAServerTellsBesides() {
        var inventory = Inventory(collectedAt: Samples.noon)
        inventory.cpu = .init(model: "Xeon", frequencyMax: 3700, microcode: "0x2b")
        inventory.memory = .init(
            modules: [
                .init(
                    locator: "A1",
                    size: 16 << 30,
                    type: "DDR4",
                    speed: 2666,
                    vendor: "Micron",
                    part: "18ASF2G",
                    serial: "M1",
                    ecc: true,
                    configuredSpeed: 2400
                )
            ],
            slots: 24
        )
        let root = Inventory.Signature(type: "ext4", label: "root")
        inventory.disks = [
            .init(
                name: "sda",
                size: 1 << 40,
                partitionTable: "gpt",
                partitions: [.init(number: 1, name: "sda1", size: 1 << 30, label: "system", signatures: [root])],
                signatures: []
            ),
            .init(name: "sdb", size: 1 << 40, partitions: [], signatures: [.init(type: "LVM2_member")]),
        ]
        inventory.nics = [
            .init(
                name: "eno1",
                mac: "02:00:00:00:00:01",
                link: true,
                speed: 25000,
                neighbor: .init(
                    switch: "leaf-4a",
                    chassis: "c",
                    port: "Ethernet1/7",
                    managementAddress: "10.0.0.7",
                    nativeVLAN: 10,
                    vlans: [.init(id: 20, name: "storage")]
                )
            )
        ]
        inventory.pci = [
            .init(
                address: "0000:3b:00.0",
                vendorID: 0x8086,
                deviceID: 0x1572,
                classCode: 0x020000,
                driver: "i40e",
                linkWidth: 8,
                linkWidthMax: 16,
                linkSpeed: 8,
                linkSpeedMax: 8
            )
        ]
        inventory.numa = [.init(number: 0, processors: "0-7", memory: 48 << 30), .init(number: 1, processors: "8-15")]
        inventory.tpm = .init(version: "2.0", vendor: "NTC", firmware: "7.2")
        inventory.bmc = .init(interface: "kcs", ipmiVersion: "2.0", address: "10.0.0.9", mac: "02:00:00:00:00:aa")
        inventory.usb = [.init(path: "1-3", vendorID: 0x951, productID: 0x1666, product: "Stick")]
        inventory.sensors = [
            .init(chip: "coretemp", name: "Package id 0", kind: .temperature, value: 45.5, critical: 90)
        ]
        let names = DeviceNames(pci: ["0000:3b:00.0": .init(kind: "Ethernet controller", device: "Intel X710")])
        let text = InventoryText.of(inventory, node: "n1", names: names, Samples.look)
        let lines = text.split(separator: "\n").map(String.init)
        for line in [
            "  cpu       Xeon, up to 3700 MHz, microcode 0x2b", "  memory    1 module, 24 slots",
            "  numa      0: threads 0-7, 48.0 GiB, 1: threads 8-15", "  tpm       2.0, NTC, firmware 7.2",
            "  bmc       10.0.0.9, 02:00:00:00:00:aa, kcs, IPMI 2.0",
            "  A1      16.0 GiB  DDR4 ECC  2400 of 2666 MT/s  Micron 18ASF2G  M1",
            "  sda   1.0 TiB  -     -      -       -    -     gpt",
            "  sdb   1.0 TiB  -     -      -       -    -     LVM2_member", "  sda1       1.0 GiB  system  ext4 'root'",
            "  eno1  02:00:00:00:00:01  25000 Mbit/s  -       -     leaf-4a Ethernet1/7 (10.0.0.7), VLAN 10, 20 storage",
            "  0000:3b:00.0  8086:1572  020000  i40e    x8 of x16, 8 GT/s  Ethernet controller: Intel X710",
            "  1-3  0951:1666  Stick", "  Package id 0  coretemp  45.5 °C  90.0 °C",
        ] {
            #expect(lines.contains(line), "\(line) in\n\(text)")
        }
    }

    @Test func negativeSizesDoNotTrap() {
        var inventory = Inventory()
        inventory.memory = .init(total: -1)
        inventory.gpus = [.init(address: "x", vendorID: .min)]
        _ = InventoryText.of(inventory, node: "n1", Samples.look)
    }

    @Test func howPartsAreIsShown() {
        var inventory = Inventory(collectedAt: Samples.noon)
        inventory.tpm = .init(
            version: "2.0",
            vendor: "IFX",
            endorsementKey: "0123456789abcdef0123",
            endorsementCertificate: "1"
        )
        inventory.disks = [
            .init(
                name: "sda",
                health: .init(verdict: .failing, reasons: ["media are read-only"], wear: 98, spare: 4, temperature: 61)
            ), .init(name: "sdb", health: .init(verdict: .ok, wear: 3, spare: 100, reallocated: 0)),
        ]
        inventory.nics = [.init(name: "eth0", link: true, speed: 1000, speedMax: 10000)]
        inventory.efi = .init(
            current: "0003",
            order: ["0003", "0001"],
            entries: [
                .init(number: "0001", name: "PXE", active: false), .init(number: "0003", name: "debian", path: "HD(1)"),
            ]
        )
        inventory.health = .init(
            depth: .quick,
            duration: 3.2,
            cpu: .init(threads: 4, mismatches: 0, stragglers: [3], duration: 1),
            memory: .init(bandwidth: 9000, tested: 256 << 20, mismatches: 2, threads: 4, duration: 1),
            disks: [.init(name: "sda", start: 200.5, latency: 0.1, latencyMax: 9, errors: 1, duration: 1)],
            nics: [
                .init(name: "eth0", link: true, speed: 1000, speedMax: 10000, errorsTotal: 7, errors: 0, duration: 3)
            ]
        )
        inventory.health?.nics?[0].throughput = 52_380_000
        var disk = Inventory.Health.Disk(name: "sda", start: 180.5, errors: 0, duration: 60)
        (disk.written, disk.mismatches, disk.writing, disk.serial) = (3 << 30, 1, 90.2, "S1")
        inventory.burnIn = .init(depth: .burnIn, duration: 600, disks: [disk])
        let text = InventoryText.of(inventory, node: "n1", Samples.look)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "tpm 2.0, IFX, endorsement key 0123456789abcdef…, certified by its maker",
            "health quick checks of 3.2 s, processors compute rightly, slow threads 3, 256.0 MiB of memory with 2 wrong "
                + "words at 9000 MB/s",
            "sda 200.5 MB/s - - 0.1 ms, at most 9.0 1", "eth0 1000 of 10000 Mbit/s 0 7 52.4 MB/s",
            "tested burn-in checks of 600.0 s", "sda S1 3.0 GiB 90.2 MB/s 180.5 MB/s 1 MiB 0",
            "0003 1, started this debian HD(1)", "0001 2, inactive PXE -",
        ] {
            #expect(lines.contains(line), "\(line) in\n\(text)")
        }
        #expect(text.contains("failing: media are read-only, wear 98 %, spare 4 %, 61 °C"))
        #expect(lines.contains { $0.hasPrefix("sdb") && $0.hasSuffix("ok, wear 3 %") })
        #expect(lines.contains { $0.hasPrefix("eth0") && $0.contains("1000 of 10000 Mbit/s") })
    }
}
