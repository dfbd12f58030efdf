import HardwareProbe
import Inventory
import TestSupport
import Testing

@Suite(.enabled(if: Fixture.assets != nil))
struct CapturedMachineTests {
    private static func collect(_ archive: String) throws -> Inventory {
        let machine = try CapturedMachine(archive: archive)
        return try HardwareProbe(root: machine.root).collect(now: 0)
    }

    /// Partitions with their starts and sizes, numbered from 1.
    private static func partitions(of name: String, _ places: [(start: Int, size: Int)]) -> [Inventory.Partition] {
        places.enumerated().map { index, place in
            Inventory.Partition(number: index + 1, name: "\(name)\(index + 1)", start: place.start, size: place.size)
        }
    }

    @Test func aDesktopWithThreeDisks() throws {
        let disks = try Self.collect("util-linux-lsblk-simple-nvme.tar.xz").disks
        #expect(disks.map(\.name) == ["sda", "sdb", "nvme0n1"])
        let expected = [
            Inventory.Disk(
                name: "sda",
                model: "KINGSTON SH103S3",
                serial: "50026B724B09A1FF",
                wwn: "0x50026b724b09a1ff",
                size: 240_057_409_536,
                logicalBlock: 512,
                physicalBlock: 512,
                rotational: false,
                transport: "sata",
                busPath: "pci-0000:00:1f.2-ata-1",
                firmware: "BBF0",
                removable: false,
                byID: "wwn-0x50026b724b09a1ff",
                byPath: "pci-0000:00:1f.2-ata-1",
                controller: "0000:00:1f.2",
                partitions: Self.partitions(
                    of: "sda",
                    [
                        (1_048_576, 209_715_200), (210_763_776, 209_715_200), (420_478_976, 139_912_544_256),
                        (140_333_023_232, 53_687_091_200), (194_020_114_432, 37_648_072_704),
                        (231_668_187_136, 8_388_608_000),
                    ]
                )
            ),
            Inventory.Disk(
                name: "nvme0n1",
                model: "KINGSTON SKC1000240G",
                serial: "50026B728203601D",
                wwn: "nvme.1987-35303032364237323832303336303144-4b494e4753544f4e20534b433130303032343047-00000001",
                size: 240_057_409_536,
                logicalBlock: 512,
                physicalBlock: 512,
                rotational: false,
                transport: "nvme",
                busPath: "pci-0000:01:00.0-nvme-1",
                firmware: "E7FT04.6",
                removable: false,
                byID:
                    "nvme-nvme.1987-35303032364237323832303336303144-4b494e4753544f4e20534b433130303032343047-00000001",
                byPath: "pci-0000:01:00.0-nvme-1",
                controller: "0000:01:00.0",
                partitions: Self.partitions(
                    of: "nvme0n1p",
                    [
                        (1_048_576, 8_355_053_568), (8_356_102_144, 214_748_364_800),
                        (223_104_466_944, 16_952_925_696),
                    ]
                )
            ),
        ]
        #expect(disks.first == expected[0])
        #expect(disks.last == expected[1])
        #expect(disks[1].rotational == true)
        #expect(disks[1].size == 156_301_488 * 512)
    }

    @Test func aServerOfFourSocketsWithItsNICsAndRAIDVolume() throws {
        let inventory = try Self.collect("hwloc-40intel64-2g2n4c+pcilocality.tar.bz2")
        #expect(inventory.memory.total == 529_428_392 * 1024)
        #expect(inventory.system.vendor == "Dell Inc.")
        #expect(inventory.system.product == "PowerEdge R910")
        #expect(inventory.chassis.type == 23)
        #expect(inventory.disks.map(\.name) == ["sda"])
        #expect(inventory.disks.first?.busPath == "pci-0000:01:00.0-scsi-0:2:0:0")
        #expect(inventory.disks.first?.transport == "scsi")
        #expect(inventory.nics.map(\.name) == ["ib0", "eth0", "eth1", "eth2", "eth3"])
        #expect(inventory.nics[1].busPath == "pci-0000:02:00.0")
        #expect(inventory.pci.count == 37)
        #expect(inventory.pci.first { $0.address == "0000:01:00.0" }?.classCode == 0x010400)
        #expect(inventory.gpus.isEmpty, "the management controller's Matrox display is no GPU")
        #expect(inventory.cpu.cores == 40)
    }

    @Test func aVirtualMachineWithAnAccelerator() throws {
        let inventory = try Self.collect("ghw-linux-amd64-accel.tar.gz")
        #expect(inventory.gpus.map(\.address) == ["0000:00:04.0"])
        #expect(inventory.pci.count == 26)
        #expect(inventory.disks.map(\.name) == ["vda"])
        #expect(inventory.disks.first?.transport == "virtio")
        #expect(inventory.disks.first?.busPath == "pci-0000:04:00.0")
        #expect(inventory.memory.total == 2_007_536 * 1024)
    }

    @Test func aDellR610WithARAIDVolume() throws {
        let inventory = try Self.collect("ghw-linux-amd64-8581cf3a529e5d8b97ea876eade2f60d.tar.gz")
        #expect(inventory.disks.map(\.name) == ["sda"])
        #expect(inventory.disks.first?.size == 975_699_968 * 512)
        #expect(inventory.cpu.threads == 24)
        #expect(inventory.cpu.architecture == "x86_64")
    }

    @Test func anARMMachineOfACloud() throws {
        let inventory = try Self.collect("ghw-linux-arm64-c288e0776090cd558ef793b2a4e61939.tar.gz")
        #expect(inventory.cpu.architecture == "aarch64")
        #expect(inventory.cpu.vendor == "ARM")
        #expect(inventory.disks.map(\.transport) == ["nvme"])
    }

    /// Counts as `lscpu` gives them for the same files.
    @Test(arguments: ["x86_64-64cpu", "x86_64-dell_e4310", "vbox-win", "ppc64-POWER7"])
    func processorsAreCountedAsByLscpu(name: String) throws {
        let octets = try Fixture.octets(ofAsset: "inventories/sysfs/expected/lscpu-\(name)")
        var expected: [String: String] = [:]
        for line in String(decoding: octets, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { expected[String(parts[0])] = String(parts[1].drop { $0 == " " }) }
        }
        let inventory = try Self.collect("util-linux-lscpu-\(name).tar.gz")
        let cpu = inventory.cpu
        let sockets = try #require(expected["Socket(s)"].flatMap { Int($0) })
        let cores = try #require(expected["Core(s) per socket"].flatMap { Int($0) })
        #expect(cpu.threads == expected["CPU(s)"].flatMap { Int($0) })
        #expect(cpu.sockets == sockets)
        #expect(cpu.cores == sockets * cores)
        #expect(cpu.model == expected["Model name"])
        #expect(cpu.vendor == expected["Vendor ID"])
        #expect(cpu.flags.joined(separator: " ") == expected["Flags"] ?? "")
        #expect(inventory.numa?.count == expected["NUMA node(s)"].flatMap { Int($0) })
        #expect(cpu.frequencyMax == expected["CPU max MHz"].flatMap { Double($0) }.map { Int($0) })
    }

    @Test func aServerWithVirtualFunctionsAndVectorEngines() throws {
        let inventory = try Self.collect("hwloc-32intel64-2p8co2t+8ve.tar.bz2")
        #expect(inventory.cpu.microcode == "0x2006a0a")
        #expect(
            inventory.numa == [
                Inventory.NUMANode(number: 0, threads: 16, processors: "0-7,16-23", memory: 47_925_628 << 10),
                Inventory.NUMANode(number: 1, threads: 16, processors: "8-15,24-31", memory: 49_519_964 << 10),
            ]
        )
        let nic = try #require(inventory.nics.first)
        #expect(nic.driver == "i40e" && nic.sriovTotal == 64 && nic.sriovActive == 0 && nic.numaNode == 0)
        let device = try #require(inventory.pci.first { $0.address == "0000:60:00.0" })
        #expect(device.linkWidth == 1 && device.linkWidthMax == 1 && device.sriovTotal == 64)
        #expect(device.linkSpeed == 2.5 && device.linkSpeedMax == 8)
        let engines = inventory.pci.filter { $0.driver == "ve_drv" }
        #expect(engines.count == 8 && engines.allSatisfy { $0.linkWidth == 16 && $0.numaNode != nil })
    }

    /// The processors of nodes as hwloc's own topology has them, and nodes that are the memory of GPUs.
    @Test func nodesOfProcessorsAndOfMemoryAlone() throws {
        let opteron = try #require(try Self.collect("hwloc-64amd64-4s2n4ca2co.tar.bz2").numa)
        #expect(opteron.map(\.processors) == (0..<8).map { "\($0 * 8)-\($0 * 8 + 7)" })
        #expect(opteron.map(\.memory).prefix(2) == [16_769_836 << 10, 16_777_216 << 10])
        let power = try #require(try Self.collect("hwloc-nvidiagpunumanodes.tar.bz2").numa)
        #expect(power.map(\.number) == [0, 8, 250, 251, 252, 253, 254, 255])
        #expect(power.map(\.threads) == [88, 88, 0, 0, 0, 0, 0, 0])
        #expect(power.last?.memory == 15_728_640 << 10)
    }

    @Test(arguments: [
        "hwloc-16amd64-8n2c.tar.bz2": [8, 16], "hwloc-64amd64-4s2n4ca2co.tar.bz2": [4, 64],
        "hwloc-8em64t-2s2ca2c.tar.bz2": [2, 8], "hwloc-40intel64-4n10c+pci-conflicts.tar.bz2": [4, 40],
    ])
    func socketsAndThreadsOfServers(archive: String, counts: [Int]) throws {
        let cpu = try Self.collect(archive).cpu
        #expect(cpu.sockets == counts[0])
        #expect(cpu.threads == counts[1])
    }
}
