import Boot
import DHCP
import DHCPv6
import FoundationEssentials
import Octets
import Testing

@testable import BootServers

@Suite struct DHCPv6ResponderTests {
    private let prefix: IPv6Prefix
    private let address: IPv6Address
    private let source: IPv6Address
    private let client: DUID
    private var responder: DHCPv6Responder
    private let us: DUID

    init() throws {
        prefix = try #require(IPv6Prefix("fd00:77::/64"))
        address = try #require(IPv6Address("fd00:77::1"))
        // The link-local address that firmware makes of 52:54:00:77:0c:01.
        source = try #require(IPv6Address("fe80::5054:ff:fe77:c01"))
        client = DUID.linkLayer(try #require(MACAddress("52:54:00:77:0c:01")))
        us = try #require(DUID.uuid(octets: (1...16).map { UInt8($0) }))
        let subnet = DHCPv6Subnet(
            prefix,
            interface: "prov0",
            pool: try #require(IPv6Address("fd00:77::100"))...(try #require(IPv6Address("fd00:77::1ff"))),
            nameServers: [address]
        )
        let boot = try BootConfiguration(controller: server, caSHA256: "ab12", hasUnifiedKernel: true)
        responder = DHCPv6Responder(subnets: [subnet], boot: boot, server: us)
    }

    private var ingress: DHCPv6Ingress { DHCPv6Ingress(interface: "prov0", address: address, source: source) }

    private func solicit(vendorClass: String? = nil, rapid: Bool = false) -> DHCPv6Message {
        var message = DHCPv6Message(.solicit, transaction: 77)
        message.options.clientIdentifier = client
        message.options.append(.identityAssociation, IdentityAssociation(9).octets)
        if rapid { message.options.rapidCommit = true }
        if let vendorClass {
            message.options.vendorClasses = [VendorClass(VendorClass.intel, [vendorClass])]
            message.options.clientArchitectures = [vendorClass.contains("00016") ? .uefiX64HTTP : .uefiX64]
            message.options.requestedOptions = [.bootFileURL]
        }
        return message
    }

    private mutating func take(
        _ message: DHCPv6Message,
        intent: BootIntent = .ramdisk(token: "t"),
        relays: [DHCPv6Relay] = []
    ) -> DHCPv6Decision {
        responder.respond(
            to: DHCPv6Packet(message, relays: relays),
            from: ingress,
            decision: BootDecision(intent),
            at: noon
        )
    }

    private func request(_ advertised: DHCPv6Message, from asked: DHCPv6Message) -> DHCPv6Message {
        var message = asked
        message.type = .request
        message.options.serverIdentifier = advertised.options.serverIdentifier
        message.options.replaceAll(
            .identityAssociation,
            with: advertised.options.identityAssociations.map(\.octets)
        )
        return message
    }

    @Test mutating func firmwareGetsAnAddressAndWhatToBootByTFTP() throws {
        let asked = solicit(vendorClass: "PXEClient:Arch:00007:UNDI:003016")
        let advertised = try #require(take(asked).reply?.message)
        #expect(advertised.type == .advertise && advertised.transaction == 77)
        #expect(advertised.options.clientIdentifier == client && advertised.options.serverIdentifier == us)
        let offered = try #require(advertised.options.identityAssociations.first?.addresses.first?.address)
        #expect(prefix.contains(offered) && advertised.options.identityAssociations.first?.identifier == 9)
        #expect(advertised.options.bootFileURL == "tftp://[fd00:77::1]/snponly.efi")
        #expect(advertised.options.dnsServers == [address])
        let decision = take(request(advertised, from: asked))
        let reply = try #require(decision.reply?.message)
        #expect(reply.type == .reply)
        #expect(reply.options.identityAssociations.first?.addresses.map(\.address) == [offered])
        #expect(reply.options.identityAssociations.first?.addresses.first?.validLifetime == 3600)
        #expect(decision.lease?.address == offered && decision.namesLoader)
        #expect(responder.mac(of: offered) == MACAddress("52:54:00:77:0c:01"))
        #expect(reply.options[.bootFileParameters] == nil, "firmware drops an offer with them")
    }

    @Test mutating func hTTPBootGetsItsOwnWordBackAndAURLThatIPv6Reaches() throws {
        let reply = try #require(take(solicit(vendorClass: "HTTPClient:Arch:00016:UNDI:003016")).reply?.message)
        #expect(
            reply.options.bootFileURL == "http://[fd00:77::1]:8080/boot/rackwright-52-54-00-77-0c-01.efi"
        )
        #expect(reply.options.vendorClasses == [VendorClass(VendorClass.intel, ["HTTPClient"])])
    }

    @Test mutating func whoShallBootItsDiskIsNamedNoFile() throws {
        let asked = solicit(vendorClass: "PXEClient:Arch:00007:UNDI:003016")
        let reply = try #require(take(asked, intent: .disk).reply?.message)
        #expect(reply.options.bootFileURL == nil)
        #expect(reply.options.identityAssociations.first?.addresses.count == 1)
    }

    @Test mutating func rapidCommitTakesOneRound() throws {
        let decision = take(solicit(rapid: true))
        let reply = try #require(decision.reply?.message)
        #expect(reply.type == .reply && reply.options.rapidCommit)
        #expect(decision.lease != nil)
    }

    @Test mutating func anotherServersClientIsLeftToIt() throws {
        var message = request(try #require(take(solicit()).reply?.message), from: solicit())
        message.options.serverIdentifier = DUID.uuid(octets: [UInt8](repeating: 7, count: 16))
        #expect(take(message).reply == nil)
        var nameless = solicit()
        nameless.options[.clientIdentifier] = nil
        #expect(take(nameless).reply == nil, "RFC 8415 section 16.2")
        var named = solicit()
        named.options.serverIdentifier = us
        #expect(take(named).reply == nil)
    }

    @Test mutating func aMachineKeepsItsAddressAndARestartForgetsNothing() throws {
        let lease = try #require(take(solicit(rapid: true)).lease)
        responder = DHCPv6Responder(subnets: responder.subnets, boot: responder.boot, server: us, leases: [lease])
        #expect(take(solicit(rapid: true)).lease?.address == lease.address)
        var confirm = DHCPv6Message(.confirm, transaction: 1)
        confirm.options.clientIdentifier = client
        var association = IdentityAssociation(9)
        association.addresses = [AssociatedAddress(try #require(IPv6Address("fd00:99::5")))]
        confirm.options.append(.identityAssociation, association.octets)
        #expect(take(confirm).reply?.message.options.status?.code == .notOnLink)
    }

    @Test mutating func anAddressThatIsInUseIsNotGivenAgain() throws {
        let lease = try #require(take(solicit(rapid: true)).lease)
        var decline = solicit()
        decline.type = .decline
        decline.options.serverIdentifier = us
        var association = IdentityAssociation(9)
        association.addresses = [AssociatedAddress(lease.address)]
        decline.options.replaceAll(.identityAssociation, with: [association.octets])
        #expect(take(decline).reply?.message.options.status?.code == .success)
        #expect(take(solicit(rapid: true)).lease?.address != lease.address)
    }

    @Test mutating func aRelaysNetworkIsTheClientsAndTheAnswerGoesBackThroughIt() throws {
        var relay = DHCPv6Relay(.forward, hopCount: 0, linkAddress: address, peerAddress: source)
        relay.options.interfaceIdentifier = Array("eth7".utf8)
        let answer = try #require(take(solicit(), relays: [relay]).reply)
        #expect(answer.relays.first?.direction == .reply)
        #expect(answer.relays.first?.options.interfaceIdentifier == Array("eth7".utf8))
        let elsewhere = DHCPv6Relay(
            .forward,
            hopCount: 0,
            linkAddress: try #require(IPv6Address("fd00:99::1")),
            peerAddress: source
        )
        #expect(take(solicit(), relays: [elsewhere]).reply == nil)
    }

    @Test func aRoutersAdvertisementSaysThatAddressesComeFromDHCPv6() {
        let octets = RouterAdvertisement(prefix: prefix, source: nil).octets
        #expect(octets.count == 16 + 32)
        #expect(octets[0] == 134 && octets[5] & 0xC0 == 0xC0, "RFC 4861 section 4.2: M and O")
        #expect(octets[6...7].allSatisfy { $0 == 0 }, "no way out")
        #expect(octets[16...19].elementsEqual([3, 4, 64, 0x80]), "section 4.6.2: on the wire, not autonomous")
        #expect(Array(octets.suffix(16)) == prefix.network.octets)
    }
}
