import Catalog
import Octets
import Testing

/// Networks as operators write them, and what is wrong in them.
@Suite struct NetworkTests {
    private static let storage = """
        name: storage
        vlan: 30
        mtu: 9000
        vip: true
        cidr: 10.0.30.0/24
        pools: [10.0.30.10-10.0.30.20, 10.0.30.40-10.0.30.41]
        gateway: 10.0.30.1
        routes: [{to: 10.0.0.0/8, via: 10.0.30.254}]
        dns: [10.0.30.2]
        addresses: {n1: 10.0.30.100}
        """

    private func problemsOf(_ network: String, _ role: String = "networks: [storage]") throws -> [String] {
        try problems([
            "networks/storage.yaml": network, "roles/worker.yaml": "name: worker\ncount: 2\nimage: debian\n" + role,
        ])
    }

    @Test func aNetworkHasSubnetsPoolsAndRoutes() throws {
        let made = try catalog(["networks/storage.yaml": Self.storage])
        let network = try #require(made.networks.first)
        #expect(network.vlan == 30 && network.mtu == 9000 && network.virtual == .any)
        let subnet = try #require(network.subnets.first)
        #expect(subnet.cidr.description == "10.0.30.0/24" && subnet.name == "storage")
        #expect(subnet.pools.map(\.description) == ["10.0.30.10-10.0.30.20", "10.0.30.40-10.0.30.41"])
        #expect(subnet.capacity == 13)
        #expect(subnet.routes.map(\.via.description) == ["10.0.30.254"])
        #expect(network.fixed["n1"]?.map(\.description) == ["10.0.30.100"])
    }

    @Test func whatIsSaidOfANodeByItsNameIsFoundWithItsPlace() throws {
        let made = try catalog(
            [
                "networks/storage.yaml": Self.storage,
                "services/web.yaml": "name: web\nparameters: {port: {type: int, default: 1}}\n",
                "roles/worker.yaml": plainRole.replacing("debian", with: "debian\nnetworks: [storage]"),
                "environments/site.yaml": "nodes:\n  n1: {web: {port: 2}}\n  n2: {web: {port: 3}}\n",
            ],
            environments: ["site"]
        )
        #expect(
            made.mentions(ofNode: "n1").map { "\($0.location): \($0.what)" } == [
                "environments/site.yaml:2:3: sets parameters of",
                "networks/storage.yaml:10:13: network 'storage' gives an address to",
            ]
        )
        #expect(made.mentions(ofNode: "n3").isEmpty)
    }

    @Test func rolesNameTheirNetworksInAListOrSayHow() throws {
        let made = try catalog([
            "networks/a.yaml": "name: storage\nsubnets: {leaf1: {cidr: 10.1.0.0/24}, leaf2: {cidr: 10.2.0.0/24}}",
            "networks/b.yaml": "name: provisioning",
            "roles/w.yaml": """
            name: w
            count: 1
            image: i
            networks: {provisioning: dhcp, storage: {addressing: static, subnet: leaf2}}
            """,
            "roles/x.yaml": "name: x\ncount: 1\nimage: i\nnetworks: [provisioning]",
        ])
        #expect(made.roles[0].networks.map(\.words) == ["provisioning (dhcp)", "storage (static, subnet leaf2)"])
        #expect(made.roles[1].networks.map(\.words) == ["provisioning"])
    }

    @Test(arguments: [
        (
            "cidr: 10.0.30.0/24", "cidr: 10.0.30.7/24",
            "5:7: 'cidr' of network 'storage', 10.0.30.7/24, is an address in a subnet and not the subnet; did you mean '10.0.30.0/24'?"
        ),
        (
            "cidr: 10.0.30.0/24", "cidr: 10.0.30.0",
            "5:7: 'cidr' of network 'storage' must be an address and a length such as 10.0.0.0/24, found '10.0.30.0'"
        ),
        (
            "10.0.30.10-10.0.30.20,", "10.0.31.10-10.0.31.20,",
            "6:9: the pool 10.0.31.10-10.0.31.20 of network 'storage' is not in 10.0.30.0/24"
        ),
        (
            "10.0.30.10-10.0.30.20,", "10.0.30.20-10.0.30.10,",
            "6:9: a pool of network 'storage' ends before it begins: 10.0.30.20-10.0.30.10; did you mean '10.0.30.10-10.0.30.20'?"
        ),
        (
            "10.0.30.40-10.0.30.41", "10.0.30.19-10.0.30.41",
            "6:32: the pool 10.0.30.19-10.0.30.41 of network 'storage' overlaps the pool 10.0.30.10-10.0.30.20"
        ),
        (
            "10.0.30.40-10.0.30.41", "10.0.30.40-10.0.30.255",
            "6:32: the pool 10.0.30.40-10.0.30.255 of network 'storage' has an address that no machine can have; machines have 10.0.30.1-10.0.30.254"
        ),
        (
            "gateway: 10.0.30.1", "gateway: 10.0.30.11",
            "7:10: the gateway 10.0.30.11 of network 'storage' is in the pool 10.0.30.10-10.0.30.20, whose addresses are given to nodes"
        ),
        (
            "gateway: 10.0.30.1", "gateway: 10.0.29.1",
            "7:10: the gateway 10.0.29.1 of network 'storage' is not in 10.0.30.0/24"
        ),
        (
            "via: 10.0.30.254", "via: 10.0.3.254",
            "8:10: the route to 10.0.0.0/8 of network 'storage' goes by 10.0.3.254, which is not in 10.0.30.0/24"
        ),
        (
            "vip: true", "vip: 10.0.99.1",
            "4:6: the vip 10.0.99.1 of network 'storage' is in none of its subnets (10.0.30.0/24)"
        ),
        (
            "n1: 10.0.30.100", "n1: 10.0.30.1",
            "10:13: the address 10.0.30.1 of node 'n1' in network 'storage' is no machine's: it is the subnet's own, its gateway's, a route's or a name server's"
        ),
        (
            "n1: 10.0.30.100", "n1: 10.0.30.100, n2: 10.0.30.100",
            "10:30: the address 10.0.30.100 of node 'n2' in network 'storage' is also that of node 'n1'"
        ),
        (
            "vlan: 30", "vlan: 4095",
            "2:7: 'vlan' of network 'storage' must be a whole number from 1 to 4094, found '4095'"
        ),
        ("pools:", "pool:", "6:1: unknown key 'pool' in network 'storage'; did you mean 'pools'?"),
    ])
    func whatIsWrongInANetworkIsSaidWhereItStands(written: String, instead: String, said: String) throws {
        let text = Self.storage.replacing(written, with: instead)
        #expect(text != Self.storage)
        #expect(try problemsOf(text) == ["networks/storage.yaml:" + said])
    }

    @Test func poolsThatAreTooSmallForTheRolesAreRefused() throws {
        let small = Self.storage.replacing(
            "[10.0.30.10-10.0.30.20, 10.0.30.40-10.0.30.41]",
            with: "10.0.30.10-10.0.30.11"
        )
        #expect(
            try problemsOf(small) == [
                "networks/storage.yaml:6:8: network 'storage' has 2 addresses to give and its roles need 3 (worker 2, its vip 1)"
            ]
        )
    }

    @Test func networksThatMeetEachOtherAreRefused() throws {
        let found = try problems([
            "networks/a.yaml": "name: a\nvlan: 5\ncidr: 10.0.0.0/16",
            "networks/b.yaml": "name: b\nvlan: 5\ncidr: 10.0.8.0/24",
            "networks/c.yaml": "name: c\nvlan: 5\nfabric: west\ncidr: fd00::/64",
        ])
        #expect(
            found == [
                "networks/b.yaml:2:7: network 'b' has the VLAN 5 of network 'a' at networks/a.yaml:2:7; where their switches "
                    + "are apart, name their 'fabric'",
                "networks/b.yaml:3:7: network 'b', 10.0.8.0/24, overlaps network 'a', 10.0.0.0/16, at networks/a.yaml:3:7",
            ]
        )
    }

    @Test func rolesAreOnNetworksThatThereAre() throws {
        #expect(
            try problemsOf(Self.storage, "networks: {storge: static}") == [
                "roles/worker.yaml:4:12: role 'worker' is on the unknown network 'storge'; networks are files of networks/; "
                    + "did you mean 'storage'?"
            ]
        )
        #expect(
            try problemsOf("name: storage", "networks: {storage: static}") == [
                "roles/worker.yaml:4:12: role 'worker' has static addresses of network 'storage', which has no 'cidr' "
                    + "(networks/storage.yaml:1:1)"
            ]
        )
        let leaves = "name: storage\nsubnets: {leaf1: {cidr: 10.1.0.0/24}, leaf2: {cidr: 10.2.0.0/24}}"
        #expect(
            try problemsOf(leaves) == [
                "roles/worker.yaml:4:12: role 'worker' is on network 'storage', which has the subnets leaf1, leaf2: name one, "
                    + "or name the 'racks' of each"
            ]
        )
        #expect(
            try problemsOf(leaves, "networks: {storage: {subnet: leef2}}") == [
                "roles/worker.yaml:4:12: role 'worker' is in the unknown subnet 'leef2' of network 'storage'; did you mean 'leaf2'?"
            ]
        )
    }

    @Test func addressesOfBothFamiliesAreCountedAlike() throws {
        let small = try #require(IPSubnet("10.0.0.0/30"))
        #expect(small.hosts.description == "10.0.0.1-10.0.0.2" && small.last.description == "10.0.0.3")
        #expect(IPSubnet("10.0.0.0/31")?.hosts.count == 2)
        #expect(IPSubnet("fd00::/64")?.hosts.first.description == "fd00::1")
        #expect(IPSubnet("fd00::/64")?.last.description == "fd00::ffff:ffff:ffff:ffff")
        #expect(IPSubnet("0.0.0.0/0")?.contains(try #require(IPAddress("255.1.2.3"))) == true)
        #expect(IPSubnet("::/0")?.last.description == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
        #expect(IPSubnet("::/0")?.contains(try #require(IPAddress("10.0.0.1"))) == false)
        #expect(IPSubnet("10.0.0.0/33") == nil && IPSubnet("fd00::/129") == nil && IPSubnet("10.0.0.0") == nil)
        #expect(IPSubnet("10.0.0.0/16")?.netmask == "255.255.0.0")
    }

    /// Addresses and subnets are read as they are written, and a subnet's addresses are those between its ends.
    @Test(arguments: 1..<200 as Range<UInt64>)
    func addressesAreReadAsTheyAreWritten(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        let family: IPAddress.Family = seed % 2 == 0 ? .v4 : .v6
        let number = UInt128(next()) << 64 | UInt128(next())
        let address = try #require(IPAddress(family, number: family == .v4 ? number >> 96 : number))
        #expect(IPAddress(address.description) == address)
        let subnet = try #require(IPSubnet(address, prefixLength: Int(next() % UInt64(family.bits + 1))))
        #expect(IPSubnet(subnet.description) == subnet && subnet.contains(address))
        #expect(subnet.network <= address && address <= subnet.last)
        #expect(IPSubnet(subnet.network, prefixLength: subnet.prefixLength) == subnet)
        #expect(subnet.hosts.count >= 1 && subnet.contains(subnet.hosts.first) && subnet.contains(subnet.hosts.last))
        if let above = IPAddress(family, number: subnet.last.number &+ 1), above > subnet.last {
            #expect(!subnet.contains(above))
        }
    }
}
