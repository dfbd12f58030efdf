import IPMI
import Octets
import TestSupport
import Testing

struct CipherSuiteRecordTests {
    /// Suites 3 and 17 as table 22-18 writes them, and one of a maker's own.
    @Test func suitesAreReadFromTheirRecords() throws {
        let octets: [UInt8] = [
            0xC0, 3, 0x01, 0x41, 0x81, 0xC0, 17, 0x03, 0x44, 0x81, 0xC1, 128, 0xA2, 0x02, 0x00, 0x01, 0x41, 0x81,
        ]
        let records = try CipherSuiteRecord.list(octets)
        #expect(records.map(\.number) == [3, 17, 128])
        #expect(records.map(\.maker) == [nil, nil, 674])
        #expect(try CipherSuiteRecord.list([]).isEmpty)
    }

    @Test func brokenRecordsAreRefused() {
        for octets: [UInt8] in [[0x41], [0xC0], [0xC1, 1, 2], [0xC2, 3], [0xC0, 3, 0xFF]] {
            #expect(throws: WireError.self) { try CipherSuiteRecord.list(octets) }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let octets = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = try? CipherSuiteRecord.list(octets)
        _ = try? SessionlessMessage.response(octets)
    }
}
