import DHCPv6
import Octets
import TestSupport
import Testing

@Suite(.enabled(if: Fixture.assets != nil, "captures are not beside this checkout"))
struct CapturedMessageTests {
    static let captures = [
        "packetlife/DHCPv6.cap": 6, "tcpdump/dhcpv6-ia-na.pcap": 4, "tcpdump/dhcpv6-ntp-server.pcap": 1,
        "tcpdump/dhcpv6-vendor-specific-information.pcap": 1,
    ]

    static func datagrams(_ file: String) throws -> [Capture.Datagram] {
        try Capture(Fixture.octets(ofAsset: "dhcp/" + file)).datagrams.filter { [546, 547].contains($0.target) }
    }

    static func packets(_ file: String) throws -> [DHCPv6Packet] {
        try datagrams(file).map { try DHCPv6Packet(parsing: $0.payload) }
    }

    static func template(_ file: String) throws -> [UInt8] {
        let text = try Fixture.octets(ofAsset: "dhcp/kea/" + file).filter { $0 > 32 }
        return try stride(from: 0, to: text.count - 1, by: 2).map { index in
            try #require(UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16))
        }
    }

    @Test(arguments: captures.keys.sorted())
    func everyCapturedMessageIsWrittenAsTheSameOctets(file: String) throws {
        let datagrams = try Self.datagrams(file)
        #expect(datagrams.count == Self.captures[file])
        for datagram in datagrams {
            let packet = try DHCPv6Packet(parsing: datagram.payload)
            #expect(packet.octets == datagram.payload)
            for length in 0..<datagram.payload.count {
                let part = Array(datagram.payload[..<length])
                guard let short = try? DHCPv6Packet(parsing: part) else { continue }
                #expect(short.octets == part)
                #expect(boundaries(datagram.payload, header: packet.relays.isEmpty ? 4 : 34).contains(length))
            }
        }
    }

    /// What tcpdump says of the same packets, in `dhcpv6-ia-na.out`.
    @Test func anAddressIsAskedForAndGiven() throws {
        let datagrams = try Self.datagrams("tcpdump/dhcpv6-ia-na.pcap")
        let packets = try Self.packets("tcpdump/dhcpv6-ia-na.pcap")
        let messages = packets.map(\.message)
        #expect(messages.map(\.type) == [.solicit, .advertise, .request, .reply])
        #expect(messages.map(\.transaction) == [0x90B45C, 0x90B45C, 0x2FFDD1, 0x2FFDD1])
        let client = DUID.linkLayer(try #require(MACAddress("00:01:02:03:04:05")))
        let server = DUID.linkLayer(try #require(MACAddress("00:11:22:33:44:55")), time: 407_259_276)
        #expect(messages.allSatisfy { $0.options.clientIdentifier == client })
        #expect(messages.map(\.options.serverIdentifier) == [nil, server, server, server])
        for message in messages {
            let association = try #require(message.options.identityAssociations.first)
            #expect(association.identifier == 33_752_069)
            #expect(association.renewalTime == 3600 && association.rebindingTime == 5400)
        }
        let given = try address("2a00:1:1:200:38e6:b22e:c440:acdf")
        #expect(
            messages.map { $0.options.identityAssociations.flatMap(\.addresses) } == [
                [], [AssociatedAddress(given, preferredLifetime: 4500, validLifetime: 7200)],
                [AssociatedAddress(given, preferredLifetime: 7200, validLifetime: 7500)],
                [AssociatedAddress(given, preferredLifetime: 4500, validLifetime: 7200)],
            ]
        )
        #expect(messages[0].options.requestedOptions == [.dnsServers, .domainList])
        #expect(messages[0].options.elapsedTime == 0)
        #expect("\(datagrams[0].sender)" == "fe80::201:2ff:fe03:405")
        #expect(datagrams[0].sender.linkLayerAddress == client.macAddress)
        #expect(packets[0].macAddress() == client.macAddress)
    }

    /// What tcpdump says, in `dhcpv6-vendor-specific-information-vv.out`: a cable modem behind its relay.
    @Test func aRelayedRequestIsReadThroughItsRelay() throws {
        let packet = try #require(try Self.packets("tcpdump/dhcpv6-vendor-specific-information.pcap").first)
        let relay = try #require(packet.relays.first)
        #expect(packet.relays.count == 1 && relay.direction == .forward)
        #expect("\(relay.linkAddress) \(relay.peerAddress)" == "fc00:502:411:1::1 fc00:502:411:1::1")
        let mac = try #require(MACAddress("54:d4:6f:fa:10:9a"))
        #expect(relay.options.interfaceIdentifier == mac.octets)
        let relayed = try #require(relay.options.vendorOptions.first)
        #expect(relayed.enterpriseNumber == 4491)
        #expect(relayed.options[38] == [1, 2, 3, 0] && relayed.options[39] == mac.octets)

        let options = packet.message.options
        #expect(packet.message.type == .request && packet.message.transaction == 0xD98C5D)
        #expect(options.acceptsReconfigure && !options.rapidCommit)
        #expect(options.vendorClasses == [VendorClass(4491, ["docsis3.0"])])
        #expect(options.requestedOptions == [.vendorOptions])
        let vendor = try #require(options.vendorOptions.first)
        #expect(vendor.options[2].map { String(decoding: $0, as: UTF8.self) } == "ECM")
        #expect(vendor.options[35]?.count == 122)
        #expect(options.clientIdentifier == DUID.linkLayer(mac))
        #expect(options.serverIdentifier?.time == 336_091_266)
        let association = try #require(options.identityAssociations.first)
        #expect(association.identifier == 1_878_659_226)
        #expect(association.addresses.map { "\($0.address)" } == ["fc00:502:411:1::31"])
        #expect(association.addresses.map(\.validLifetime) == [43200])
        #expect(association.options.vendorOptions.first?.options[2170]?.count == 16)
        #expect(packet.macAddress() == mac)
    }

    /// What tcpdump says, in `dhcpv6-ntp-server.out`.
    @Test func aReplyToAQuestionWithoutAnAddressIsRead() throws {
        let message = try #require(try Self.packets("tcpdump/dhcpv6-ntp-server.pcap").first).message
        #expect(message.type == .reply && message.transaction == 0xF69B57)
        #expect(message.options.clientIdentifier?.time == 418_384_703)
        #expect(message.options.clientIdentifier?.macAddress == MACAddress("00:0c:29:38:f3:68"))
        #expect(message.options.serverIdentifier?.macAddress == MACAddress("00:0c:29:9b:a1:53"))
        let servers = try DHCPv6Options(parsing: try #require(message.options[.ntpServer]))
        #expect(try servers[1] == address("2a01::1").octets && servers[2] == address("ff05::101").octets)
    }

    /// Two routers: one asks the other for a prefix, and gives it back.
    @Test func aDelegatedPrefixIsKeptThoughItIsNotUnderstood() throws {
        let datagrams = try Self.datagrams("packetlife/DHCPv6.cap")
        let messages = try Self.packets("packetlife/DHCPv6.cap").map(\.message)
        #expect(messages.map(\.type) == [.solicit, .advertise, .request, .reply, .release, .reply])
        let mac = MACAddress("08:00:27:fe:8f:95")
        #expect(messages.allSatisfy { $0.options.clientIdentifier?.macAddress == mac })
        #expect(datagrams[0].sender.linkLayerAddress == mac)
        #expect(messages.dropLast().allSatisfy { $0.options[.prefixDelegation]?.count ?? 0 >= 12 })
        #expect(messages[5].options.status == DHCPv6Status(.success, message: "Release received."))
    }

    @Test func perfdhcpsTemplatesAreRead() throws {
        let octets = try Self.template("request6-example.hex")
        let request = try DHCPv6Message(parsing: octets)
        #expect(request.octets == octets && request.type == .request)
        let association = try #require(request.options.identityAssociations.first)
        #expect(association.identifier == 1 && association.renewalTime == 10 && association.rebindingTime == 14)
        #expect(
            association.addresses == [
                AssociatedAddress(try address("2001:db8:1::1:b568"), preferredLifetime: 190, validLifetime: 200)
            ]
        )
        #expect(request.options.clientIdentifier?.macAddress == MACAddress("00:0c:01:02:03:06"))

        let solicited = try Self.template("solicit-example.hex")
        let solicit = try DHCPv6Message(parsing: solicited)
        #expect(solicit.octets == solicited && solicit.type == .solicit && solicit.transaction == 0x5F4E65)
        #expect(solicit.options.identityAssociations.map(\.renewalTime) == [0x0E01])
        #expect(solicit.options.requestedOptions == [.dnsServers, .domainList])
    }

    @Test func whatBrokeSystemdsClientBreaksNothingHere() throws {
        func octets(_ name: String) throws -> [UInt8] {
            try Fixture.octets(ofAsset: "dhcp/systemd-fuzz/fuzz-dhcp6-client__crash-" + name)
        }
        #expect(throws: WireError.truncated(needed: 2, left: 1, at: 8)) {
            try DHCPv6Packet(parsing: octets("buf-size"))
        }
        for name in ["domainname", "initial1", "initial3"] {
            let packet = try DHCPv6Packet(parsing: octets(name))
            #expect(try packet.octets == octets(name), "its framing is whole")
        }
        let name = try DHCPv6Message(parsing: octets("domainname"))
        #expect(name.type == .reply && name.options[.domainList]?.count == 6)
        #expect(name.options.domainList == nil, "the name has no end")
        let first = try DHCPv6Message(parsing: octets("initial1"))
        #expect(first.options.serverIdentifier == nil, "one octet is no identifier")
        #expect(first.options.clientIdentifier?.kind == .enterprise)
        #expect(first.options.identityAssociations.map(\.addresses.count) == [1])
        let third = try DHCPv6Message(parsing: octets("initial3"))
        // Both addresses have one octet after their lifetimes, which is no option.
        #expect(third.options.identityAssociations.map(\.addresses) == [[]])
    }
}
