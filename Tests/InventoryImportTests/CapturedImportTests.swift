import FoundationEssentials
import Inventory
import InventoryImport
import TestSupport
import Testing

/// Documents that other tools wrote of real and virtual machines.
@Suite(.enabled(if: Fixture.assets != nil))
struct CapturedImportTests {
    private static func machine(_ asset: String) throws -> ImportedMachine {
        let octets = try Fixture.octets(ofAsset: "inventories/" + asset)
        return try #require(try InventoryImport.machines(in: octets).first)
    }

    @Test func theAgentsOwnInventory() throws {
        let machine = try Self.machine("ipa/gophercloud-inventory-0.json")
        #expect(machine.name == "myawesomehost")
        #expect(
            machine.inventory
                == Inventory(
                    system: Inventory.System(vendor: "Bochs", product: "Bochs"),
                    firmware: Inventory.Firmware(version: "1.2.3.4"),
                    bootMode: .bios,
                    cpu: Inventory.CPU(
                        architecture: "x86_64",
                        threads: 2,
                        frequencyMax: 2100,
                        flags: ["fpu", "mmx", "fxsr", "sse", "sse2"]
                    ),
                    memory: Inventory.Memory(total: 2_105_864_192, installed: 2 << 30),
                    disks: [
                        Inventory.Disk(name: "vda", size: 13_958_643_712, rotational: true, transport: "virtio")
                    ],
                    nics: [
                        Inventory.NIC(name: "eth1", mac: "52:54:00:47:20:4d", link: true, isBoot: false),
                        Inventory.NIC(name: "eth0", mac: "52:54:00:4e:3d:30", link: true, speed: 1000, isBoot: true),
                    ],
                    bmc: Inventory.ManagementController(address: "192.167.2.134")
                )
        )
    }

    @Test func whatInspectorMadeOfIt() throws {
        let inventory = try Self.machine("ipa/introspection-kvm-metal3.json").inventory
        #expect(inventory.cpu.model == "Intel(R) Xeon(R) CPU E5-2440 v2 @ 1.90GHz" && inventory.cpu.flags.count == 68)
        #expect(inventory.system == Inventory.System(vendor: "Red Hat", product: "KVM"))
        #expect(inventory.disks.first?.byPath == "pci-0000:00:05.0" && inventory.bmc == nil)
        #expect(inventory.nics.map(\.isBoot) == [true, false])
        let old = try Self.machine("ipa/api-v1-data-introspection-response.json").inventory
        #expect(old.memory.installed == 2 << 30 && old.cpu.threads == 2 && old.disks.count == 1)
    }

    @Test func whatIronicGivesBack() throws {
        let inventory = try Self.machine("ipa/node-inventory-response.json").inventory
        #expect(inventory.cpu.model == "QEMU Virtual CPU version 2.5+" && inventory.cpu.threads == 1)
        #expect(inventory.memory.installed == 2 << 30, "the plugins' data tells it")
        #expect(inventory.nics.map(\.mac) == ["52:54:00:90:35:d6"])
    }

    @Test func theCollectorsFactsAndNodesOfMemory() throws {
        let facts = try Self.machine("ipa/gophercloud-inventory-1.json").inventory
        #expect(facts.cpu.threads == 16 && facts.cpu.flags.count == 6)
        #expect(facts.kernel.release == "3.10.0" && facts.cpu.architecture == "x86_64")
        #expect(facts.disks == [Inventory.Disk(name: "sda", vendor: "TEST", rotational: true)])
        let nodes = try Self.machine("ipa/gophercloud-inventory-2.json").inventory.numa
        #expect(
            nodes == [
                Inventory.NUMANode(number: 0, threads: 2, memory: 99_289_532 << 10),
                Inventory.NUMANode(number: 1, threads: 2, memory: 100_663_296 << 10),
            ]
        )
    }

    /// As the API's reference shows it, with a comma too many.
    @Test func whatTheAgentSendsToInspector() throws {
        let inventory = try Self.machine("ipa/api-v1-continue-request.json").inventory
        #expect(inventory.cpu.flags.count == 5 && inventory.disks.map(\.name) == ["vda"])
        #expect(inventory.nics.map(\.isBoot) == [false, true])
    }

    @Test func otherDocumentsAreRefused() {
        #expect(throws: ImportError.self) { try Self.machine("ipa/inspection-rule-show-response.json") }
        #expect(throws: ImportError.self) { try Self.machine("lshw/redhat-cip-lshw.xml") }
    }

    @Test func aServerAsLshwSeesIt() throws {
        let machine = try Self.machine("lshw/asrockrack-e3c246d4i-nl.json")
        let inventory = machine.inventory
        #expect(machine.name == "device.example.net")
        #expect(
            inventory.system
                == Inventory.System(
                    vendor: "Packet",
                    product: "c3.small.x86 (To Be Filled By O.E.M.)",
                    version: "R1.00",
                    serial: "D5S0R8000105",
                    uuid: "00000000-0000-0000-0000-d05099f030c4"
                )
        )
        #expect(inventory.board.product == "E3C246D4I-NL" && inventory.board.vendor == "ASRockRack")
        #expect(inventory.firmware.version == "L2.07B" && inventory.firmware.date == "04/08/2020")
        #expect(inventory.cpu.model == "Intel(R) Xeon(R) E-2278G CPU @ 3.40GHz")
        #expect(inventory.cpu.sockets == 1 && inventory.cpu.cores == 8 && inventory.cpu.threads == 16)
        #expect(inventory.cpu.frequencyMax == 5000 && inventory.cpu.architecture == "x86_64")
        #expect(inventory.cpu.flags.contains("vmx") && inventory.cpu.flags.contains("lm"))
        #expect(inventory.memory.installed == 32 << 30 && inventory.memory.slots == 4)
        #expect(
            inventory.memory.modules.first
                == Inventory.MemoryModule(
                    locator: "ChannelA-DIMM0",
                    size: 16 << 30,
                    type: "DDR4",
                    speed: 2666,
                    vendor: "Micron",
                    part: "18ASF2G72HZ-2G6E1",
                    serial: "F0F9053F",
                    ecc: true
                )
        )
        #expect(inventory.memory.modules.count == 2)
        #expect(inventory.nics.map(\.name) == ["eno1", "eno2", "enxee6b7558e887"], "the bond is no device")
        let nic = try #require(inventory.nics.first)
        #expect(nic.speed == 10000 && nic.driver == "i40e" && nic.busPath == "pci-0000:01:00.0" && nic.link == true)
        #expect(nic.firmware == "6.01 0x80003fa1 1.1853.0")
        #expect(inventory.gpus.map(\.address) == ["0000:00:02.0"], "the management controller's display is none")
        #expect(inventory.pci.count == 25 && inventory.usb?.count == 6)
    }

    @Test func disksAsLshwSeesThem() throws {
        let disks = try Self.machine("lshw/asrockrack-e3c246d4i-nl.json").inventory.disks
        #expect(disks.map(\.name) == ["sda", "sdb"], "the virtual drives have no medium")
        #expect(
            disks.first
                == Inventory.Disk(
                    name: "sda",
                    model: "INTEL SSDSC2KB48",
                    serial: "PHYF001300HB480BGN",
                    size: 480_103_981_056,
                    logicalBlock: 512,
                    physicalBlock: 4096,
                    transport: "sata",
                    firmware: "0110",
                    partitions: []
                )
        )
        let second = try #require(disks.last)
        #expect(second.partitionTable == "gpt" && second.partitions?.map(\.number) == [1, 2, 3])
        #expect(
            second.partitions?.last
                == Inventory.Partition(
                    number: 3,
                    name: "sdb3",
                    size: 478_056_094_720,
                    label: "ROOT",
                    signatures: [
                        Inventory.Signature(type: "ext4", uuid: "5ac2c27f-324c-47d2-a293-421e1d95e3ef", label: "ROOT")
                    ]
                )
        )
    }

    @Test func aBladeAsEDeployKeptIt() throws {
        let file = "ProLiantBL460cGen8641016B21-HP-CZ3404YWPA9c-b6-54-88-9c-a8.hw_"
        let inventory = try Self.machine("cardiff-hp-bl460c/" + file).inventory
        #expect(inventory.system.serial == "CZ3404YWPA" && inventory.system.vendor == "HP")
        #expect(inventory.cpu.model == "Intel(R) Xeon(R) CPU E5-2650 0 @ 2.00GHz")
        #expect(inventory.cpu.sockets == 2 && inventory.cpu.cores == 16 && inventory.cpu.threads == 32)
        #expect(inventory.memory.modules.count == 8 && inventory.memory.installed == 128 << 30)
        #expect(inventory.memory.slots == 16)
        #expect(inventory.memory.modules.first?.locator == "PROC 1 DIMM 1")
        #expect(inventory.memory.modules.first?.speed == 1600 && inventory.memory.modules.first?.type == "DDR3")
        #expect(inventory.disks.map(\.name) == ["sda", "sdb"] && inventory.disks.first?.size == 299_000_000_000)
        #expect(inventory.nics.map(\.busPath) == ["pci-0000:04:00.0", "pci-0000:04:00.1"])
        // What is imported is an inventory like any other.
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
    }
}
