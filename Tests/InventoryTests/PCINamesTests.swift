import FoundationEssentials
import HardwareNames
import Inventory
import Testing

struct PCINamesTests {
    private static let list = """
        # A list.
        8086  Intel Corporation
        \t1572  Ethernet Controller X710 for 10GbE SFP+
        \t\t1028 1f9c  Ethernet 10G 4P X710 SFP+ rNDC
        \t\t8086 0000  Ethernet Converged Network Adapter X710-4
        \t9660  82599ES
        10de  NVIDIA Corporation
        \t1572  Not Intel's

        C 02  Network controller
        \t00  Ethernet controller
        \t\t01  not asked for
        C 03  Display controller
        """

    private let nic = Inventory.PCIDevice(
        address: "0000:01:00.0",
        vendorID: 0x8086,
        deviceID: 0x1572,
        subsystemVendorID: 0x1028,
        subsystemDeviceID: 0x1F9C,
        classCode: 0x020000
    )

    @Test func devicesHaveNamesAndBoardsTheirs() {
        let gpu = Inventory.PCIDevice(address: "b", vendorID: 0x10DE, deviceID: 1, classCode: 0x030200)
        let names = PCINames(Array(Self.list.utf8), for: [nic, gpu])
        #expect(names.name(of: nic) == "Intel Corporation Ethernet Controller X710 for 10GbE SFP+")
        #expect(names.boardName(of: nic) == "Ethernet 10G 4P X710 SFP+ rNDC")
        #expect(names.kind(of: nic) == "Ethernet controller")
        #expect(names.name(of: gpu) == "NVIDIA Corporation" && names.kind(of: gpu) == "Display controller")
        #expect(names.boardName(of: gpu) == nil)
    }

    @Test func whatWasNotAskedForHasNoName() {
        let names = PCINames(Array(Self.list.utf8), for: [Inventory.PCIDevice(address: "a", vendorID: 1)])
        #expect(names.name(of: nic) == nil && names.kind(of: nic) == nil)
        #expect(PCINames([], for: [nic]).name(of: nic) == nil)
        #expect(PCINames(Array("\t\n\t\t\nC\nC \n80\n8086\n\t\t1 2".utf8), for: [nic]).name(of: nic) == "")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/misc/pci.ids")))
    func theListOfThisMachineIsRead() throws {
        let list = try [UInt8](Data(contentsOf: URL(filePath: "/usr/share/misc/pci.ids")))
        let names = PCINames(list, for: [nic])
        #expect(names.name(of: nic) == "Intel Corporation Ethernet Controller X710 for 10GbE SFP+")
        #expect(names.kind(of: nic) == "Ethernet controller")
    }
}
