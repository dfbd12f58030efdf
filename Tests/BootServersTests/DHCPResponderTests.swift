import Boot
import BootServers
import DHCP
import FoundationEssentials
import Octets
import TestSupport
import Testing

let noon = Date(timeIntervalSince1970: 1_800_000_000)
let server = IPv4Address(10, 77, 0, 1)
let ingress = DHCPIngress(interface: "prov0", address: server)

func mac(_ last: UInt8) throws -> MACAddress {
    try #require(MACAddress(octets: [0x52, 0x54, 0, 0x77, 0, last]))
}

func responder(
    mode: DHCPSubnet.Mode = .full,
    pool: ClosedRange<IPv4Address>? = IPv4Address(10, 77, 0, 100)...IPv4Address(10, 77, 0, 109),
    leases: [Lease] = []
) throws -> DHCPResponder {
    var subnet = DHCPSubnet(
        try #require(IPv4Subnet("10.77.0.0/24")),
        mode: mode,
        interface: "prov0",
        pool: pool
    )
    subnet.reservations = [try mac(1): IPv4Address(10, 77, 0, 11)]
    subnet.routers = [server]
    subnet.nameServers = [IPv4Address(10, 77, 0, 53)]
    var relayed = DHCPSubnet(try #require(IPv4Subnet("10.88.0.0/24")))
    relayed.pool = IPv4Address(10, 88, 0, 10)...IPv4Address(10, 88, 0, 20)
    let boot = try BootConfiguration(controller: server, caSHA256: "ab12")
    return DHCPResponder(subnets: [subnet, relayed], boot: boot, leases: leases)
}

enum Client {
    case biosROM, uefiROM, uefiHTTP, iPXE, system

    func dress(_ message: inout DHCPMessage) {
        message.options[.clientMachineIdentifier] = [0] + (1...16).map { UInt8($0) }
        switch self {
        case .biosROM:
            message.vendorClass = "PXEClient:Arch:00000:UNDI:002001"
            message.clientArchitectures = [.biosX86]
        case .uefiROM:
            message.vendorClass = "PXEClient:Arch:00007:UNDI:003000"
            message.clientArchitectures = [.uefiX64]
        case .uefiHTTP:
            message.vendorClass = "HTTPClient:Arch:00016:UNDI:003001"
            message.clientArchitectures = [.uefiX64HTTP]
        case .iPXE:
            message.vendorClass = "PXEClient:Arch:00007:UNDI:003010"
            message.clientArchitectures = [.uefiX64]
            message.options[.userClass] = Array("iPXE".utf8)
        case .system:
            message.options[.clientMachineIdentifier] = nil
        }
    }
}

func discover(_ last: UInt8, _ client: Client = .system) throws -> DHCPMessage {
    var message = DHCPMessage.discover(from: try mac(last), transaction: 42)
    client.dress(&message)
    return message
}

extension DHCPResponder {
    mutating func take(
        _ message: DHCPMessage,
        from: DHCPIngress = ingress,
        intent: BootIntent = .ramdisk(token: "t"),
        at now: Date = noon
    ) -> DHCPDecision {
        respond(to: message, from: from, decision: BootDecision(intent), at: now)
    }

    /// DISCOVER, OFFER, REQUEST, ACK; gives the address.
    mutating func acquire(_ message: DHCPMessage, at now: Date = noon) throws -> IPv4Address {
        let offer = try #require(take(message, at: now).reply?.message)
        let answer = try #require(take(.request(accepting: offer), at: now).reply?.message)
        #expect(answer.messageType == .acknowledge)
        return answer.yourAddress
    }
}

extension DHCPDecision {
    var ignoredBecause: String? {
        guard reply == nil, case .dhcpIgnored(let reason)? = events.last?.kind else { return nil }
        return reason
    }
}

@Suite struct DHCPAddressTests {
    @Test func aMachineGetsItsReservationAndTheNetwork() throws {
        var responder = try responder()
        let decision = try responder.take(discover(1))
        let offer = try #require(decision.reply?.message)
        #expect(offer.messageType == .offer)
        #expect(offer.yourAddress == IPv4Address(10, 77, 0, 11))
        #expect(offer.serverIdentifier == server)
        #expect(offer.leaseTime == 3600)
        #expect(offer.addresses(.subnetMask) == [IPv4Address(255, 255, 255, 0)])
        #expect(offer.addresses(.router) == [server])
        #expect(offer.addresses(.domainNameServer) == [IPv4Address(10, 77, 0, 53)])
        #expect(decision.reply?.destination == .broadcast)
        #expect(decision.lease == nil, "nothing is stored before the client takes it")
        #expect(decision.events.map(\.kind) == [.dhcpDiscover, .dhcpOffer])
        let acknowledged = responder.take(.request(accepting: offer))
        #expect(acknowledged.lease?.state == .bound)
        #expect(acknowledged.lease?.expires == noon.addingTimeInterval(3600))
    }

    @Test func aMachineKeepsItsAddressOverRestartsAndExpiry() throws {
        var first = try responder()
        let address = try first.acquire(discover(7))
        #expect(try first.acquire(discover(7), at: noon.addingTimeInterval(90_000)) == address)
        let lease = try #require(first.lease(of: mac(7)))
        var second = try responder(leases: [lease])
        #expect(try second.acquire(discover(7)) == address)
        var amnesiac = try responder()
        #expect(
            try amnesiac.acquire(discover(7)) == address,
            "the place in the pool follows from the MAC address"
        )
    }

    @Test func theClientIdentifierChangesNothing() throws {
        var responder = try responder()
        let address = try responder.acquire(discover(7))
        var message = try discover(7)
        message.options[.clientIdentifier] = [255, 1, 2, 3, 4, 0, 2]
        let offer = try #require(responder.take(message).reply?.message)
        #expect(offer.yourAddress == address)
        #expect(offer.options[.clientIdentifier] == [255, 1, 2, 3, 4, 0, 2], "and it is sent back")
    }

    @Test func aPoolGivesEachAddressOnceAndSaysWhenItIsEmpty() throws {
        var responder = try responder()
        let addresses = try (10..<20).map { try responder.acquire(discover($0)) }
        #expect(Set(addresses).count == 10)
        #expect(
            try responder.take(discover(99)).ignoredBecause
                == "no address is free in 10.77.0.100 to 10.77.0.109"
        )
        let later = noon.addingTimeInterval(3700)
        let freed = try responder.acquire(discover(99), at: later)
        #expect(addresses.contains(freed), "an expired lease is given to another machine")
    }

    @Test func whatWasNeverUsedIsGivenBeforeWhatExpired() throws {
        var responder = try responder()
        let first = try responder.acquire(discover(10))
        let later = noon.addingTimeInterval(90_000)
        let others = try (11..<20).map { try responder.acquire(discover($0), at: later) }
        #expect(!others.contains(first))
    }

    @Test func aRequestForAnotherServersOfferIsNotAnswered() throws {
        var responder = try responder()
        var request = DHCPMessage.request(
            accepting: try #require(responder.take(discover(7)).reply?.message)
        )
        request.serverIdentifier = IPv4Address(10, 77, 0, 2)
        #expect(
            responder.take(request).ignoredBecause == "it takes the offer of another server, 10.77.0.2"
        )
        #expect(try responder.lease(of: mac(7)) == nil, "the offer is free again")
    }

    @Test(arguments: [
        IPv4Address(192, 168, 1, 5), IPv4Address(10, 77, 0, 200), server, IPv4Address(10, 77, 0, 255),
    ])
    func aWrongAddressIsRefusedByBroadcast(address: IPv4Address) throws {
        var responder = try responder()
        var reboot = try discover(7)
        reboot.messageType = .request
        reboot.requestedAddress = address
        let decision = responder.take(reboot)
        #expect(decision.reply?.message.messageType == .refuse)
        #expect(decision.reply?.message.yourAddress == .any)
        #expect(decision.reply?.destination == .broadcast)
        let renewal = DHCPMessage.renewal(of: address, from: try mac(7), transaction: 1)
        #expect(responder.take(renewal).reply?.message.messageType == .refuse)
        #expect(
            responder.take(renewal).reply?.destination == .broadcast,
            "the client's address is wrong"
        )
    }

    @Test func aReservedMachineIsMovedToItsReservation() throws {
        var responder = try responder(
            leases: [
                Lease(
                    mac: try mac(1),
                    address: IPv4Address(10, 77, 0, 105),
                    state: .bound,
                    expires: noon + 60
                )
            ]
        )
        let renewal = DHCPMessage.renewal(
            of: IPv4Address(10, 77, 0, 105),
            from: try mac(1),
            transaction: 1
        )
        #expect(responder.take(renewal).reply?.message.messageType == .refuse)
        #expect(try responder.acquire(discover(1)) == IPv4Address(10, 77, 0, 11))
    }

    @Test func aRenewalIsAnsweredToTheClientItself() throws {
        var responder = try responder()
        let address = try responder.acquire(discover(7))
        let decision = responder.take(
            .renewal(of: address, from: try mac(7), transaction: 9),
            at: noon + 1800
        )
        #expect(decision.reply?.destination == .client(address))
        #expect(decision.reply?.message.clientAddress == address)
        #expect(decision.reply?.message.messageType == .acknowledge)
        #expect(decision.lease?.expires == noon + 5400)
    }

    @Test func aRebootedClientKeepsItsAddressEvenWhenItsLeaseWasForgotten() throws {
        var responder = try responder()
        var reboot = try discover(7)
        reboot.messageType = .request
        reboot.requestedAddress = IPv4Address(10, 77, 0, 104)
        #expect(responder.take(reboot).reply?.message.yourAddress == IPv4Address(10, 77, 0, 104))
        var thief = try discover(8)
        thief.messageType = .request
        thief.requestedAddress = IPv4Address(10, 77, 0, 104)
        #expect(responder.take(thief).reply?.message.messageType == .refuse)
    }

    @Test func aDeclinedAddressIsGivenToNobodyForAWhile() throws {
        var responder = try responder()
        let address = try responder.acquire(discover(7))
        var decline = try discover(7)
        decline.messageType = .decline
        decline.requestedAddress = address
        decline.serverIdentifier = server
        let decision = responder.take(decline)
        #expect(decision.reply == nil)
        #expect(decision.lease?.state == .declined)
        let next = try responder.acquire(discover(7))
        #expect(next != address)
        let stored = try #require(decision.lease)
        var restarted = try self.restarted(with: stored)
        #expect(try restarted.acquire(discover(7)) != address)
        var stranger = try discover(9)
        stranger.messageType = .decline
        stranger.requestedAddress = next
        #expect(
            responder.take(stranger).ignoredBecause != nil,
            "one client cannot take another's address away"
        )
    }

    private func restarted(with lease: Lease) throws -> DHCPResponder {
        try responder(leases: [lease])
    }

    @Test func aReleasedAddressIsKeptForItsMachineButFreeForOthers() throws {
        let one = IPv4Address(10, 77, 0, 100)
        var responder = try responder(pool: one...one)
        #expect(try responder.acquire(discover(7)) == one)
        var release = DHCPMessage.renewal(of: one, from: try mac(7), transaction: 3)
        release.messageType = .release
        #expect(responder.take(release).lease?.state == .released)
        #expect(try responder.acquire(discover(7), at: noon + 5) == one)
        #expect(responder.take(release, at: noon + 6).reply == nil)
        #expect(try responder.acquire(discover(8), at: noon + 7) == one)
    }

    @Test func anInformIsAnsweredWithoutAnAddress() throws {
        var responder = try responder()
        var inform = DHCPMessage.renewal(
            of: IPv4Address(10, 77, 0, 60),
            from: try mac(7),
            transaction: 3
        )
        inform.messageType = .inform
        let reply = try #require(responder.take(inform).reply)
        #expect(reply.destination == .client(IPv4Address(10, 77, 0, 60)))
        #expect(reply.message.yourAddress == .any)
        #expect(reply.message.leaseTime == nil)
        #expect(reply.message.addresses(.router) == [server])
    }

    @Test func aRelayedClientIsServedFromItsOwnSubnet() throws {
        var responder = try responder()
        var message = try discover(7)
        message.relayAddress = IPv4Address(10, 88, 0, 1)
        message.options[.relayAgentInformation] = [1, 2, 0, 4]
        let reply = try #require(responder.take(message).reply)
        #expect(reply.destination == .relay(IPv4Address(10, 88, 0, 1)))
        #expect(reply.message.relayAddress == IPv4Address(10, 88, 0, 1))
        #expect(reply.message.yourAddress.octets.prefix(3) == [10, 88, 0])
        #expect(reply.message.options[.relayAgentInformation] == [1, 2, 0, 4])
        message.options[.relayAgentInformation] = [5, 4, 10, 77, 0, 0, 11, 4, 10, 77, 0, 3]
        let selected = try #require(responder.take(message).reply)
        #expect(selected.message.yourAddress.octets.prefix(3) == [10, 77, 0])
        #expect(selected.message.serverIdentifier == IPv4Address(10, 77, 0, 3))
        message.options[.relayAgentInformation] = nil
        message.relayAddress = IPv4Address(172, 16, 0, 1)
        #expect(
            responder.take(message).ignoredBecause == "no subnet is configured for relay 172.16.0.1"
        )
    }

    @Test func whatIsNotForAServerIsIgnoredWithAReason() throws {
        var responder = try responder()
        var message = try discover(7)
        message.messageType = nil
        #expect(responder.take(message).ignoredBecause == "it has no message type (plain BOOTP)")
        message = try discover(7)
        message.operation = .reply
        #expect(responder.take(message).ignoredBecause == "it is a server's reply")
        message = try discover(7)
        message.hardwareAddress = [UInt8](repeating: 1, count: 8)
        #expect(responder.take(message).ignoredBecause == "it has no Ethernet address")
        message = try discover(7)
        message.messageType = .offer
        #expect(responder.take(message).ignoredBecause == "clients do not send OFFER")
        let elsewhere = DHCPIngress(interface: "eth9", address: IPv4Address(1, 2, 3, 4))
        #expect(
            try responder.take(discover(7), from: elsewhere).ignoredBecause
                == "no subnet is configured for interface eth9"
        )
        var off = try self.off()
        #expect(try off.take(discover(7)).ignoredBecause == "DHCP is off for 10.77.0.0/24")
    }

    private func off() throws -> DHCPResponder { try responder(mode: .off) }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseIsDecidedWithoutATrapAndNeverGivesAnAddressTwice(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var responder = try responder()
        var given: [IPv4Address: MACAddress] = [:]
        for _ in 0..<40 {
            var message = try discover(UInt8.random(in: 1...14, using: &generator))
            message.messageType = MessageType(rawValue: .random(in: 0...9, using: &generator))
            let some: () -> IPv4Address? = {
                Bool.random(using: &generator)
                    ? IPv4Address(10, 77, 0, .random(in: 98...111, using: &generator)) : nil
            }
            message.requestedAddress = some()
            message.clientAddress = some() ?? .any
            message.serverIdentifier = Bool.random(using: &generator) ? server : some()
            let decision = responder.take(message)
            guard let lease = decision.lease, let reply = decision.reply?.message else {
                if let lease = decision.lease { given[lease.address] = nil }
                continue
            }
            #expect(reply.messageType == .acknowledge)
            #expect(given[lease.address] ?? lease.mac == lease.mac)
            given = given.filter { $0.value != lease.mac }
            given[lease.address] = lease.mac
        }
    }
}
