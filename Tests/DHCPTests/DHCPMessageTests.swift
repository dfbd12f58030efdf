import DHCP
import Octets
import TestSupport
import Testing

private let mac = MACAddress("52:54:00:77:00:01")

private func discover() throws -> DHCPMessage {
    DHCPMessage.discover(from: try #require(mac), transaction: 0x1234_5678)
}

@Suite struct DHCPMessageTests {
    @Test func aDiscoverIsWrittenAsTheStandardSays() throws {
        let octets = try discover().octets()
        #expect(octets.count == 300, "BOOTP relays drop what is shorter")
        #expect(Array(octets[0..<8]) == [1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78])
        #expect(Array(octets[10..<12]) == [0x80, 0], "it has no address, so it asks for a broadcast")
        #expect(Array(octets[28..<34]) == [0x52, 0x54, 0, 0x77, 0, 1])
        #expect(Array(octets[236..<243]) == [0x63, 0x82, 0x53, 0x63, 53, 1, 1])
    }

    @Test func aRequestTakesTheOfferAsItWasMade() throws {
        var offer = DHCPMessage(.reply, transaction: 7)
        offer.hardwareAddress = try #require(mac).octets
        offer.yourAddress = IPv4Address(10, 77, 0, 9)
        offer.serverIdentifier = IPv4Address(10, 77, 0, 1)
        let request = DHCPMessage.request(accepting: offer)
        #expect(request.messageType == .request)
        #expect(request.requestedAddress == IPv4Address(10, 77, 0, 9))
        #expect(request.serverIdentifier == IPv4Address(10, 77, 0, 1))
        #expect(request.clientAddress == .any)
        #expect(request.transaction == 7)
    }

    @Test func aLongOptionIsSplitAndJoined() throws {
        var message = try discover()
        let value = (0..<600).map { UInt8(truncatingIfNeeded: $0) }
        message.options[43] = value
        let octets = message.octets(maximumSize: 1500)
        #expect(try DHCPMessage(parsing: octets).options[43] == value)
        #expect(octets.indices.dropLast().contains { octets[$0] == 43 && octets[$0 + 1] == 255 })
    }

    @Test func anOptionMetTwiceIsOne() throws {
        let options = try DHCPOptions(parsing: [
            12, 2, 97, 98, 0, 0, 15, 1, 120, 12, 1, 99, 255, 12, 1, 100,
        ])
        #expect(options[.hostName] == [97, 98, 99], "what follows END is not read")
        #expect(options[.domainName] == [120])
    }

    @Test func optionsOverflowIntoFileAndSname() throws {
        var message = try discover()
        message.options[.hostName] = [UInt8](repeating: 65, count: 200)
        message.options[.domainName] = [UInt8](repeating: 66, count: 100)
        message.options[.message] = [UInt8](repeating: 67, count: 50)
        message.options[.relayAgentInformation] = [1, 2, 3, 4]
        let octets = message.octets(maximumSize: 576)
        #expect(octets.count <= 548)
        #expect(octets[108] == 15 || octets[108] == 56, "`file` begins with an option")
        let back = try DHCPMessage(parsing: octets)
        #expect(back == message)
        #expect(back.bootFile.isEmpty)
    }

    @Test func theRelaysOptionIsWrittenLast() throws {
        var message = try discover()
        message.options[.relayAgentInformation] = [1, 4, 9, 8, 7, 6]
        message.vendorClass = "PXEClient"
        let octets = message.octets()
        let end = try #require(octets.lastIndex(of: 255))
        #expect(Array(octets[(end - 8)..<end]) == [82, 6, 1, 4, 9, 8, 7, 6])
    }

    @Test func theRelayMayChooseTheSubnetAndTheServersName() throws {
        var message = try discover()
        message.options[.relayAgentInformation] = [1, 1, 9, 5, 4, 10, 1, 0, 0, 11, 4, 10, 1, 0, 1]
        #expect(message.linkSelection == IPv4Address(10, 1, 0, 0))
        #expect(message.serverIdentifierOverride == IPv4Address(10, 1, 0, 1))
        message.options[.relayAgentInformation] = [5, 9, 1]
        #expect(message.linkSelection == nil, "a sub-option that runs over the end is no sub-option")
    }

    @Test(arguments: [
        ("iPXE", ["iPXE"]), ("\u{4}iPXE", ["iPXE"]), ("\u{4}iPXE\u{3}abc", ["iPXE", "abc"]), ("", []),
        ("\u{9}iPXE", ["\u{9}iPXE"]),
    ])
    func userClassesAreReadInBothEncodings(text: String, classes: [String]) throws {
        var message = try discover()
        message.options[.userClass] = Array(text.utf8)
        #expect(message.userClasses == classes)
    }

    @Test func iPXEIsKnownByItsOwnOptionsToo() throws {
        var message = try discover()
        #expect(!message.isIPXE)
        message.options[.iPXE] = Encapsulated().adding(0x12, [1]).octets
        #expect(message.isIPXE)
    }

    @Test func architecturesAreAListAndAnOddOctetIsPassedOver() throws {
        var message = try discover()
        message.options[.clientArchitecture] = [0, 7, 0, 9, 0]
        #expect(message.clientArchitectures == [.uefiX64, .uefiX64AsEBC])
        message.options[.clientArchitecture] = [7]
        #expect(message.clientArchitectures.isEmpty)
    }

    @Test func aMachineIdentifierOfTheWrongLengthIsNone() throws {
        var message = try discover()
        message.options[.clientMachineIdentifier] = [0] + (1...16).map { UInt8($0) }
        #expect(message.machineUUID == "04030201-0605-0807-090a-0b0c0d0e0f10")
        message.options[.clientMachineIdentifier] = [UInt8](repeating: 1, count: 16)
        #expect(message.machineIdentifier == nil)
        message.options[.clientMachineIdentifier] = [UInt8](repeating: 0, count: 17)
        #expect(message.machineUUID == nil, "zeroes are what boards without a UUID send")
    }

    @Test func whatIsNoMessageIsRefusedWithTheReason() throws {
        var octets = try discover().octets()
        #expect(throws: WireError.truncated(needed: 128, left: 91, at: 108)) {
            try DHCPMessage(parsing: octets.prefix(199))
        }
        octets[0] = 3
        #expect(throws: WireError.invalid(field: "op", value: 3)) { try DHCPMessage(parsing: octets) }
        octets[0] = 1
        octets[2] = 17
        #expect(throws: WireError.invalid(field: "hlen", value: 17)) {
            try DHCPMessage(parsing: octets)
        }
        octets[2] = 6
        octets[236] = 0
        #expect(throws: WireError.self) { try DHCPMessage(parsing: octets) }
    }

    /// Whatever is read is written and read again as the same; nothing traps.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseIsReadToItselfOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = try discover().octets()
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(
                in: 0...255,
                using: &generator
            )
        }
        octets[240...] = ArraySlice(generator.octets(Int.random(in: 0...300, using: &generator)))
        guard let message = try? DHCPMessage(parsing: octets) else { return }
        #expect(try DHCPMessage(parsing: message.octets(maximumSize: 65535)) == message)
        _ = (
            message.userClasses, message.linkSelection, message.machineUUID, message.clientArchitectures
        )
    }
}

@Suite struct AddressTests {
    @Test(arguments: [
        "10.0.0", "10.0.0.256", "10.0.0.1.2", "", "a.b.c.d", "1.2.3.-4", "1.2.3.+4", "1..2.3",
        "1.2.3.0004",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test func aSubnetKnowsItsAddresses() throws {
        let subnet = try #require(IPv4Subnet("10.77.1.9/23"))
        #expect("\(subnet)" == "10.77.0.0/23")
        #expect("\(subnet.netmask) \(subnet.broadcast)" == "255.255.254.0 10.77.1.255")
        #expect(
            subnet.contains(IPv4Address(10, 77, 1, 255)) && !subnet.contains(IPv4Address(10, 77, 2, 0))
        )
        #expect(!subnet.isHost(subnet.network) && !subnet.isHost(subnet.broadcast))
        #expect(IPv4Subnet("0.0.0.0/0")?.contains(.broadcast) == true)
        for text in ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "/8"] {
            #expect(IPv4Subnet(text) == nil)
        }
    }

    @Test(arguments: ["52:54:00:AB:cd:ef", "52-54-00-ab-cd-ef", "525400abcdef", "5254.00ab.cdef"])
    func aMACAddressIsReadInEverySpelling(text: String) throws {
        let address = try #require(MACAddress(text))
        #expect("\(address)" == "52:54:00:ab:cd:ef")
        #expect(address.bootInterface == "01-52-54-00-ab-cd-ef")
        #expect(MACAddress(octets: address.octets) == address)
    }

    @Test(arguments: [
        "52:54:00:ab:cd", "52:54:00:ab-cd:ef", "52:54:00:ab:cd:eg", "", "5254:00ab:cdef",
        "::::::::::::",
    ])
    func whatIsNoMACAddressIsRefused(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test func littleEndianNumbersAreReadAsWritten() throws {
        var octets: [UInt8] = []
        octets.append(littleEndian: 0x1234_5678 as UInt32)
        octets.append(littleEndian: 9 as UInt16)
        #expect(octets == [0x78, 0x56, 0x34, 0x12, 9, 0])
        var reader = OctetReader(octets)
        #expect(try reader.readLittleEndian(UInt32.self) == 0x1234_5678)
        #expect(reader.offset == 4)
        #expect(try reader.readLittleEndian(UInt16.self) == 9)
        #expect(throws: WireError.self) { try reader.readLittleEndian(UInt8.self) }
    }
}
