import Boot
import DHCP
import FoundationEssentials
import Octets
import Testing

@testable import BootServers

/// What an operator adds, what is asked of the wire, what outlives the process.
@Suite struct DHCPExtraTests {
    @Test func theSitesOwnOptionsGoToThoseWhomTheyAreFor() throws {
        var subnet = DHCPSubnet(try #require(IPv4Subnet("10.77.0.0/24")), interface: "prov0")
        subnet.pool = IPv4Address(10, 77, 0, 100)...IPv4Address(10, 77, 0, 109)
        subnet.extraOptions = [
            .init(code: 150, octets: [10, 77, 0, 9]),
            .init(code: 43, octets: [1, 1, 7], vendorClass: "PXEClient:Arch:00007"),
        ]
        let boot = try BootConfiguration(controller: server, caSHA256: "ab12")
        var responder = DHCPResponder(subnets: [subnet], boot: boot)
        let uefi = try #require(responder.take(discover(3, .uefiROM)).reply?.message)
        #expect(uefi.options[OptionCode(rawValue: 150)] == [10, 77, 0, 9])
        #expect(uefi.options[.vendorSpecific] == [1, 1, 7], "the site's word counts more than ours")
        let bios = try #require(responder.take(discover(4, .biosROM)).reply?.message)
        #expect(bios.options[OptionCode(rawValue: 150)] == [10, 77, 0, 9])
        #expect(bios.options[.vendorSpecific] == [6, 1, 8, 255])
    }

    @Test func onlyAnAddressThatNobodyHadFromHereIsAskedFor() throws {
        var subnet = DHCPSubnet(try #require(IPv4Subnet("10.77.0.0/24")), interface: "prov0")
        subnet.pool = IPv4Address(10, 77, 0, 100)...IPv4Address(10, 77, 0, 109)
        subnet.reservations = [try mac(1): IPv4Address(10, 77, 0, 11)]
        subnet.probesAddresses = true
        let boot = try BootConfiguration(controller: server, caSHA256: "ab12")
        var responder = DHCPResponder(subnets: [subnet], boot: boot)
        let first = try #require(responder.addressToProbe(for: discover(3), from: ingress, at: noon))
        #expect(try responder.addressToProbe(for: discover(1), from: ingress, at: noon) == nil, "a reservation")
        #expect(try responder.acquire(discover(3)) == first)
        #expect(try responder.addressToProbe(for: discover(3), from: ingress, at: noon) == nil, "its own lease")
        let request = DHCPMessage.renewal(of: first, from: try mac(3), transaction: 1)
        #expect(responder.addressToProbe(for: request, from: ingress, at: noon) == nil)
    }

    @Test func anAddressThatAStrangerUsesIsOfferedToNobodyForAWhile() throws {
        var responder = try responder(pool: IPv4Address(10, 77, 0, 100)...IPv4Address(10, 77, 0, 101))
        let used = IPv4Address(10, 77, 0, 100)
        let marked = responder.setAside(used, at: noon)
        let mark = try #require(marked)
        #expect(mark.state == .declined && mark.address == used)
        #expect(try responder.acquire(discover(5)) == IPv4Address(10, 77, 0, 101))
        #expect(try responder.take(discover(6)).ignoredBecause?.hasPrefix("no address is free") == true)
        let ours = responder.setAside(IPv4Address(10, 77, 0, 101), at: noon)
        #expect(ours == nil, "a machine of ours has it")
        let later = noon.addingTimeInterval(700)
        #expect(try responder.take(discover(6), at: later).reply?.message.yourAddress == used)
    }

    @Test func theKernelsTableIsReadAsItIs() {
        let table = """
            IP address       HW type     Flags       HW address            Mask     Device
            10.77.0.5        0x1         0x2         52:54:00:77:00:05     *        br0
            10.77.0.6        0x1         0x0         00:00:00:00:00:00     *        br0
            """
        #expect(AddressProbe.hasNeighbour(IPv4Address(10, 77, 0, 5), on: "br0", in: table))
        #expect(!AddressProbe.hasNeighbour(IPv4Address(10, 77, 0, 5), on: "br1", in: table))
        #expect(!AddressProbe.hasNeighbour(IPv4Address(10, 77, 0, 6), on: "br0", in: table), "nobody answered")
        #expect(!AddressProbe.hasNeighbour(IPv4Address(10, 77, 0, 50), on: "br0", in: table))
        #expect(!AddressProbe.hasNeighbour(IPv4Address(10, 77, 0, 5), on: "br0", in: "no table"))
    }

    @Test func ofTwoThatHadAnAddressTheLaterOneHasItAfterARestart() throws {
        let address = IPv4Address(10, 77, 0, 100)
        let old = Lease(mac: try mac(9), address: address, state: .bound, expires: noon.addingTimeInterval(-60))
        let new = Lease(mac: try mac(3), address: address, state: .bound, expires: noon.addingTimeInterval(600))
        for order in [[old, new], [new, old]] {
            let responder = try responder(leases: order)
            #expect(responder.mac(of: address) == (try mac(3)))
        }
    }

    @Test func aLeaseIsOnDiskBeforeItsAnswerAndGoneWhenItIsStored() throws {
        let path = FileManager.default.temporaryDirectory.path + "/leases-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lease = Lease(mac: try mac(3), address: IPv4Address(10, 77, 0, 100), state: .bound, expires: noon)
        let second = Lease(mac: try mac(4), address: IPv4Address(10, 77, 0, 101), state: .bound, expires: noon)
        let journal = try LeaseJournal<Lease>(path: path)
        try journal.append([lease, second])
        #expect(try LeaseJournal<Lease>(path: path).leases() == [lease, second])
        journal.settle(1)
        #expect(try LeaseJournal<Lease>(path: path).leases().count == 2, "one is not stored yet")
        journal.settle(1)
        #expect(try LeaseJournal<Lease>(path: path).leases() == [])
        try journal.append([second])
        let octets = try Data(contentsOf: URL(filePath: path))
        try octets.dropLast(5).write(to: URL(filePath: path))
        #expect(try LeaseJournal<Lease>(path: path).leases() == [], "a line that was cut short is left out")
    }

    @Test(arguments: [
        "", "x", "52:54:00:77:00:03 10.77.0.100 bound", "52:54:00:77:00:03 10.77.0.100 bound nan", " . . .",
    ])
    func whatIsNoLineOfAJournalIsNoLease(line: String) {
        #expect(Lease(journalLine: line[...]) == nil)
        #expect(DHCPv6Lease(journalLine: line[...]) == nil)
    }

    @Test func aLeaseOfEitherKindIsReadBackFromItsLine() throws {
        let old = Lease(mac: try mac(3), address: IPv4Address(10, 77, 0, 1), state: .declined, expires: noon)
        #expect(Lease(journalLine: old.journalLine[...]) == old)
        #expect(try JSONDecoder().decode(Lease.self, from: old.document()) == old)
        let address = try #require(IPv6Address("fd00:77::5"))
        for mac in [try mac(4), nil] {
            let new = DHCPv6Lease(client: "00:03:aa", association: .max, mac: mac, address: address, expires: noon)
            #expect(DHCPv6Lease(journalLine: new.journalLine[...]) == new)
        }
    }
}
