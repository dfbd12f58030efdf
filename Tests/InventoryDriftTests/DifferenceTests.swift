import Inventory
import InventoryDrift
import Testing

struct DifferenceTests {
    private func differences(_ change: (inout Inventory) -> Void) -> [String] {
        var after = Samples.server
        change(&after)
        return Differences(between: Samples.server, and: after).list.map {
            "\($0.path): \($0.before ?? "-") > \($0.after ?? "-")"
        }
    }

    @Test func equalMachinesDifferInNothing() {
        #expect(differences { _ in }.isEmpty)
        #expect(
            differences {
                $0.collectedAt = 5
                $0.version = 1
                $0.sensors = []
                $0.disks.reverse()
                $0.nics.reverse()
            }.isEmpty
        )
    }

    @Test func fieldsAreNamedAsRoleExpressionsNameThem() {
        #expect(
            differences { inventory in
                inventory.memory.modules[2].size = 8 << 30
                inventory.memory.total = nil
                inventory.secureBoot = false
                inventory.nics[0].neighbor?.vlans = [Inventory.Neighbor.VLAN(id: 5, name: "storage")]
                inventory.cpu.flags = ["fpu", "svm"]
                inventory.gpus[0].linkSpeed = 8
            } == [
                "cpu.flags: vmx > -", "cpu.flags: - > svm", "gpus[0000:af:00.0].link_speed: 16 > 8",
                "memory.modules[DIMM_A3].size: 17179869184 > 8589934592", "memory.total: 135291469824 > -",
                "nics[pci-0000:3b:00.0].neighbor.vlans[5]: - > id 5, name storage", "secure_boot: yes > no",
            ]
        )
    }

    @Test func partsThatComeAndGoAreTold() {
        let found = differences { inventory in
            inventory.disks.remove(at: 0)
            inventory.tpm = nil
            inventory.disks[0].partitions = [Inventory.Partition(number: 1, name: "nvme0n1p1")]
        }
        #expect(found.contains { $0.hasPrefix("disks[pci-0000:00:17.0-ata-1]: bus_path pci-0000:00:17.0-ata-1, ") })
        #expect(found.contains("disks[pci-0000:d8:00.0-nvme-1].partitions[1]: - > name nvme0n1p1, number 1"))
        #expect(found.contains("tpm.version: 2.0 > -"))
        #expect(found.count == 5)
    }

    @Test func anythingIsComparedWithNothing() {
        let all = Differences(between: Inventory(), and: Samples.server).list
        #expect(all.count > 30 && all.allSatisfy { $0.before == nil && $0.after != nil })
        #expect(Differences(between: Samples.server, and: Inventory()).list.count == all.count)
    }
}
