import BMC
import Octets
import Testing

/// What may be asked of a BMC's network and its accounts, before it is asked.
struct AccessTests {
    private func fixed(_ address: String, _ netmask: String, _ gateway: String? = nil) throws -> BMCLANWish {
        BMCLANWish(
            addressing: .fixed(
                try #require(IPv4Address(address)),
                netmask: try #require(IPv4Address(netmask)),
                gateway: gateway.flatMap { IPv4Address($0) }
            )
        )
    }

    @Test(arguments: [
        ("10.0.0.9", "255.255.255.0", "10.0.0.1"), ("10.0.0.9", "255.255.255.254", nil),
        ("192.168.4.9", "255.255.252.0", "192.168.7.254"),
    ])
    func anAddressThatCanBeIsTaken(address: String, netmask: String, gateway: String?) throws {
        #expect(try fixed(address, netmask, gateway).objection == nil)
    }

    @Test(arguments: [
        ("10.0.0.0", "255.255.255.0", nil), ("10.0.0.255", "255.255.255.0", nil), ("224.0.0.9", "255.255.255.0", nil),
        ("127.0.0.9", "255.255.255.0", nil), ("0.0.0.9", "255.255.255.0", nil), ("10.0.0.9", "255.0.255.0", nil),
        ("10.0.0.9", "0.0.0.0", nil), ("10.0.0.9", "255.255.255.0", "10.0.1.1"),
        ("10.0.0.9", "255.255.255.0", "10.0.0.9"), ("10.0.0.9", "255.255.255.0", "10.0.0.255"),
    ])
    func anAddressThatCannotBeIsRefused(address: String, netmask: String, gateway: String?) throws {
        #expect(try fixed(address, netmask, gateway).objection != nil)
    }

    @Test func onlyWhatDiffersIsAChange() throws {
        let lan = BMCLAN(
            interface: "eth0",
            source: .dhcp,
            address: IPv4Address("10.0.0.9"),
            netmask: IPv4Address("255.255.255.0"),
            gateway: IPv4Address("10.0.0.1"),
            vlan: .off
        )
        let wish = try fixed("10.0.0.9", "255.255.255.0")
        #expect(wish.changes(from: lan) == [.init(name: "source", before: "DHCP", after: "static")])
        #expect(BMCLANWish(addressing: .dhcp, vlan: .off).changes(from: lan).isEmpty)
        #expect(BMCLANWish(vlan: .number(5)).changes(from: BMCLAN(interface: "eth0")).map(\.before) == ["not said"])
    }

    @Test func aBMCIsKnownAgainByWhatItSaysAndByNothingElse() {
        let mark = BMCMark(certificate: "AB", uuid: "1-2", serial: nil, mac: "06:00")
        #expect(mark.difference(BMCMark(certificate: "ab", uuid: nil, serial: "X", mac: nil)) == nil)
        #expect(mark.difference(BMCMark(certificate: "ab", uuid: "1-3"))?.contains("UUID") == true)
        #expect(mark.difference(BMCMark(serial: "X")) != nil, "nothing speaks for it")
        #expect(mark.difference(BMCMark()) != nil)
    }
}
