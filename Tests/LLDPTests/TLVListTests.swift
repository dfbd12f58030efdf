import FoundationEssentials
import LLDP
import Octets
import TestSupport
import Testing

/// TLVs as ironic's ramdisk reports them, with what ironic-inspector's tests find in them.
@Suite(.enabled(if: Fixture.assets != nil, "the lists are not beside this checkout"))
struct TLVListTests {
    private struct List: Decodable {
        var test: String
        var tlvs: [Element]

        struct Element: Decodable {
            var type: Int
            var digits: String

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                type = try values.decode(Int.self)
                digits = try values.decode(String.self)
            }

            var octets: [UInt8] {
                let digits = Array(digits.utf8)
                return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                    UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
                }
            }
        }
    }

    private static func lists(_ test: String? = nil) throws -> [List] {
        let octets = try Fixture.octets(ofAsset: "lldp/tlv-lists/ironic-inspector-lldp_basic.json")
        return try JSONDecoder().decode([List].self, from: Data(octets)).filter { test == nil || $0.test == test }
    }

    /// The octets of an LLDPDU that holds these TLVs.
    private static func octets(_ list: List) throws -> [UInt8] {
        var octets: [UInt8] = []
        for element in list.tlvs where element.type < 128 {
            octets.append(bigEndian: UInt16(element.type) << 9 | UInt16(element.octets.count))
            octets += element.octets
        }
        return octets
    }

    private static func unit(_ test: String) throws -> LLDPDU {
        try LLDPDU(parsing: octets(#require(try lists(test).first)))
    }

    @Test(arguments: ["test_all_valid_data", "test_old_format"])
    func aSwitchThatTellsAllItCan(test: String) throws {
        let unit = try Self.unit(test)
        #expect("\(unit.chassis)" == "11:22:33:aa:bb:cc" && "\(unit.port)" == "734" && unit.timeToLive == 60)
        #expect(unit.portDescription == "host02.lab.eng port 3 (Bond)")
        #expect(unit.systemName == "sw01-dist-1b-b12")
        #expect(unit.systemDescription?.hasPrefix("Networks, Inc. 5500, version 12 ") == true)
        let both: SystemCapabilities.Capability = [.bridge, .router]
        #expect(unit.first(SystemCapabilities.self) == SystemCapabilities(supported: both, enabled: both))
        #expect(
            unit.all(ManagementAddress.self).map { "\($0.address)" }
                == ["192.0.2.15", "2001:db8:85a3::8a2e:370:7334", "aa:11:bb:22:cc:33"]
        )
        #expect(unit.first(LinkNegotiation.self) == LinkNegotiation(status: 3, advertised: 0x6C11, mode: 16))
        #expect(unit.first(EthernetLinkAggregation.self)?.aggregatedPort == 2)
        #expect(unit.first(MaximumFrameSize.self) == MaximumFrameSize(1514))
        #expect(unit.first(PortVLAN.self) == PortVLAN(102))
        #expect(unit.all(ProtocolVLAN.self).map(\.vlan) == [10, 20])
        #expect(unit.all(VLANName.self).map(\.vlan) == [101, 102, 104])
        #expect(unit.all(VLANName.self).map(\.text) == ["vlan101", "vlan102", "vlan104"])
        #expect(unit.first(ManagementVLAN.self) == ManagementVLAN(88))
        for tlv in unit.others { try tlv.expectRoundTrip() }
        #expect(try LLDPDU(parsing: unit.octets()) == unit)
    }

    @Test func severalSwitchesAreToldApart() throws {
        let lists = try Self.lists("test_multiple_interfaces")
        let units = try lists.dropLast().map { try LLDPDU(parsing: Self.octets($0)) }
        #expect(
            units.map { "\($0.chassis) \($0.port)" } == [
                "11:22:33:aa:bb:cc 734", "11:22:33:aa:bb:ee 799", "11:22:33:aa:bb:dd 788",
            ]
        )
        #expect(throws: WireError.invalid(field: "TLV type where 1 is due", value: 3)) {
            try LLDPDU(parsing: Self.octets(#require(lists.last)))
        }
    }

    @Test func chassisAreNamedByAddressesAndByTexts() throws {
        let names = try Self.lists("test_chassis_ids").map { list in
            let octets = list.tlvs[0].octets
            return "\(ChassisID(ChassisID.Subtype(rawValue: octets[0]), Array(octets.dropFirst())))"
        }
        #expect(names == ["192.0.2.15", "sw01"])
    }

    @Test func whoSaysTwiceWhoItIsIsNotBelieved() throws {
        #expect(throws: WireError.invalid(field: "TLV type where 2 is due", value: 1)) {
            try Self.unit("test_duplicate_tlvs")
        }
    }

    /// What is cut off or wrong within a TLV says nothing, and hides no other.
    @Test(arguments: [
        "test_unhandled_tlvs", "test_unhandled_oui", "test_null_strings", "test_truncated_int", "test_invalid_ip",
        "test_truncated_mac", "test_bad_value_macphy", "test_bad_value_linkagg",
    ])
    func whatCannotBeReadIsKeptAndSaysNothing(test: String) throws {
        let list = try #require(try Self.lists(test).first)
        let others = try list.tlvs.filter { (4...127).contains($0.type) }.map {
            try TLV(TLVType(rawValue: UInt8($0.type)), $0.octets)
        }
        let station = ChassisID(.local, [0x41])
        let unit = LLDPDU(chassis: station, port: PortID(.local, [0x31]), others: others)
        #expect(try LLDPDU(parsing: unit.octets()) == unit)
        #expect(unit.systemName == nil && unit.portDescription == nil)
        let addresses = unit.all(ManagementAddress.self).map { "\($0.address)" }
        #expect(addresses == (test == "test_invalid_ip" ? ["c0:00:02:0f"] : []))
        #expect(unit.all(VLANName.self).isEmpty && unit.all(PortVLAN.self).isEmpty)
        #expect(unit.all(EthernetLinkAggregation.self).isEmpty && unit.all(MaximumFrameSize.self).isEmpty)
        #expect(unit.all(LinkNegotiation.self).map(\.mode) == (test == "test_bad_value_macphy" ? [0xFFFF] : []))
        for tlv in others { try tlv.expectRoundTrip() }
    }
}
