import BMC
import Testing

struct AddressRangeTests {
    @Test func rangesHaveTheAddressesThatPeopleMean() throws {
        func addresses(_ texts: String...) throws -> [String] {
            try AddressRange.addresses(texts.map { try AddressRange($0) })
        }
        #expect(try addresses("10.0.0.0/30") == ["10.0.0.1", "10.0.0.2"])
        #expect(try addresses("10.0.0.4/31") == ["10.0.0.4", "10.0.0.5"])
        #expect(try addresses("10.0.0.254-10.0.1.1") == ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"])
        #expect(try addresses("10.0.0.7", "10.0.0.6-10.0.0.8") == ["10.0.0.7", "10.0.0.6", "10.0.0.8"])
        #expect(try addresses("fd00:20:0::7", "FD00:20::7") == ["fd00:20::7"])
        #expect(try AddressRange("10.0.0.0/22").count == 1022)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.1/33", "10.0.0.9-10.0.0.1", "10.0.0.1-", "-", "a-b", "bmc-1.example.net", "fd00::/64",
        "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0-10.2.0.0", "10.0.0.1-10.0.0.2-10.0.0.3", "::1-::5",
    ])
    func whatIsNoRangeIsRefusedWithItself(text: String) {
        let problem = #expect(throws: AddressRange.Problem.self) { try AddressRange(text) }
        #expect(problem?.description.contains("'\(text)'") == true)
    }

    @Test func manyRangesTogetherHaveALimit() throws {
        let ranges = try (0..<3).map { try AddressRange("10.\($0).0.0/16") }
        #expect(throws: AddressRange.Problem.self) { try AddressRange.addresses(ranges) }
    }

    @Test func aRangeContainsItsAddressesAndNoOthers() throws {
        let range = try AddressRange("10.0.0.5-10.0.0.9")
        for octet in 0...20 { #expect(range.contains("10.0.0.\(octet)") == (5...9).contains(octet)) }
        #expect(!range.contains("::5") && !range.contains("x"))
        #expect(try AddressRange("fd00::1").contains("fd00:0::1"))
    }
}
