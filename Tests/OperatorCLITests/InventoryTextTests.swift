import Inventory
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

    @Test func negativeSizesDoNotTrap() {
        var inventory = Inventory()
        inventory.memory = .init(total: -1)
        inventory.gpus = [.init(address: "x", vendorID: .min)]
        _ = InventoryText.of(inventory, node: "n1", Samples.look)
    }
}
