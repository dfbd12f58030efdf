import AgentAPI
import AgentCore
import Inventory
import Testing

struct DiskChoiceTests {
    private let first = Inventory.Disk(name: "sda", serial: "A", wwn: "0x1", size: 1000, busPath: "pci-1")
    private let second = Inventory.Disk(name: "sdb", serial: "B", size: 1000, busPath: "pci-2")
    private let nameless = Inventory.Disk(name: "vda", size: 500, busPath: "pci-3")
    private var disks: [Inventory.Disk] { [first, second, nameless] }

    @Test func aDiskIsFoundByWhatDoesNotChange() throws {
        #expect(try DiskChoice.find(RootDisk(serial: "B", size: 1000, lastName: "sda"), among: disks) == second)
        #expect(try DiskChoice.find(RootDisk(wwn: "0x1", size: 1000), among: disks) == first)
        #expect(try DiskChoice.find(RootDisk(serial: "A", busPath: "moved", size: 1000), among: disks) == first)
        #expect(try DiskChoice.find(RootDisk(busPath: "pci-3", size: 500, lastName: "sdq"), among: disks) == nameless)
        #expect(try DiskChoice.find(RootDisk(size: 500), among: disks) == nameless)
    }

    @Test func theKernelsNameIsNoIdentity() {
        #expect(throws: DiskChoice.Problem.self) {
            try DiskChoice.find(RootDisk(serial: "C", size: 1000, lastName: "sda"), among: disks)
        }
    }

    @Test func aContradictionIsRefused() {
        for wanted in [
            RootDisk(serial: "A", wwn: "0x2", size: 1000), RootDisk(serial: "A", size: 999),
            RootDisk(busPath: "pci-9", size: 500), RootDisk(serial: "Z", busPath: "pci-3", size: 500),
        ] {
            #expect(throws: DiskChoice.Problem.self) { try DiskChoice.find(wanted, among: disks) }
        }
    }

    @Test func ambiguityIsRefusedWithWhatWasFoundUnlessThePlaceDecides() throws {
        let twins = [
            Inventory.Disk(name: "sda", serial: "same", size: 7, busPath: "x"),
            Inventory.Disk(name: "sdb", serial: "same", size: 7, busPath: "y"),
        ]
        #expect(try DiskChoice.find(RootDisk(serial: "same", busPath: "y", size: 7), among: twins).name == "sdb")
        do {
            _ = try DiskChoice.find(RootDisk(serial: "same", size: 7), among: twins)
            Issue.record("two disks fit")
        } catch {
            #expect("\(error)".contains("sda (serial same"))
            #expect("\(error)".contains("sdb"))
        }
    }
}
