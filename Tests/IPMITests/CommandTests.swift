import TestSupport
import Testing

@testable import IPMI

struct CommandTests {
    @Test func bootFlagsAreWrittenAsTheTableSays() throws {
        #expect(BootFlags(device: .pxe, isPersistent: false, isUEFI: true).octets == [0xA0, 0x04, 0, 0, 0])
        #expect(BootFlags(device: .disk, isPersistent: true, isUEFI: true).octets == [0xE0, 0x08, 0, 0, 0])
        #expect(BootFlags(device: .pxe, isPersistent: false, isUEFI: false).octets == [0x80, 0x04, 0, 0, 0])
        let read = try BootFlags([0x01, 0x05, 0xE0, 0x08, 0, 0, 0])
        #expect(read == BootFlags(device: .disk, isPersistent: true, isUEFI: true))
        #expect(try BootFlags([0x01, 0x85, 0xE0, 0x08, 0, 0, 0]).isValid == false)
        #expect(throws: (any Error).self) { _ = try BootFlags([0x01, 0x05, 0xE0]) }
        #expect(throws: (any Error).self) { _ = try BootFlags([0x01, 0x03, 0xE0, 0x08]) }
    }

    /// The request of Get Channel Authentication Capabilities as ipmitool sends it.
    @Test func aMessageOutsideASessionIsWrittenAsOthersDo() {
        let message = LANMessage.write(.channelAuthenticationCapabilities(privilege: .administrator), sequence: 0)
        #expect(Packet.sessionless(message) == octets(hex: "0600ff07000000000000000000092018c88100388e04b5"))
    }

    @Test func theReplayWindowAdmitsEachNumberOnce() {
        var window = ReplayWindow()
        let admitted = ([0, 1, 3, 2, 40, 39, 1, 2, 3, 8, 39, 40] as [UInt32]).filter { window.admit($0) }
        #expect(admitted == [1, 3, 2, 40, 39])
        let old = window.admit(9)
        #expect(old, "31 behind is still in the window")
        let far = window.admit(.max)
        #expect(far)
    }

    @Test func aGUIDIsReadInAnyOfThreeOrders() {
        let text = "6b29fc40-ca47-4f00-b31d-00dd010662da"
        let smbios = octets(hex: "40fc296b47ca004fb31d00dd010662da")
        let network = octets(hex: "6b29fc40ca474f00b31d00dd010662da")
        #expect(SystemGUID.uuid(smbios) == text)
        #expect(SystemGUID.uuid(network) == text)
        #expect(SystemGUID.uuid(network.reversed()) == text)
        #expect(SystemGUID.uuid([UInt8](repeating: 0, count: 16)) == nil)
        #expect(SystemGUID.uuid([1, 2]) == nil)
    }

    @Test func thePongOfAPresencePingIsRead() throws {
        let pong: [UInt8] =
            [6, 0, 0xFF, 6, 0, 0, 0x11, 0xBE, 0x40, 9, 0, 16, 0, 0, 0x11, 0xBE, 0, 0, 0, 0, 0x81]
            + [UInt8](repeating: 0, count: 7)
        let read = try PresencePing.Pong(datagram: pong)
        #expect(read.tag == 9)
        #expect(read.supportsIPMI)
        for count in 0..<pong.count {
            #expect(throws: (any Error).self) { _ = try PresencePing.Pong(datagram: [UInt8](pong[..<count])) }
        }
        #expect(PresencePing.datagram(tag: 9) == [6, 0, 0xFF, 6, 0, 0, 0x11, 0xBE, 0x80, 9, 0, 0])
    }
}
