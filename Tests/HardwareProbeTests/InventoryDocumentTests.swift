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

    @Test func theNamesOfVersion2() throws {
        let signature = Inventory.Signature(type: "ext4", uuid: "u", label: "l")
        let partition = Inventory.Partition(number: 1, name: "sda1", start: 0, size: 1, signatures: [signature])
        let neighbor = Inventory.Neighbor(
            switch: "leaf",
            chassis: "m",
            port: "e1",
            portDescription: "p",
            managementAddress: "a",
            nativeVLAN: 1,
            vlans: [Inventory.Neighbor.VLAN(id: 5, name: "storage")],
            isAggregated: false,
            frameSize: 9216
        )
        let inventory = Inventory(
            cpu: Inventory.CPU(frequencyBase: 2000, microcode: "0x1"),
            memory: Inventory.Memory(modules: [Inventory.MemoryModule(configuredSpeed: 2400)], slots: 24),
            disks: [
                Inventory.Disk(
                    name: "sda",
                    byPath: "pci",
                    controller: "0000:01:00.0",
                    numaNode: 0,
                    partitionTable: "gpt",
                    partitions: [partition],
                    signatures: []
                )
            ],
            nics: [
                Inventory.NIC(
                    name: "eth0",
                    firmware: "1",
                    sriovTotal: 8,
                    sriovActive: 0,
                    numaNode: 0,
                    neighbor: neighbor
                )
            ],
            pci: [
                Inventory.PCIDevice(
                    address: "a",
                    numaNode: 0,
                    linkWidth: 8,
                    linkWidthMax: 16,
                    linkSpeed: 8,
                    linkSpeedMax: 16,
                    sriovTotal: 8
                )
            ],
            numa: [Inventory.NUMANode(number: 0, threads: 8, processors: "0-7", memory: 1)],
            tpm: Inventory.TPM(version: "2.0"),
            bmc: Inventory.ManagementController(
                interface: "kcs",
                ipmiVersion: "2.0",
                address: "10.0.0.2",
                mac: "m",
                serviceAddress: "169.254.1.1",
                servicePort: 443,
                serviceName: "idrac"
            ),
            usb: [Inventory.USBDevice(path: "1-1", vendorID: 1, productID: 2, classCode: 3)],
            sensors: [Inventory.Sensor(chip: "c", name: "n", kind: .temperature, value: 40.5, max: 90, critical: 100)]
        )
        let expected: Set<String> = [
            "frequency_base", "microcode", "slots", "configured_speed", "by_path", "controller", "numa_node",
            "partition_table", "partitions", "signatures", "sriov_total", "sriov_active", "neighbor", "switch",
            "chassis",
            "port", "port_description", "management_address", "native_vlan", "vlans", "is_aggregated", "frame_size",
            "link_width", "link_width_max", "link_speed", "link_speed_max", "numa", "processors", "tpm", "bmc",
            "ipmi_version", "service_address", "service_port", "service_name", "usb", "product_id", "sensors",
            "critical",
        ]
        #expect(try keys(inventory).isSuperset(of: expected))
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
    }

    @Test func theNamesOfHealth() throws {
        let inventory = Inventory(
            disks: [
                Inventory.Disk(
                    name: "sda",
                    health: Inventory.DiskHealth(
                        verdict: .ok,
                        reasons: [],
                        wear: 1,
                        spare: 2,
                        powerOnHours: 3,
                        powerCycles: 4,
                        temperature: 5,
                        temperatureMax: 6,
                        reallocated: 7,
                        pending: 8,
                        mediaErrors: 9,
                        octetsRead: 10,
                        octetsWritten: 11
                    ),
                    rotationRate: 7200
                )
            ],
            nics: [Inventory.NIC(name: "eth0", speedMax: 1)],
            tpm: Inventory.TPM(endorsementKey: "k", endorsementKeyType: "t", endorsementCertificate: "c"),
            bmc: Inventory.ManagementController(ipv6Addresses: ["a"]),
            efi: Inventory.EFIBoot(current: "0000", order: [], setupMode: false),
            health: Inventory.Health(
                depth: .quick,
                duration: 1,
                cpu: .init(rate: 1, slowest: 1, fastest: 1, threads: 1, mismatches: 0, stragglers: [], duration: 1),
                memory: .init(bandwidth: 1, tested: 1, mismatches: 0, threads: 1, duration: 1),
                disks: [.init(name: "sda", latency: 1, latencyMax: 1, errors: 0, duration: 1)],
                nics: [.init(name: "eth0", speedMax: 1, errorsTotal: 1, errors: 0, duration: 1)]
            )
        )
        let expected: Set<String> = [
            "health", "verdict", "wear", "spare", "power_on_hours", "power_cycles", "temperature_max", "reallocated",
            "pending", "media_errors", "octets_read", "octets_written", "rotation_rate", "speed_max",
            "endorsement_key", "endorsement_key_type", "endorsement_certificate", "ipv6_addresses", "efi",
            "setup_mode", "depth", "quick", "stragglers", "mismatches", "bandwidth", "latency_max", "errors_total",
        ]
        #expect(expected.subtracting(try keys(inventory)) == [])
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
    }

    @Test func whatIsUnknownIsAbsent() throws {
        #expect(try keys(Inventory.Disk(name: "sda")).isDisjoint(with: ["size", "rotational", "serial"]))
        #expect(try keys(Inventory()).isDisjoint(with: ["boot_mode", "numa", "tpm", "bmc", "usb", "sensors"]))
    }

    @Test func aDocumentMayLackSections() throws {
        let text = #"{"version": 1, "collected_at": 5, "memory": {"total": 1024}, "disks": [{"name": "vda"}]}"#
        let inventory = try JSONDecoder().decode(Inventory.self, from: Data(text.utf8))
        #expect(
            inventory
                == Inventory(
                    version: 1,
                    collectedAt: 5,
                    memory: Inventory.Memory(total: 1024),
                    disks: [Inventory.Disk(name: "vda")]
                )
        )
    }
}
