import FoundationEssentials
import Octets
import TestSupport
import Testing

@Suite struct IPv6AddressTests {
    /// Each text and what RFC 5952 makes of it; those of RFC 4291 section 2.2 and RFC 5952 sections 1 and 4 first.
    static let spellings = [
        ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
        ("FF01:0:0:0:0:0:0:101", "ff01::101"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("0:0:0:0:0:0:13.1.68.3", "::d01:4403"),
        ("::13.1.68.3", "::d01:4403"),
        ("::FFFF:129.144.52.38", "::ffff:129.144.52.38"),
        ("::ffff:8190:3426", "::ffff:129.144.52.38"),
        ("0:0:0:0:0:FFFF:129.144.52.38", "::ffff:129.144.52.38"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"),
        ("1::", "1::"), ("::", "::"), ("1::8", "1::8"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"),
        ("fe80::201:2ff:fe03:405", "fe80::201:2ff:fe03:405"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ]

    @Test(arguments: spellings)
    func everySpellingIsReadAndTheCanonicalOneWritten(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect("\(address)" == canonical)
        #expect(IPv6Address(canonical) == address)
        #expect(IPv6Address(octets: address.octets) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8", "1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:", ":1::", "::1:",
        "12345::",
        "g::", "+1::", "-1::", "1 ::", " ::1", "::1 ", "fe80::1%eth0", "[::1]", "::1/64", "1.2.3.4", "::1.2.3",
        "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::١",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func octetsStandInNetworkOrder() throws {
        let address = try #require(IPv6Address("102:304:506:708:90a:b0c:d0e:f10"))
        #expect(address.octets == (1...16).map { UInt8($0) })
        #expect(address == IPv6Address(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10))
        #expect(IPv6Address(octets: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(IPv6Address(octets: [UInt8](repeating: 0, count: 17)) == nil)
    }

    @Test func addressesAreInTheOrderOfTheirNumbers() throws {
        let texts = ["::", "::1", "::ffff:0:0", "1::", "2001:db8::1", "fe80::1", "ff02::1:2"]
        let addresses = try texts.map { try #require(IPv6Address($0)) }
        #expect(addresses.shuffled().sorted() == addresses)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyAddressIsReadAsItWasWritten(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Few ones, so that runs of zeroes are met.
        let octets = generator.octets(16).map { $0 & generator.octets(1)[0] < 40 ? $0 : 0 }
        let address = IPv6Address(octets: octets)
        #expect(address?.octets == octets)
        #expect(address.flatMap { IPv6Address("\($0)") } == address)
        let noise = String(decoding: generator.octets(12).map { Array(":.0af%".utf8)[Int($0) % 6] }, as: UTF8.self)
        if let address = IPv6Address(noise) { #expect(IPv6Address("\(address)") == address) }
    }

    @Test func firmwaresLinkLocalAddressTellsItsEthernetAddress() {
        let address = IPv6Address("fe80::201:2ff:fe03:405")
        #expect(address?.linkLayerAddress == MACAddress("00:01:02:03:04:05"))
        #expect(IPv6Address("fe80::5054:ff:fe77:1")?.linkLayerAddress == MACAddress("52:54:00:77:00:01"))
        for text in ["fe80::1", "2001:db8::201:2ff:fe03:405", "fe80:0:0:1:201:2ff:fe03:405", "::"] {
            #expect(IPv6Address(text)?.linkLayerAddress == nil)
        }
    }

    @Test func addressesAndPrefixesAreTextInDocuments() throws {
        let address = try #require(IPv6Address("2001:db8::1"))
        let prefix = try #require(IPv6Prefix("2001:db8::1/64"))
        #expect(String(decoding: try JSONEncoder().encode([address]), as: UTF8.self) == #"["2001:db8::1"]"#)
        #expect(try JSONDecoder().decode([IPv6Address].self, from: Data(#"["2001:db8::1"]"#.utf8)) == [address])
        #expect(try JSONDecoder().decode([IPv6Prefix].self, from: JSONEncoder().encode([prefix])) == [prefix])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPv6Address].self, from: Data(#"["10.0.0.1"]"#.utf8))
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPv6Prefix].self, from: Data(#"["2001:db8::1"]"#.utf8))
        }
    }
}

@Suite struct IPv6PrefixTests {
    @Test(arguments: [
        ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"), ("2001:db8:ffff::1/33", "2001:db8:8000::/33"),
        ("2001:db8::ffff/113", "2001:db8::8000/113"), ("2001:db8::1/128", "2001:db8::1/128"), ("ff00::1/0", "::/0"),
        ("2001:db8::1/65", "2001:db8::/65"), ("fe80::1/10", "fe80::/10"),
    ])
    func bitsAfterThePrefixAreDropped(text: String, canonical: String) throws {
        let prefix = try #require(IPv6Prefix(text))
        #expect("\(prefix)" == canonical)
        #expect(prefix.contains(prefix.network))
        let address = try #require(IPv6Address(text.prefix { $0 != "/" }))
        #expect(prefix.contains(address))
    }

    @Test func aPrefixKnowsItsAddresses() throws {
        let prefix = try #require(IPv6Prefix("2001:db8:0:1::/64"))
        for (text, isInside) in [
            ("2001:db8:0:1::", true), ("2001:db8:0:1:ffff:ffff:ffff:ffff", true), ("2001:db8:0:2::", false),
            ("2001:db8::ffff:ffff:ffff:ffff", false),
        ] {
            #expect(prefix.contains(try #require(IPv6Address(text))) == isInside)
        }
        #expect(IPv6Prefix("::/0")?.contains(IPv6Address(high: .max, low: .max)) == true)
        #expect(IPv6Prefix("::/128")?.contains(IPv6Address(high: 0, low: 1)) == false)
    }

    @Test(arguments: [
        "2001:db8::", "2001:db8::/", "2001:db8::/129", "::/-1", "::/+8", "/64", "::/64/64", "::/0064", "",
    ])
    func whatIsNoPrefixIsRefused(text: String) {
        #expect(IPv6Prefix(text) == nil)
    }

    @Test func noPrefixIsShorterThanNothingOrLongerThanAnAddress() {
        #expect(IPv6Prefix(.any, prefixLength: -1) == nil)
        #expect(IPv6Prefix(.any, prefixLength: 129) == nil)
    }
}
