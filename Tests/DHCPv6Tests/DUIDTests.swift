import DHCPv6
import Octets
import Testing

@Suite struct DUIDTests {
    let mac = MACAddress("52:54:00:77:00:01")

    @Test func anEthernetAddressIsAnIdentifier() throws {
        let duid = DUID.linkLayer(try #require(mac))
        #expect(duid.octets == [0, 3, 0, 1, 0x52, 0x54, 0, 0x77, 0, 1])
        #expect(duid.kind == .linkLayer && duid.macAddress == mac)
        #expect("\(duid)" == "00:03:00:01:52:54:00:77:00:01")
        #expect(duid.time == nil && duid.uuid == nil && duid.enterpriseNumber == nil)
    }

    @Test func anEthernetAddressAndATimeAreAnIdentifier() throws {
        let duid = DUID.linkLayer(try #require(mac), time: 0x0102_0304)
        #expect(duid.octets == [0, 1, 0, 1, 1, 2, 3, 4, 0x52, 0x54, 0, 0x77, 0, 1])
        #expect(duid.kind == .linkLayerTime && duid.macAddress == mac && duid.time == 0x0102_0304)
    }

    @Test func anEnterprisesIdentifierIsItsOwn() throws {
        let duid = try #require(DUID.enterprise(9, identifier: [0x0C, 0xC0, 0x84, 0xD3]))
        #expect(duid.octets == [0, 2, 0, 0, 0, 9, 0x0C, 0xC0, 0x84, 0xD3])
        #expect(duid.enterpriseNumber == 9 && duid.macAddress == nil)
        #expect(DUID.enterprise(9, identifier: []) == nil)
        #expect(DUID.enterprise(9, identifier: [UInt8](repeating: 1, count: 124))?.octets.count == 130)
        #expect(DUID.enterprise(9, identifier: [UInt8](repeating: 1, count: 125)) == nil)
    }

    @Test func aUUIDIsReadInBothOrders() throws {
        let duid = try #require(DUID.uuid(octets: (1...16).map { UInt8($0) }))
        #expect(duid.octets.starts(with: [0, 4, 1, 2]))
        #expect(duid.uuid == "01020304-0506-0708-090a-0b0c0d0e0f10")
        #expect(duid.uuidInSMBIOSOrder == "04030201-0605-0807-090a-0b0c0d0e0f10")
        #expect(DUID.uuid(octets: [1, 2, 3]) == nil)
        #expect(DUID.uuid(octets: [UInt8](repeating: 0, count: 16))?.uuid == nil, "boards without a UUID have zeroes")
    }

    @Test func anAddressOfOtherHardwareIsNoEthernetAddress() throws {
        let duid = try #require(DUID(octets: [0, 3, 0, 32, 1, 2, 3, 4, 5, 6]))
        #expect(duid.macAddress == nil)
        #expect(duid.linkLayerAddress == LinkLayerAddress(hardwareType: 32, octets: [1, 2, 3, 4, 5, 6]))
    }

    @Test func whatIsTooShortTellsNothingAndIsStillAnIdentifier() throws {
        for octets in [
            [0, 1, 0], [0, 1, 0, 1, 0, 0, 0, 1], [0, 3, 0, 1], [0, 3, 0, 1, 1], [0, 4, 1], [0, 2, 0], [9, 9, 9],
        ] {
            let duid = try #require(DUID(octets: octets.map { UInt8($0) }))
            #expect(duid.macAddress == nil && duid.uuid == nil && duid.enterpriseNumber == nil)
        }
    }

    @Test func anIdentifierHasOneTo128OctetsAfterItsKind() {
        for count in [0, 1, 2, 131, 200] { #expect(DUID(octets: [UInt8](repeating: 1, count: count)) == nil) }
        for count in [3, 130] { #expect(DUID(octets: [UInt8](repeating: 1, count: count)) != nil) }
    }
}
