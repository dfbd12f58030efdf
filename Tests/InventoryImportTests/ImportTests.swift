import FoundationEssentials
import Inventory
import InventoryImport
import TestSupport
import Testing

struct ImportTests {
    private func machines(_ text: String) throws -> [ImportedMachine] {
        try InventoryImport.machines(in: Array(text.utf8))
    }

    private func machine(_ text: String) throws -> ImportedMachine {
        try #require(try machines(text).first)
    }

    @Test func ourOwnDocumentsAreTakenAsTheyAre() throws {
        let inventory = Inventory(version: 1, collectedAt: 7, memory: Inventory.Memory(total: 1 << 30))
        let text = try String(decoding: JSONEncoder().encode(inventory), as: UTF8.self)
        #expect(try machines(text) == [ImportedMachine(inventory: inventory)])
        #expect(
            try machines(#"{"b": \#(text), "a": \#(text)}"#) == [
                ImportedMachine(name: "a", inventory: inventory), ImportedMachine(name: "b", inventory: inventory),
            ]
        )
    }

    @Test(arguments: ["{}", "[]", "7", #""text""#, "[[]]", #"{"nodes": []}"#, "{'a': 1}", "", "[('cpu',", "\u{0}"])
    func whatIsNoInventoryIsRefused(text: String) {
        #expect(throws: ImportError.self) { try machines(text) }
    }

    @Test func whatIsOfTheRightKindAndEmptyIsRefused() {
        #expect(throws: ImportError.nothing("ironic's document")) { try machines(#"{"inventory": {"disks": []}}"#) }
        #expect(throws: ImportError.nothing("lshw's document")) {
            try machines(#"[{"id": "core", "class": "bus"}]"#)
        }
        #expect(throws: ImportError.nothing("a list of python-hardware's facts")) {
            try machines(#"[["disk", "sda"], ["cpu"]]"#)
        }
    }

    /// Each value may be of the wrong kind, and is then not known.
    @Test func valuesOfTheWrongKindAreNotKnown() throws {
        let text = """
            {"inventory": {"cpu": {"count": "many", "flags": {"a": 1}, "frequency": []}, "memory": 5,
             "disks": [{"name": 7, "size": -1}, 3, {"name": "/dev/sda", "size": 1e300, "rotational": "maybe"}],
             "interfaces": {"eth0": {}}, "boot": {"current_boot_mode": "coreboot"}, "system_vendor": []}}
            """
        let inventory = try machine(text).inventory
        #expect(inventory.cpu == Inventory.CPU() && inventory.memory == Inventory.Memory())
        #expect(inventory.disks == [Inventory.Disk(name: "7"), Inventory.Disk(name: "sda")])
        #expect(inventory.nics.isEmpty && inventory.bootMode == nil)
    }

    @Test func theNeighbourIsReadFromItsTLVs() throws {
        let text = """
            {"inventory": {"interfaces": [
              {"name": "em1", "mac_address": "AA:BB:CC:00:00:01", "has_carrier": true, "speed_mbps": 25000,
               "pci_address": "0000:3b:00.0", "driver": "mlx5_core",
               "lldp": [[1, "04112233aabbcc"], [2, "07373334"], [3, "003c"], [5, "737730312d646973742d31622d623132"],
                        [8, "0501c000020f020000000000"], [127, "0080c2010066"], [127, "0080c203006507766c616e313031"],
                        [128, "00"], [4], "noise", [0, ""]]},
              {"name": "em2", "has_carrier": false, "speed_mbps": 1000, "lldp": [[1, "041122"], [2, "zz"]]}],
             "boot": {"pxe_interface": "01-aa-bb-cc-00-00-01"}}}
            """
        let nics = try machine(text).inventory.nics
        #expect(
            nics.first
                == Inventory.NIC(
                    name: "em1",
                    mac: "aa:bb:cc:00:00:01",
                    driver: "mlx5_core",
                    busPath: "pci-0000:3b:00.0",
                    link: true,
                    speed: 25000,
                    isBoot: true,
                    neighbor: Inventory.Neighbor(
                        switch: "sw01-dist-1b-b12",
                        chassis: "11:22:33:aa:bb:cc",
                        port: "734",
                        managementAddress: "192.0.2.15",
                        nativeVLAN: 102,
                        vlans: [Inventory.Neighbor.VLAN(id: 101, name: "vlan101")]
                    )
                )
        )
        #expect(nics.last == Inventory.NIC(name: "em2", link: false))
    }

    @Test func pythonsListsAreRead() throws {
        let text = #"""
            [('system', 'product', 'serial', 'CZ\'1'), ("system", "product", "name", u'5" drive (old)'),
             ('memory', 'banks', 'count', 16), ('cpu', 'logical', 'number', 32), ('disk', 'sda', 'rotational', None), ]
            """#
        let inventory = try machine(text).inventory
        #expect(inventory.system == Inventory.System(product: #"5" drive (old)"#, serial: "CZ'1"))
        #expect(inventory.memory.slots == 16 && inventory.cpu.threads == 32)
        #expect(inventory.disks == [Inventory.Disk(name: "sda")])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsRefusedOrRead(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let samples = [
            #"{"inventory":{"disks":[{"name":"/dev/sda","size":5}],"interfaces":[{"name":"a","lldp":[[1,"04"]]}]}}"#,
            #"[{"id":"a","class":"system","children":[{"id":"core","class":"bus","children":[]}]}]"#,
            "[('disk', 'sda', 'size', '299'), ('cpu', 'physical_0', 'cores', '8')]",
        ]
        var octets = Array(samples[Int(seed % 3)].utf8)
        for _ in 0..<6 {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
        }
        _ = try? InventoryImport.machines(in: octets)
    }
}
