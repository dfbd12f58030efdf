import Inventory
import LLDP
import Testing

struct NeighborTests {
    private func unit(_ others: [TLV]) -> LLDPDU {
        LLDPDU(
            chassis: ChassisID(.macAddress, [0x02, 0, 0, 0, 0, 0xAB]),
            port: PortID(.interfaceName, Array("Ethernet1/7".utf8)),
            others: others
        )
    }

    @Test func aSwitchIsNamedWithItsPortAndItsVLANs() throws {
        let neighbor = try Inventory.Neighbor(
            unit([
                TLV(.systemName, Array("leaf-4a\0".utf8)), TLV(.portDescription, Array("rack 4 unit 12".utf8)),
                TLV(.systemDescription, Array("Arista\r\n EOS\u{1B}[31m 4.30".utf8)),
                TLV(ManagementAddress(NetworkAddress(family: 2, address: [UInt8](repeating: 0xFD, count: 16)))),
                TLV(ManagementAddress(NetworkAddress(family: 1, address: [10, 0, 0, 7]))), TLV(PortVLAN(10)),
                TLV(VLANName(vlan: 30, name: "storage")), TLV(VLANName(vlan: 20, name: "")),
                TLV(EthernetLinkAggregation(status: 3, aggregatedPort: 5)), TLV(MaximumFrameSize(9236)),
            ])
        )
        #expect(
            neighbor
                == Inventory.Neighbor(
                    switch: "leaf-4a",
                    chassis: "02:00:00:00:00:ab",
                    port: "Ethernet1/7",
                    portDescription: "rack 4 unit 12",
                    description: "Arista EOS [31m 4.30",
                    managementAddress: "10.0.0.7",
                    nativeVLAN: 10,
                    vlans: [
                        Inventory.Neighbor.VLAN(id: 20), Inventory.Neighbor.VLAN(id: 30, name: "storage"),
                    ],
                    isAggregated: true,
                    frameSize: 9236
                )
        )
    }

    @Test func aSwitchWithoutANameGoesByItsChassis() throws {
        let neighbor = try Inventory.Neighbor(unit([TLV(PortVLAN(0)), TLV(.systemName, Array("\t\n".utf8))]))
        #expect(neighbor.switch == "02:00:00:00:00:ab" && neighbor.nativeVLAN == nil && neighbor.vlans.isEmpty)
        #expect(neighbor.isAggregated == nil && neighbor.managementAddress == nil)
    }
}
