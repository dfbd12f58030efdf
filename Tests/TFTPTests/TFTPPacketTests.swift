import Octets
import TFTP
import TestSupport
import Testing

@Suite struct TFTPPacketTests {
    static let packets: [TFTPPacket] = [
        .readRequest(
            file: "a/b.efi",
            mode: "octet",
            options: TFTPOptions(["tsize": "0", "blksize": "1468"])
        ),
        .writeRequest(file: "x", mode: "netascii", options: TFTPOptions()),
        .data(block: 65535, octets: [1, 2, 3]),
        .data(block: 0, octets: []),
        .acknowledgement(block: 258),
        .error(.optionRefused, message: "User aborted the transfer"),
        .optionAcknowledgement(TFTPOptions(["windowsize": "4"])),
    ]

    @Test(arguments: packets)
    func whatIsWrittenIsRead(packet: TFTPPacket) throws {
        #expect(try TFTPPacket(parsing: packet.octets) == packet)
    }

    @Test func aReadRequestIsWrittenAsTheStandardSays() {
        let octets = TFTPPacket.readRequest(
            file: "f",
            mode: "octet",
            options: TFTPOptions(["blksize": "9"])
        ).octets
        #expect(octets == [0, 1] + Array("f\0octet\0blksize\09\0".utf8))
    }

    @Test func everyPrefixOfARequestIsRefused() throws {
        let octets = TFTPPacket.readRequest(
            file: "file",
            mode: "octet",
            options: TFTPOptions(["tsize": "0"])
        ).octets
        let whole = [octets.count, 2 + "file\0octet\0".utf8.count]
        for length in 0..<octets.count where !whole.contains(length) {
            #expect(throws: WireError.self) { try TFTPPacket(parsing: octets.prefix(length)) }
        }
    }

    @Test func optionNamesAreReadInAnyCaseAndTheFirstCounts() throws {
        let octets = [0, 1] + Array("f\0OCTET\0BlkSize\01024\0blksize\08\0".utf8)
        guard case .readRequest(_, "octet", let options) = try TFTPPacket(parsing: octets) else {
            Issue.record("not a read request")
            return
        }
        #expect(options.blockSize == 1024)
    }

    @Test(arguments: ["7", "65465", "-1", "", "abc", "99999999999999999999"])
    func aSenselessBlockSizeIsNone(value: String) {
        #expect(TFTPOptions(["blksize": value]).blockSize == nil)
    }

    @Test func anErrorWithoutItsZeroIsRead() throws {
        #expect(
            try TFTPPacket(parsing: [0, 5, 0, 8, 110, 111]) == .error(.optionRefused, message: "no")
        )
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsReadToItselfOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var octets = generator.octets(Int.random(in: 0...80, using: &generator)).map {
            $0 < 64 ? 0 : $0 & 0x7F
        }
        if octets.count > 1 { octets.replaceSubrange(0..<2, with: [0, UInt8(seed % 8)]) }
        guard let packet = try? TFTPPacket(parsing: octets) else { return }
        #expect(try TFTPPacket(parsing: packet.octets) == packet)
    }

    @Test(arguments: [
        ("/undionly.kpxe", "undionly.kpxe"), ("\\boot\\x64\\a.efi", "boot/x64/a.efi"),
        ("//a///b", "a/b"),
        ("./a/./b", "a/b"), ("a..b", "a..b"),
        ("pxelinux.cfg/01-52-54-00-77-00-01", "pxelinux.cfg/01-52-54-00-77-00-01"),
    ])
    func namesAreMadePlain(asked: String, path: String) {
        #expect(TFTPFileName(asked)?.path == path)
    }

    @Test(arguments: [
        "", "/", "..", "../etc/passwd", "a/../../b", "\\..\\b", "a\nb", "/./",
        String(repeating: "a", count: 513),
    ])
    func namesThatLeaveTheFolderAreRefused(asked: String) {
        #expect(TFTPFileName(asked) == nil)
    }
}
