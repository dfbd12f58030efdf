import DHCP
import DHCPv6
import Octets
import Testing

@Suite struct DHCPv6OptionsTests {
    @Test func unknownOptionsRepeatedOptionsAndTheirOrderAreKept() throws {
        let octets: [UInt8] = [0xFF, 0xFE, 0, 1, 9, 0, 7, 0, 1, 5, 0, 0, 0, 0, 0, 7, 0, 1, 6, 0, 23, 0, 2, 1, 2]
        let options = try DHCPv6Options(parsing: octets)
        #expect(options.octets == octets)
        #expect(options.list.map(\.code.rawValue) == [0xFFFE, 7, 0, 7, 23])
        #expect(options[0xFFFE] == [9])
        #expect(options.preference == 5, "the first of two counts")
        #expect(options.all(.preference) == [[5], [6]])
        #expect(options.dnsServers == nil, "two octets are no address")
    }

    @Test func anOptionIsSetWhereItStands() {
        var options = DHCPv6Options()
        for code in [1, 7, 2, 7] as [DHCPv6OptionCode] { options.append(code, [UInt8(code.rawValue)]) }
        options.preference = 9
        #expect(options.octets == [0, 1, 0, 1, 1, 0, 7, 0, 1, 9, 0, 2, 0, 1, 2])
        options.preference = nil
        #expect(options.list.map(\.code) == [.clientIdentifier, .serverIdentifier])
        options.dnsServers = []
        options.requestedOptions = []
        options.userClasses = []
        #expect(options.list.count == 2, "an empty list is no option")
    }

    @Test func aValueIsCutWhereItsLengthCannotBeSaid() throws {
        var options = DHCPv6Options()
        options[.userClass] = [UInt8](repeating: 0, count: 70_000)
        options.vendorClasses = [VendorClass(1, [String(repeating: "a", count: 70_000)])]
        #expect(options[.userClass]?.count == 65_535)
        #expect(try DHCPv6Options(parsing: options.octets) == options)
    }

    /// Each option and contents that its definition does not allow.
    @Test(
        arguments: [
            (1, [0, 1]), (2, []), (3, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), (6, [0]), (7, []), (7, [1, 2]), (8, [1]),
            (8, [0, 1, 0, 2]), (13, [0]), (14, [1]), (15, [0, 9, 65]), (15, [0]), (16, [0, 0, 1]),
            (16, [0, 0, 0, 1, 0, 2, 65]),
            (17, [0, 0, 1]), (17, [0, 0, 0, 1, 0, 1, 0, 2, 0]), (20, [0]), (23, []), (23, [1, 2, 3]), (24, []),
            (24, [0]),
            (24, [3, 97, 98]), (24, [3, 97, 98, 99]), (24, [0xC0, 0]), (24, [64, 97]), (24, [1, 10, 0]),
            (24, [1, 46, 0]),
            (59, []), (59, [0xFF, 0xFE]), (60, [0, 1]), (61, [7]), (61, []), (62, [1, 3]), (62, [1, 3, 16, 0]),
            (79, [0, 1]),
        ] as [(UInt16, [UInt8])]
    )
    func whatIsMalformedIsKeptAndTellsNothing(code: UInt16, value: [UInt8]) throws {
        var options = DHCPv6Options()
        options.append(DHCPv6OptionCode(rawValue: code), value)
        #expect(try DHCPv6Options(parsing: options.octets) == options)
        let told: [Any?] = [
            options.clientIdentifier, options.serverIdentifier, options.identityAssociations.first,
            options.requestedOptions, options.preference, options.elapsedTime, options.status,
            options.rapidCommit ? true : nil, options.userClasses, options.vendorClasses.first,
            options.vendorOptions.first, options.acceptsReconfigure ? true : nil, options.dnsServers,
            options.domainList,
            options.bootFileURL, options.bootFileParameters, options.clientArchitectures, options.networkInterface,
            options.clientLinkLayerAddress,
        ]
        #expect(told.allSatisfy { $0 == nil })
    }

    @Test func aBrokenAddressTakesNoOtherWithIt() throws {
        var association = IdentityAssociation(1)
        association.addresses = [AssociatedAddress(try address("2001:db8::1"))]
        association.options.append(.address, [1, 2, 3])
        let good = association.addresses
        #expect(good.map { "\($0.address)" } == ["2001:db8::1"])
        var options = DHCPv6Options()
        options.append(.identityAssociation, [1, 2, 3])
        options.append(.identityAssociation, association.octets)
        #expect(options.identityAssociations == [association])
    }

    @Test func architecturesAreAListAndAnOddOctetIsPassedOver() {
        var options = DHCPv6Options()
        options[.clientArchitecture] = [0, 16, 0, 7, 0]
        #expect(options.clientArchitectures == [.uefiX64HTTP, .uefiX64])
    }

    @Test func whatCanBeNoNameIsNotWritten() {
        var options = DHCPv6Options()
        let long = Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: ".")
        options.domainList = ["", ".", "a..b", "a b", String(repeating: "a", count: 64) + ".net", long, "example.net"]
        #expect(options.domainList == ["example.net"])
        options.domainList = [long, "line\nbreak"]
        #expect(options[.domainList] == nil)
        let longest = String(long.dropLast(2))
        options.domainList = [longest]
        #expect(options[.domainList]?.count == 255)
        #expect(options.domainList == [longest])
    }

    @Test func aStatusWithoutTextIsAStatus() {
        var options = DHCPv6Options()
        options[.status] = [0, 4]
        #expect(options.status == DHCPv6Status(.notOnLink))
        options[.status] = [0, 1, 0xFF]
        #expect(options.status?.message == "\u{FFFD}")
    }
}
