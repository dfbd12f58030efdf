import DHCP
import DHCPv6
import Octets
import TestSupport
import Testing

@Suite struct DHCPv6MessageTests {
    @Test func aSolicitIsWrittenAsTheStandardSays() throws {
        let octets = try solicit().octets
        #expect(Array(octets[..<4]) == [1, 0x12, 0x34, 0x56])
        #expect(Array(octets[4..<18]) == [0, 1, 0, 10, 0, 3, 0, 1, 0x52, 0x54, 0, 0x77, 0, 1])
        #expect(Array(octets[18..<34]) == [0, 3, 0, 12, 0, 0x77, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(octets[34..<46]) == [0, 6, 0, 8, 0, 23, 0, 24, 0, 56, 0, 82])
        #expect(Array(octets[46...]) == [0, 8, 0, 2, 0, 0])
    }

    @Test func whatTheFirmwareSaysIsReadBack() throws {
        let packet = try DHCPv6Packet(parsing: firmwaresSolicit().octets)
        let message = packet.message
        #expect(packet.relays.isEmpty)
        #expect(try message == firmwaresSolicit())
        #expect(message.options[.clientArchitecture] == [0, 7], "option 61, not 93 as in DHCPv4")
        #expect(message.options[.networkInterface] == [1, 3, 16])
        #expect(message.options[.vendorClass]?.prefix(6) == [0, 0, 1, 0x57, 0, 32])
        #expect(message.options.clientArchitectures == [.uefiX64])
        #expect(message.isPXEClient && !message.isHTTPClient && !message.isIPXE)
    }

    @Test func iPXEIsKnownByItsUserClass() throws {
        var message = try solicit()
        message.options.userClasses = ["iPXE"]
        #expect(message.options[.userClass] == [0, 4, 0x69, 0x50, 0x58, 0x45])
        #expect(message.isIPXE && !message.isPXEClient)
    }

    @Test func whatAServerSaysIsReadBack() throws {
        let server = DUID.linkLayer(try #require(MACAddress("52:54:00:77:00:ff")), time: 9)
        var reply = DHCPv6Message.answer(.reply, to: try solicit(), from: server)
        var association = IdentityAssociation(0x0077_0001, renewalTime: 1800, rebindingTime: 2880)
        association.addresses = [
            AssociatedAddress(try address("2001:db8:0:1::9"), preferredLifetime: 2700, validLifetime: 3600)
        ]
        var refused = IdentityAssociation(2)
        refused.options.status = DHCPv6Status(.noAddressesAvailable, message: "the pool is empty")
        reply.options.identityAssociations = [association, refused]
        reply.options.preference = 255
        reply.options.rapidCommit = true
        reply.options.acceptsReconfigure = true
        reply.options.dnsServers = [try address("2001:db8::53"), try address("2001:db8::54")]
        reply.options.domainList = ["rack.example.net", "example.net."]
        reply.options.bootFileURL = "http://[2001:db8::1]/boot/ipxe.efi"
        reply.options.bootFileParameters = ["console=ttyS0", ""]
        reply.options.vendorClasses = [VendorClass(VendorClass.intel, ["HTTPClient"])]
        var vendor = VendorOptions(4491)
        vendor.options[32] = [1, 2, 3]
        reply.options.vendorOptions = [vendor]

        let options = try DHCPv6Packet(parsing: reply.octets).message.options
        #expect(options == reply.options)
        #expect(try options.clientIdentifier == solicit().options.clientIdentifier)
        #expect(options.serverIdentifier == server)
        #expect(options.identityAssociations == [association, refused])
        #expect(options.identityAssociations[1].options.status?.code == .noAddressesAvailable)
        #expect(options.preference == 255 && options.rapidCommit && options.acceptsReconfigure)
        #expect(options.dnsServers?.map { "\($0)" } == ["2001:db8::53", "2001:db8::54"])
        #expect(options.domainList == ["rack.example.net", "example.net"])
        #expect(options[.domainList]?.prefix(9) == [4, 0x72, 0x61, 0x63, 0x6B, 7, 0x65, 0x78, 0x61])
        #expect(options.bootFileURL == "http://[2001:db8::1]/boot/ipxe.efi")
        #expect(options[.bootFileParameters]?.prefix(3) == [0, 13, 0x63])
        #expect(options.bootFileParameters == ["console=ttyS0", ""])
        #expect(options.vendorOptions == [vendor])
    }

    @Test func aRequestTakesWhatWasAdvertised() throws {
        let server = DUID.linkLayer(try #require(MACAddress("52:54:00:77:00:ff")))
        var advertise = DHCPv6Message.answer(.advertise, to: try solicit(), from: server)
        #expect(advertise.transaction == 0x12_3456)
        var association = IdentityAssociation(0x0077_0001, renewalTime: 1800, rebindingTime: 2880)
        association.addresses = [AssociatedAddress(try address("2001:db8::9"), validLifetime: 3600)]
        advertise.options.identityAssociations = [association]
        let request = try #require(DHCPv6Message.next(.request, after: advertise, transaction: 7))
        #expect(request.type == .request && request.transaction == 7)
        #expect(request.options.serverIdentifier == server)
        let wanted = try #require(request.options.identityAssociations.first)
        #expect(wanted.identifier == 0x0077_0001 && wanted.renewalTime == 0 && wanted.rebindingTime == 0)
        #expect(wanted.addresses == [AssociatedAddress(try address("2001:db8::9"))])
        let rebind = try #require(DHCPv6Message.next(.rebind, after: advertise, transaction: 8))
        #expect(rebind.options.serverIdentifier == nil, "any server may answer")
        #expect(DHCPv6Message.next(.request, after: try solicit(), transaction: 9) == nil, "no server spoke")
    }

    @Test func aTransactionHas24Bits() throws {
        var message = DHCPv6Message(.solicit, transaction: 0xAB12_3456)
        #expect(message.transaction == 0x12_3456)
        message.transaction = 0xFFFF_FFFF
        #expect(message.octets == [1, 0xFF, 0xFF, 0xFF])
    }

    @Test func whatIsNoMessageIsRefusedWithTheReason() throws {
        #expect(throws: WireError.truncated(needed: 4, left: 0, at: 0)) { try DHCPv6Packet(parsing: []) }
        #expect(throws: WireError.truncated(needed: 4, left: 3, at: 0)) { try DHCPv6Packet(parsing: [1, 0, 0]) }
        #expect(throws: WireError.truncated(needed: 3, left: 2, at: 8)) {
            try DHCPv6Packet(parsing: [1, 0, 0, 0, 0, 8, 0, 3, 0, 0])
        }
        #expect(throws: WireError.truncated(needed: 2, left: 1, at: 6)) {
            try DHCPv6Packet(parsing: [1, 0, 0, 0, 0, 8, 0])
        }
        #expect(throws: WireError.invalid(field: "message type", value: 12)) {
            try DHCPv6Message(parsing: [12, 0, 0, 0])
        }
    }

    @Test func aMessageThatIsCutShortIsRefusedUnlessTheCutIsBetweenOptions() throws {
        let octets = try firmwaresSolicit().octets
        let places = boundaries(octets, header: 4)
        #expect(places.count == 8 && places.last == octets.count)
        for length in 0..<octets.count {
            let part = Array(octets[..<length])
            if places.contains(length) {
                #expect(try DHCPv6Packet(parsing: part).octets == part)
            } else {
                #expect(throws: WireError.self) { try DHCPv6Packet(parsing: part) }
            }
        }
    }

    /// Whatever is read is written as the same octets; nothing traps.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseIsReadToItselfOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = try seed.isMultiple(of: 2) ? relayed(firmwaresSolicit()).octets : firmwaresSolicit().octets
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        if seed.isMultiple(of: 5) { octets += generator.octets(Int.random(in: 0...40, using: &generator)) }
        guard let packet = try? DHCPv6Packet(parsing: octets) else { return }
        #expect(packet.octets == octets)
        #expect(try DHCPv6Packet(parsing: packet.octets) == packet)
        let answered = packet.answered(with: packet.message)
        #expect(try DHCPv6Packet(parsing: answered.octets) == answered)
        _ = packet.macAddress(source: .any)
        for relay in packet.relays { try askEverything(of: relay.options) }
        try askEverything(of: packet.message.options)
    }

    /// Every option that has a definition, filled with noise.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseInsideAnOptionNeverTraps(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var options = DHCPv6Options()
        for code in Array(1...25) + Array(56...62) + [43, 79, 135] as [UInt16] {
            let count = Int.random(in: 0...40, using: &generator)
            // Small octets make lengths that fit, so that what is inside is reached.
            let noise = generator.octets(count).map { seed.isMultiple(of: 2) ? $0 % 8 : $0 }
            options.append(DHCPv6OptionCode(rawValue: code), noise)
        }
        #expect(try DHCPv6Options(parsing: options.octets) == options)
        try askEverything(of: options)
    }

    private func askEverything(of options: DHCPv6Options) throws {
        for duid in [options.clientIdentifier, options.serverIdentifier] {
            _ = (duid?.macAddress, duid?.uuid, duid?.uuidInSMBIOSOrder, duid?.time, duid?.enterpriseNumber)
        }
        for association in options.identityAssociations {
            #expect(try IdentityAssociation(parsing: association.octets) == association)
            _ = (association.addresses, association.options.status)
        }
        for item in options.vendorClasses { #expect(try VendorClass(parsing: item.octets) == item) }
        for item in options.vendorOptions { #expect(try VendorOptions(parsing: item.octets) == item) }
        _ = (options.requestedOptions, options.preference, options.elapsedTime, options.status)
        _ = (options.rapidCommit, options.acceptsReconfigure, options.dnsServers, options.domainList)
        _ = (options.userClasses, options.bootFileURL, options.bootFileParameters, options.clientArchitectures)
        _ = (options.networkInterface, options.clientLinkLayerAddress?.macAddress, options.interfaceIdentifier)
    }
}
