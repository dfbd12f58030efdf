import SMBIOS
import TestSupport
import Testing

struct EntryPointTests {
    @Test func version3SaysWhereTheTableIsAndItsLimit() throws {
        let entryPoint = try EntryPoint(MadeTable.entryPoint(tableLength: 0x12345))
        #expect(entryPoint == EntryPoint(version: SMBIOSVersion(3, 3), tableLength: 0x12345))
    }

    @Test func version2SaysHowManyStructuresThereAre() throws {
        let octets = MadeTable.narrowEntryPoint(tableLength: 2158, count: 27, version: (2, 8))
        let entryPoint = try EntryPoint(octets)
        #expect(
            entryPoint
                == EntryPoint(
                    version: SMBIOSVersion(2, 8),
                    tableLength: 2158,
                    tableAddress: 0x20,
                    structureCount: 27
                )
        )
    }

    @Test func theOldestFormIsRead() throws {
        let octets = MadeTable.narrowEntryPoint(tableLength: 500, count: 9, version: (2, 1)).dropFirst(0x10)
        let entryPoint = try EntryPoint(octets)
        #expect(entryPoint.version == SMBIOSVersion(2, 1))
        #expect(entryPoint.structureCount == 9)
    }

    @Test func aVersionWrittenInTheWrongBaseIsUnderstood() throws {
        let octets = MadeTable.narrowEntryPoint(tableLength: 500, count: 9, version: (2, 0x33))
        #expect(try EntryPoint(octets).version == SMBIOSVersion(2, 6))
    }

    @Test func aWrongChecksumIsRefused() {
        for whole in [
            MadeTable.entryPoint(tableLength: 100),
            MadeTable.narrowEntryPoint(tableLength: 9, count: 1, version: (2, 7)),
        ] {
            for index in 5..<whole.count {
                var octets = whole
                octets[index] ^= 0x10
                #expect(throws: SMBIOSError.self, "octet \(index)") { try EntryPoint(octets) }
            }
        }
    }

    @Test func everyPrefixIsRefused() {
        for whole in [
            MadeTable.entryPoint(tableLength: 100),
            MadeTable.narrowEntryPoint(tableLength: 9, count: 1, version: (2, 7)),
        ] {
            for count in 0..<whole.count {
                #expect(throws: SMBIOSError.self, "\(count) octets") { try EntryPoint(whole.prefix(count)) }
            }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let anchors = ["_SM_", "_SM3_", "_DMI_", ""].map { Array($0.utf8) }
        let noise = generator.octets(Int.random(in: 0...64, using: &generator))
        for anchor in anchors {
            _ = try? EntryPoint(anchor + noise)
        }
    }
}
