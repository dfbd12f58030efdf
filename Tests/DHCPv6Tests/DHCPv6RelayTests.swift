import DHCPv6
import Octets
import Testing

@Suite struct DHCPv6RelayTests {
    @Test func aRelaysMessageIsWrittenAsTheStandardSays() throws {
        let octets = try relayed(solicit()).octets
        let inner = try solicit().octets
        #expect(Array(octets[..<2]) == [12, 1], "it is the second relay")
        #expect(octets[2..<18].allSatisfy { $0 == 0 })
        #expect(try Array(octets[18..<34]) == address("2001:db8:0:1::1").octets)
        #expect(Array(octets[34..<36]) == [0, 9])
        #expect(Int(octets[36]) << 8 + Int(octets[37]) == octets.count - 38)
        #expect(Array(octets[38..<40]) == [12, 0])
        #expect(try Array(octets[56..<72]) == address("fe80::5054:ff:fe77:1").octets)
        #expect(Array(octets[72..<76]) == [0, 9, 0, UInt8(inner.count)])
        #expect(Array(octets[76..<76 + inner.count]) == inner)
        #expect(Array(octets.suffix(12)) == [0, 79, 0, 8, 0, 1, 0x52, 0x54, 0, 0x77, 0, 1])
    }

    @Test func whatCameThroughRelaysIsReadAsItWasSent() throws {
        let packet = try relayed(firmwaresSolicit())
        let back = try DHCPv6Packet(parsing: packet.octets)
        #expect(back == packet)
        #expect(try back.message == firmwaresSolicit())
        #expect(back.relays.map(\.hopCount) == [1, 0])
        #expect(back.relays.last?.options.interfaceIdentifier == Array("swp1".utf8))
    }

    @Test func theMessagesPlaceAmongTheRelaysOptionsIsKept() throws {
        let header = [12, 0] + [UInt8](repeating: 0, count: 32)
        let octets = header + [0, 18, 0, 1, 7, 0, 9, 0, 4, 11, 0, 0, 5, 0xAB, 0xCD, 0, 0, 0, 9, 0, 1, 1]
        var packet = try DHCPv6Packet(parsing: octets)
        #expect(packet.message == DHCPv6Message(.informationRequest, transaction: 5))
        #expect(packet.octets == octets)
        #expect(packet.relays[0].options.all(.relayMessage) == [[1]], "a second message is an option like any other")
        packet.relays[0].options = DHCPv6Options()
        #expect(try DHCPv6Packet(parsing: packet.octets) == packet)
    }

    @Test func anAnswerGoesBackThroughTheSameRelays() throws {
        var packet = try relayed(solicit())
        packet.relays[0].options[.relayPort] = [0x20, 0]
        packet.relays[0].options[37] = [1]
        packet.relays[0].options[38] = [2]
        packet.relays[0].options[.echoRequest] = [0, 38]
        let answer = DHCPv6Message.answer(.advertise, to: packet.message, from: .linkLayer(try #require(mac)))
        let reply = packet.answered(with: answer)
        #expect(reply.message == answer)
        #expect(reply.relays.map(\.direction) == [.reply, .reply])
        #expect(reply.relays.map(\.hopCount) == [1, 0])
        #expect(reply.relays.map(\.peerAddress) == packet.relays.map(\.peerAddress))
        #expect(reply.relays.map(\.linkAddress) == packet.relays.map(\.linkAddress))
        #expect(reply.relays[0].options.list.map(\.code) == [.relayPort, 38])
        #expect(reply.relays[1].options.list.map(\.code) == [.interfaceIdentifier])
        #expect(reply.octets.first == 13)
        #expect(try DHCPv6Packet(parsing: reply.octets) == reply)
    }

    @Test func anAnswerToAClientItselfGoesThroughNoRelay() throws {
        let answer = DHCPv6Message(.reply, transaction: 1)
        #expect(try DHCPv6Packet(solicit()).answered(with: answer) == DHCPv6Packet(answer))
    }

    @Test func aRelaysMessageThatIsCutShortIsRefused() throws {
        let octets = try relayed(solicit()).octets
        for length in 0..<octets.count {
            #expect(throws: WireError.self) { try DHCPv6Packet(parsing: octets.prefix(length)) }
        }
    }

    @Test func aRelayThatPassesNothingOnIsRefused() {
        let octets = [13, 0] + [UInt8](repeating: 0, count: 32) + [0, 18, 0, 1, 7]
        #expect(throws: WireError.invalid(field: "number of relayed messages", value: 0)) {
            try DHCPv6Packet(parsing: octets)
        }
        #expect(throws: WireError.truncated(needed: 4, left: 0, at: 0)) {
            try DHCPv6Packet(parsing: octets + [0, 9, 0, 0])
        }
    }

    @Test func relaysInsideRelaysHaveAnEnd() throws {
        let relay = DHCPv6Relay(.forward, hopCount: 0, linkAddress: .any, peerAddress: .any)
        let deepest = DHCPv6Packet(try solicit(), relays: Array(repeating: relay, count: 32))
        #expect(try DHCPv6Packet(parsing: deepest.octets) == deepest)
        for count in [33, 1000] {
            let deeper = DHCPv6Packet(try solicit(), relays: Array(repeating: relay, count: count))
            #expect(throws: WireError.invalid(field: "number of relays", value: 33)) {
                try DHCPv6Packet(parsing: deeper.octets)
            }
        }
        #expect(deepest.forwarded(linkAddress: .any, peerAddress: .any) == nil)
        var tired = DHCPv6Packet(try solicit(), relays: [relay])
        tired.relays[0].hopCount = 31
        #expect(tired.forwarded(linkAddress: .any, peerAddress: .any) == nil)
        tired.relays[0].hopCount = 255
        #expect(tired.forwarded(linkAddress: .any, peerAddress: .any) == nil)
        tired.relays[0].hopCount = 30
        #expect(tired.forwarded(linkAddress: .any, peerAddress: .any)?.relays.map(\.hopCount) == [31, 30])
    }

    @Test func theClientsEthernetAddressIsTakenFromTheSurestWitness() throws {
        var packet = try relayed(solicit())
        let seen = try #require(MACAddress("02:00:00:00:00:01"))
        let source = try address("fe80::201:2ff:fe03:405")
        packet.relays[1].options.clientLinkLayerAddress = LinkLayerAddress(seen)
        #expect(packet.macAddress(source: source) == seen, "the relay saw it")
        packet.relays[1].options.clientLinkLayerAddress = LinkLayerAddress(hardwareType: 32, octets: seen.octets)
        packet.relays[0].options.clientLinkLayerAddress = LinkLayerAddress(seen)
        #expect(packet.macAddress(source: source) == mac, "the outer relay saw but another relay")
        packet.message.options.clientIdentifier = DUID.uuid(octets: [UInt8](repeating: 7, count: 16))
        packet.relays[1].peerAddress = try address("fe80::5054:ff:fe77:9")
        #expect(packet.macAddress(source: source) == MACAddress("52:54:00:77:00:09"), "the client's own address")
        packet.relays[1].peerAddress = try address("2001:db8::9")
        #expect(packet.macAddress(source: source) == nil, "a relay sent it, not the client")
        packet.relays = []
        #expect(packet.macAddress(source: source) == MACAddress("00:01:02:03:04:05"))
        #expect(packet.macAddress() == nil)
    }
}
