import Octets
import Testing

@testable import AgentCore

struct ManagementNetworkTests {
    /// A controller whose channels have a medium, an address and a MAC.
    private func answers(
        _ channels: [UInt8: (medium: UInt8, address: [UInt8], mac: [UInt8])],
        tellsMedia: Bool = true
    ) -> (UInt8, UInt8, [UInt8]) -> [UInt8] {
        { function, command, data in
            let channel = channels[data[0]]
            switch (function, command, channel) {
            case (0x06, 0x42, let channel?) where tellsMedia:
                return [0, data[0], channel.medium, 1, 0x80, 0, 0, 0, 0, 0]
            case (0x0C, 0x02, let channel?): return [0, 0x11] + (data[1] == 3 ? channel.address : channel.mac)
            default: return [0xCC]
            }
        }
    }

    @Test func theNetworksChannelIsFoundAndAsked() throws {
        let lan = try ManagementNetwork(
            asking: answers([
                1: (1, [9, 9, 9, 9], [9, 9, 9, 9, 9, 9]), 3: (4, [10, 0, 0, 9], [2, 0, 0, 0, 0, 9]),
            ])
        )
        #expect(lan.address == IPv4Address(10, 0, 0, 9) && lan.mac?.description == "02:00:00:00:00:09")
    }

    @Test func aPortThatIsInUseGoesBeforeOneThatIsNot() throws {
        let lan = try ManagementNetwork(
            asking: answers([
                1: (4, [0, 0, 0, 0], [2, 0, 0, 0, 0, 1]), 8: (4, [10, 0, 0, 8], [2, 0, 0, 0, 0, 8]),
            ])
        )
        #expect(lan.address == IPv4Address(10, 0, 0, 8) && lan.mac?.description == "02:00:00:00:00:08")
        let unset = try ManagementNetwork(asking: answers([1: (4, [0, 0, 0, 0], [2, 0, 0, 0, 0, 1])]))
        #expect(unset.address == nil && unset.mac?.description == "02:00:00:00:00:01")
    }

    @Test func channel1IsAskedWhereNoneSaysWhatItIs() throws {
        let answers = answers([1: (4, [10, 0, 0, 1], [0, 0, 0, 0, 0, 0])], tellsMedia: false)
        let lan = try ManagementNetwork(asking: answers)
        #expect(lan.address == IPv4Address(10, 0, 0, 1) && lan.mac == nil)
    }

    @Test func shortAnswersAndRefusalsTellNothing() throws {
        for answer in [[], [0], [0, 0x11], [0, 0x11, 10, 0], [0xC1]] as [[UInt8]] {
            #expect(try ManagementNetwork { _, _, _ in answer } == ManagementNetwork(), "\(answer)")
        }
        struct Silent: Error {}
        #expect(throws: Silent.self) { try ManagementNetwork { _, _, _ in throw Silent() } }
    }

    /// IPMI 2.0 errata 7: parameter 55 counts static and dynamic addresses, 56 and 59 are sets of them.
    @Test func theAddressesOfIPv6ThatAreInUse() throws {
        let global: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]
        let second: [UInt8] = [0xFD, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]
        let local: [UInt8] = [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        func answers(enables: UInt8) -> (UInt8, UInt8, [UInt8]) -> [UInt8] {
            { function, command, data in
                guard function == 0x0C, command == 2 else { return [0xC1] }
                switch (data[1], data[2]) {
                case (3, _): return [0, 0x11, 0, 0, 0, 0]
                case (51, _): return [0, 0x11, enables]
                case (55, _): return [0, 0x11, 2, 3, 1]
                case (56, 0): return [0, 0x11, 0, 0x80] + global + [64, 0]
                case (56, 1): return [0, 0x11, 1, 0x00] + global + [64, 1]
                case (59, 0): return [0, 0x11, 0, 2] + local + [64, 0]
                case (59, 1): return [0, 0x11, 1, 2] + second + [64, 0]
                case (59, 2): return [0, 0x11, 2, 2] + second
                default: return [0x80]
                }
            }
        }
        let lan = try ManagementNetwork(asking: answers(enables: 2))
        #expect(lan.address == nil && lan.ipv6.map { "\($0)" } == ["2001:db8::9", "fd00:20::7"])
        #expect(try ManagementNetwork(asking: answers(enables: 0)).ipv6 == [])
    }
}
