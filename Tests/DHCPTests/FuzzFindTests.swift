import DHCP
import Testing

/// What a fuzzer found once, kept.
@Suite struct FuzzFindTests {
    /// Option 52 stood in the file field that it opens, and was left over.
    @Test(arguments: [
        """
        0101030303030303031f010000000000000800000000000004000000030303030303030303030303030303031f0100000000\
        000008000000000000040000000000000000000000000a00000200000000000000000000000000000000010000000000001c\
        0000000000000000000000000000000000000000000000000000000000000000000000000007000000000000000000000000\
        0000000000000000000000000000000034000000000000000000000000000000000000000000000000000000002400000000\
        000a00000000000000000000000000000000000000000000000000000000000000000000638253633401033d020202ff
        """
    ])
    func whatWasReadIsWrittenAndReadTheSame(hex: String) throws {
        let digits = Array(hex.utf8)
        let octets = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        let message = try DHCPMessage(parsing: octets)
        #expect(try DHCPMessage(parsing: message.octets(maximumSize: .max)) == message)
    }
}
