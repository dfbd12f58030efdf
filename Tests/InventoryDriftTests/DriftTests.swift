import FoundationEssentials
import Inventory
import InventoryDrift
import Testing

struct DriftTests {
    /// What is found when a server becomes what `change` makes of it.
    private func findings(_ change: (inout Inventory) -> Void) -> [Finding] {
        var after = Samples.server
        after.collectedAt = 2000
        change(&after)
        return Drift(from: Samples.server, to: after).findings
    }

    private func texts(_ change: (inout Inventory) -> Void) -> [String] {
        findings(change).map { "\($0.severity.rawValue): \($0.text)" }
    }

    @Test func whatIsTheSameHasNotDrifted() {
        #expect(findings { _ in }.isEmpty)
        let other = findings { inventory in
            inventory.collectedAt += 86400
            inventory.kernel.release = "6.12.1"
            inventory.memory.total = 126 << 30 - 40 << 20
            inventory.disks.removeAll { $0.removable == true }
            inventory.nics.removeAll { $0.driver == "cdc_ether" }
            inventory.gpus[0].linkSpeed = 2.5
            inventory.sensors = [Inventory.Sensor(chip: "c", name: "n", kind: .fan, value: 7)]
            inventory.disks[0].name = "sdb"
            inventory.disks[0].signatures = []
            inventory.nics.reverse()
            inventory.disks.reverse()
        }
        #expect(other.isEmpty, "\(other)")
    }

    @Test func whatOneOfTheTwoDoesNotKnowIsNoChange() {
        let unknown = Inventory(version: 1, collectedAt: 0)
        #expect(Drift(from: unknown, to: Samples.server).findings.allSatisfy { $0.severity == .note })
        var old = Samples.server
        old.version = 1
        old.tpm = nil
        old.bmc = nil
        old.numa = nil
        for index in old.nics.indices {
            old.nics[index].firmware = nil
            old.nics[index].neighbor = nil
        }
        for index in old.memory.modules.indices { old.memory.modules[index].configuredSpeed = nil }
        #expect(Drift(from: old, to: Samples.server).findings.isEmpty, "an old document says less")
    }

    @Test func aModuleThatIsGoneBlocks() {
        let gone = texts { inventory in
            inventory.memory.modules.remove(at: 2)
            inventory.memory.installed = 112 << 30
            inventory.memory.total = 110 << 30
        }
        #expect(gone == ["block: memory module DIMM_A3 is gone (16.0 GiB DDR4, serial M3)"])
    }

    @Test func modulesOfOtherSizesAndOtherOnesOfTheSame() {
        #expect(
            texts { inventory in
                inventory.memory.modules[0] = Samples.module(1, size: 8 << 30)
                inventory.memory.modules[1] = Samples.module(2, serial: "new")
                inventory.memory.modules[3].configuredSpeed = 1866
                inventory.memory.modules[4].ecc = false
                inventory.memory.modules.append(Samples.module(9))
            } == [
                "block: memory module DIMM_A1 had 16.0 GiB and has 8.0 GiB",
                "warning: memory module DIMM_A4 ran at 2400 MT/s and runs at 1866",
                "warning: memory module DIMM_A5 corrects no errors any more",
                "note: memory module DIMM_A9 is new (16.0 GiB DDR4)",
                "note: memory module DIMM_A2: the serial number was M2 and is new",
            ]
        )
    }

    @Test func memoryThatTheFirmwareLeavesOutBlocksThoughItIsListed() {
        #expect(
            texts { $0.memory.total = 110 << 30 }
                == ["block: usable memory was 126.0 GiB and is 110.0 GiB, though the same is installed"]
        )
    }

    @Test func memoryThatIsNotListedAnyMore() {
        #expect(
            texts {
                $0.memory.modules = []
                $0.memory.installed = nil
            } == ["warning: the memory modules are not listed any more; 8 were"]
        )
        #expect(
            texts {
                $0.memory.modules = []
                $0.memory.installed = nil
                $0.memory.total = 94 << 30
            } == ["block: memory was 126.0 GiB and is 94.0 GiB"]
        )
    }

    @Test func disksThatAreGoneOrOfAnotherSizeBlock() {
        #expect(
            texts { inventory in
                inventory.disks[0].size = 240_057_409_536
                inventory.disks[0].firmware = "GC58"
                inventory.disks[1] = Inventory.Disk(
                    name: "nvme0n1",
                    serial: "N2",
                    size: 1 << 40,
                    busPath: "pci-0000:d8:00.0-nvme-1"
                )
            } == [
                "block: disk N1 is gone (1.8 TiB P4510, pci-0000:d8:00.0-nvme-1)",
                "block: disk S1 had 480103981056 octets and has 240057409536",
                "note: disk N2 is new (1.0 TiB, pci-0000:d8:00.0-nvme-1)",
                "note: disk S1: the firmware was GC57 and is GC58",
            ]
        )
    }

    @Test func aDiskThatDoesNotSayWhichItIsGoesByItsPlace() {
        #expect(
            texts { inventory in
                inventory.disks[1].serial = nil
                inventory.disks[1].name = "nvme1n1"
            } == []
        )
        let before = Inventory(disks: [Inventory.Disk(name: "vda", size: 5), Inventory.Disk(name: "vdb", size: 6)])
        let after = Inventory(disks: [Inventory.Disk(name: "vdb", size: 7)])
        let found = Drift(from: before, to: after).findings
        #expect(found.map(\.text) == ["disk vda is gone (5 octets)", "disk vdb had 6 octets and has 7"])
    }

    @Test func linksAndCards() {
        #expect(
            texts { inventory in
                inventory.nics[0].firmware = "16.35"
                inventory.nics[0].neighbor?.port = "1/9"
                inventory.nics[0].speed = 10000
                inventory.nics[1].link = false
                inventory.nics[1].speed = nil
                inventory.pci[0].linkWidth = 4
                inventory.pci[1] = Inventory.PCIDevice(address: "0000:5f:00.0", classCode: 0x0B4000)
                inventory.gpus = []
            } == [
                "block: GPU 0000:af:00.0 is gone (10de:20b0)",
                "warning: NIC 02:00:00:00:00:01 had 25000 Mbit/s and has 10000",
                "warning: NIC 02:00:00:00:00:02 has no link any more (eno2)",
                "warning: device 0000:5e:00.0 is gone (8086:37c8, c6xx)",
                "warning: device 0000:3b:00.0 had 8 lanes and has 4",
                "note: NIC 02:00:00:00:00:01: the firmware was 14.23 and is 16.35",
                "note: NIC 02:00:00:00:00:01: the other end was leaf-a port 1/7 and is leaf-a port 1/9",
                "note: device 0000:5f:00.0 is new",
            ]
        )
        #expect(
            texts { inventory in
                inventory.nics.remove(at: 1)
                inventory.gpus[0].address = "0000:b0:00.0"
                inventory.gpus[0].linkWidth = 8
            } == [
                "block: NIC 02:00:00:00:00:02 is gone (eno2, pci-0000:3b:00.1, mlx5_core)",
                "warning: GPU 0000:b0:00.0 had 16 lanes and has 8",
            ],
            "a card in another slot is the same card"
        )
    }

    @Test func firmwareIsANoteAndAnotherMachineIsNot() {
        #expect(
            texts { inventory in
                inventory.firmware.version = "2.12.1"
                inventory.cpu.microcode = "0x2"
                inventory.tpm?.firmware = "7.3"
                inventory.bmc?.address = "10.0.0.10"
            } == [
                "note: the firmware's version was 2.10.0 and is 2.12.1", "note: the microcode was 0x1 and is 0x2",
                "note: the TPM's firmware was 7.2 and is 7.3",
                "note: the management controller's address was 10.0.0.9 and is 10.0.0.10",
            ]
        )
        #expect(
            texts { inventory in
                inventory.system.serial = "ABC2"
                inventory.system.uuid = "u-2"
                inventory.board.serial = "B2"
                inventory.bootMode = .bios
                inventory.secureBoot = false
                inventory.tpm = nil
                inventory.bmc?.mac = "02:00:00:00:00:bb"
            } == [
                "block: the machine's serial number was ABC1 and is ABC2",
                "warning: the board's serial number was B1 and is B2", "warning: the boot mode was uefi and is bios",
                "warning: secure boot was on and is off", "warning: the TPM is gone (2.0)",
                "warning: the management controller's MAC address was 02:00:00:00:00:aa and is 02:00:00:00:00:bb",
            ]
        )
    }

    @Test func processors() {
        #expect(
            texts { inventory in
                inventory.cpu.model = "Xeon Gold 6230"
                inventory.cpu.sockets = 1
                inventory.cpu.cores = 40
                inventory.cpu.threads = 40
            } == [
                "block: the processor model was Xeon Gold 6130 and is Xeon Gold 6230",
                "block: sockets were 2 and are 1",
                "warning: threads were 64 and are 40", "note: cores were 32 and are 40",
            ]
        )
    }

    @Test func aFindingIsWrittenWithItsSeverity() throws {
        let finding = Finding(.diskGone, "disk S1", "is gone")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = try String(decoding: encoder.encode(finding), as: UTF8.self)
        #expect(text == #"{"change":"is gone","part":"disk S1","rule":"disk-gone","severity":"block"}"#)
        #expect(try JSONDecoder().decode(Finding.self, from: Data(text.utf8)) == finding)
    }
}
