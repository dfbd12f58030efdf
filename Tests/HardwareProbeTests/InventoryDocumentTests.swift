import FoundationEssentials
import Inventory
import Testing

struct InventoryDocumentTests {
    private func keys(_ value: some Encodable) throws -> Set<String> {
        let text = try String(decoding: JSONEncoder().encode(value), as: UTF8.self)
        return Set(text.split(separator: "\"").map(String.init))
    }

    @Test func namesAreThoseOfRoleExpressions() throws {
        let inventory = Inventory(
            bootMode: .uefi,
            secureBoot: true,
            cpu: Inventory.CPU(threads: 64, frequencyMax: 3200),
            memory: Inventory.Memory(total: 1 << 38, installed: 1 << 38),
            disks: [
                Inventory.Disk(
                    name: "sda",
                    size: 1,
                    logicalBlock: 512,
                    physicalBlock: 4096,
                    rotational: false,
                    busPath: "pci",
                    byID: "wwn"
                )
            ],
            nics: [Inventory.NIC(name: "eth0", permanentMAC: "m", busPath: "pci", isBoot: true)],
            pci: [
                Inventory.PCIDevice(
                    address: "a",
                    vendorID: 1,
                    deviceID: 2,
                    subsystemVendorID: 3,
                    subsystemDeviceID: 4,
                    classCode: 5
                )
            ],
            kernel: Inventory.Kernel(agentVersion: "1")
        )
        let expected: Set<String> = [
            "version", "collected_at", "system", "board", "chassis", "firmware", "boot_mode", "uefi", "secure_boot",
            "cpu",
            "threads", "frequency_max", "memory", "total", "installed", "modules", "disks", "logical_block",
            "physical_block", "rotational", "bus_path", "by_id", "nics", "permanent_mac", "is_boot", "pci", "vendor_id",
            "device_id", "subsystem_vendor_id", "subsystem_device_id", "class_code", "gpus", "kernel", "agent_version",
        ]
        #expect(try keys(inventory).isSuperset(of: expected))
        #expect(try keys(Inventory.System(assetTag: "7")).contains("asset_tag"))
    }

    @Test func whatIsUnknownIsAbsent() throws {
        #expect(try keys(Inventory.Disk(name: "sda")).isDisjoint(with: ["size", "rotational", "serial"]))
        #expect(try !keys(Inventory()).contains("boot_mode"))
    }

    @Test func aDocumentMayLackSections() throws {
        let text = #"{"version": 1, "collected_at": 5, "memory": {"total": 1024}, "disks": [{"name": "vda"}]}"#
        let inventory = try JSONDecoder().decode(Inventory.self, from: Data(text.utf8))
        #expect(
            inventory
                == Inventory(
                    collectedAt: 5,
                    memory: Inventory.Memory(total: 1024),
                    disks: [Inventory.Disk(name: "vda")]
                )
        )
    }
}
