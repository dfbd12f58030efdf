import SMBIOS
import TestSupport
import Testing

struct TableTests {
    @Test func aTableIsReadToItsEnd() throws {
        let table = MadeTable.table()
        #expect(table.defect == nil)
        #expect(table.structures.count == 10)
        #expect(table.firmware?.releaseDate == "02/03/2024")
        #expect(table.system?.productName == "Rack 1")
        #expect(table.system?.version == nil, "a reference to text 0 is no text")
        #expect(table.system?.skuNumber == "SKU-9")
    }

    @Test func aTypeThatNothingReadsIsKept() {
        #expect(
            MadeTable.table().structures(ofType: 200)
                == [Structure(type: 200, handle: 0x99, fields: [200, 7, 0x99, 0, 1, 2, 3], strings: ["maker's own"])]
        )
    }

    @Test func theOrderOfAUUIDChangedWithVersion26() {
        let new = MadeTable.table(version: SMBIOSVersion(2, 6)).system?.uuid
        let old = MadeTable.table(version: SMBIOSVersion(2, 5)).system?.uuid
        #expect(new == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(old == "33221100-5544-7766-8899-aabbccddeeff")
    }

    @Test(arguments: [0x00, 0xFF] as [UInt8])
    func aUUIDOfOneDigitIsNone(octet: UInt8) {
        let fields: [UInt8] = [0, 0, 0, 0] + [UInt8](repeating: octet, count: 16) + [6]
        let octets = MadeTable.structure(type: 1, handle: 1, fields: fields)
        #expect(MadeTable.table(octets).system?.uuid == nil)
    }

    @Test func aChassisSKUStandsBehindTheContainedElements() {
        let enclosure = MadeTable.table().enclosures.first
        #expect(enclosure?.chassisType == 23, "without the bit of the lock")
        #expect(enclosure?.skuNumber == "Chassis SKU")
    }

    @Test func countsBeyond254StandInTheWiderFields() {
        let processor = MadeTable.table().processors.first
        #expect(processor?.cores == 288)
        #expect(processor?.threads == 576)
        #expect(processor?.isPopulated == true)
    }

    @Test func sizesAndSpeedsBeyondTheirFieldsStandInTheWiderOnes() {
        let table = MadeTable.table()
        #expect(table.memoryDevices.map(\.size) == [.octets(16 << 30), .octets(64 << 30), .empty])
        #expect(table.memoryDevices.first?.speed == 70000)
        #expect(table.memoryDevices.first?.configuredSpeed == 5600)
        #expect(table.memoryDevices.first?.type?.name == "DDR5")
        #expect(table.memoryArrays.first?.maximumCapacity == 1 << 42)
    }

    @Test func sizesMayBeInKibibytesOrUnknown() {
        let octets = MadeTable.module(handle: 1, size: 0x8200) + MadeTable.module(handle: 2, size: 0xFFFF)
        #expect(MadeTable.table(octets).memoryDevices.map(\.size) == [.octets(512 << 10), .unknown])
    }

    @Test func everyPrefixIsDefectAndKeepsWhatStoodBefore() {
        let whole = MadeTable.table()
        for count in 0..<MadeTable.server.count {
            let table = MadeTable.table(Array(MadeTable.server.prefix(count)))
            #expect(table.defect != nil, "\(count) octets")
            #expect(table.structures.count < whole.structures.count)
            #expect(table.structures[...] == whole.structures.prefix(table.structures.count))
        }
    }

    @Test func theCountOfVersion2EndsTheTable() {
        let octets = MadeTable.server
        var entryPoint = EntryPoint(version: SMBIOSVersion(2, 7), tableLength: octets.count, structureCount: 3)
        #expect(Table(octets, entryPoint: entryPoint).structures.count == 3)
        entryPoint.structureCount = 12
        #expect(Table(octets, entryPoint: entryPoint).defect == .endMissing(found: 10, expected: 12))
    }

    @Test func aStructureShorterThanItsHeaderEndsTheReading() {
        let octets = MadeTable.structure(type: 11, handle: 1, fields: [1], strings: ["kept"]) + [9, 3, 0, 0, 0, 0]
        let table = MadeTable.table(octets)
        #expect(table.structures.map(\.strings) == [["kept"]])
        #expect(table.defect == .shortStructure(length: 3, at: octets.count - 6))
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func noiseNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var octets = MadeTable.server
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        for candidate in [octets, generator.octets(Int.random(in: 0...600, using: &generator))] {
            let table = MadeTable.table(candidate)
            _ = (table.firmware, table.system, table.baseboards, table.enclosures)
            _ = (table.processors, table.memoryArrays, table.memoryDevices)
            #expect(table.structures.allSatisfy { $0.fields.count >= 4 })
        }
    }
}
