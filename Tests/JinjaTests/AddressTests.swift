import Jinja
import OrderedCollections
import TestSupport
import Testing

@Suite struct AddressTests {
    /// Addresses, lengths, places and numbers at every edge of their widths.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func noiseIsAnAddressOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            _ = try? Expression(AddressCases.noise(using: &generator)).evaluate([:])
        }
    }

    @Test func aPlaceIsCountedFromEitherEndOfTheNetworkAndIsNotBeyondIt() throws {
        let host = try Expression("'10.1.2.5/30' | ipaddr(place)")
        for place in -4..<4 {
            #expect(try host.evaluate(["place": .int(place)]) == .string("10.1.2.\(4 + (place + 4) % 4)/30"))
        }
        for place in [-5, 4, .min, .max] {
            #expect(try host.evaluate(["place": .int(place)]) == false)
        }
    }

    @Test(arguments: [
        "'2001:db8::1' | ipaddr('int')", "'2001:db8::/60' | ipaddr('size')", "'::/0' | ipaddr('size_usable')",
    ])
    func aNumberBeyond64BitsIsRefusedAndNotCutShort(source: String) throws {
        #expect(throws: JinjaError.self) { try Expression(source).evaluate([:]) }
    }

    @Test func whatHasNoSuchQueryOrPrefixSaysSo() throws {
        for (source, message) in [
            ("'10.0.0.1/24' | ipaddr('nope')", "'ipaddr' has no query 'nope'"),
            ("'10.0.0.1' | ipaddr('first_usable')", "'first_usable' of '10.0.0.1', which has no prefix"),
        ] {
            let error = try #require(throws: JinjaError.self) { try Expression(source).evaluate([:]) }
            #expect(error.description.contains(message))
        }
    }
}
