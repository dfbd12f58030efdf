import FoundationEssentials
import Octets
import TestSupport
import Testing

@testable import IPMI

struct FRUTests {
    // MARK: Against others' files

    /// Files written by fru-tool, and what it was told to write.
    @Test(.enabled(if: Fixture.assets != nil), arguments: ["all", "board", "chassis", "product"])
    func whatAnotherToolWroteIsReadAndWrittenToTheOctet(part: String) throws {
        let octets = try Fixture.octets(ofAsset: "ipmi/fru/basic-\(part).bin")
        let told = try Settings(asset: "ipmi/fru/basic-\(part).toml")
        let information = try FRUInformation(octets)
        #expect(information.remarks.isEmpty)

        #expect((information.internalUse != nil) == told.includes("internal"))
        if let inner = information.internalUse {
            #expect(String(decoding: inner, as: UTF8.self) == told["internal", "data"])
        }
        #expect((information.chassis != nil) == told.includes("chassis"))
        if let chassis = information.chassis {
            #expect(chassis.type == 0x17)
            #expect(chassis.typeName == "Rack Mount Chassis")
            #expect(chassis.partNumber.text() == told["chassis", "part_number"])
            #expect(chassis.serialNumber.text() == told["chassis", "serial_number"])
            #expect(chassis.custom.map { $0.text() } == (1...4).map { "chassis-extra\($0)" })
        }
        #expect((information.board != nil) == told.includes("board"))
        if let board = information.board {
            #expect(board.language == FRULanguage(rawValue: 0))
            #expect(board.manufacturedAt == 1_499_704_200, "2017-07-10 16:30 UTC")
            #expect(board.manufacturer.text() == told["board", "manufacturer"])
            #expect(board.productName.text() == told["board", "product_name"])
            #expect(board.serialNumber.text() == told["board", "serial_number"])
            #expect(board.partNumber.text() == told["board", "part_number"])
            #expect(board.fileID.text() == told["board", "fru_file_id"])
            #expect(board.custom.map { $0.text() } == ["board-extra1", "board-extra2"])
        }
        #expect((information.product != nil) == told.includes("product"))
        if let product = information.product {
            #expect(product.manufacturer.text() == told["product", "manufacturer"])
            #expect(product.productName.text() == told["product", "product_name"])
            #expect(product.partNumber.text() == told["product", "part_number"])
            #expect(product.version.text() == told["product", "product_version"])
            #expect(product.serialNumber.text() == told["product", "serial_number"])
            #expect(product.assetTag.text() == told["product", "asset_tag"])
            #expect(product.fileID.text() == told["product", "fru_file_id"])
            #expect(product.custom.map { $0.text() } == (1...3).map { "product-extra\($0)" })
        }
        let written = try information.octets()
        #expect(written == [UInt8](octets.prefix(written.count)))
        #expect(octets.dropFirst(written.count).allSatisfy { $0 == 0 })
    }

    /// The texts that `ipmitool` printed for a Dell's board and product, as the machine stores them: with blanks.
    @Test(
        .enabled(if: Fixture.assets != nil),
        arguments: ["dell-r630", "dell-r720", "sun-x2200-m2", "hp-dl360-gen7_2"]
    )
    func whatRealServersSayComesBack(machine: String) throws {
        let printed = String(decoding: try Fixture.octets(ofAsset: "ipmi/fru-text/glpi-\(machine).txt"), as: UTF8.self)
        var devices = 0
        for device in printed.components(separatedBy: "\n\n") {
            var facts: [String: String] = [:]
            for line in device.split(separator: "\n") where line.hasPrefix(" ") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                facts[line[..<colon].trimmed] = String(line[colon...].dropFirst(2))
            }
            guard facts["Board Product"] != nil || facts["Product Name"] != nil else { continue }
            devices += 1
            func field(_ name: String) throws -> FRUField {
                try facts[name].map { try #require(FRUField($0)) } ?? .empty
            }
            var information = FRUInformation()
            information.board = FRUBoard(
                manufacturer: try field("Board Mfg"),
                productName: try field("Board Product"),
                serialNumber: try field("Board Serial"),
                partNumber: try field("Board Part Number")
            )
            information.product = FRUProduct(
                manufacturer: try field("Product Manufacturer"),
                productName: try field("Product Name"),
                partNumber: try field("Product Part Number"),
                version: try field("Product Version"),
                serialNumber: try field("Product Serial"),
                assetTag: try field("Product Asset Tag")
            )
            let read = try FRUInformation(try information.octets())
            #expect(read == information)
            #expect(read.board?.productName.text() == facts["Board Product"]?.trimmed)
            #expect(read.product?.serialNumber.text() == facts["Product Serial"]?.trimmed)
            // A tag of blanks alone is none.
            if facts["Product Asset Tag"]?.trimmed == "" { #expect(read.product?.assetTag.text() == nil) }
        }
        #expect(devices >= 1)
    }

    /// frugen's example: every encoding, and what each field shall read as.
    @Test func everyEncodingIsRead() throws {
        #expect(FRUField(encoding: .bcdPlus, octets: [0x45, 0x67, 0x8A]).text() == "45678")
        #expect(FRUField(encoding: .bcdPlus, octets: [0x1B, 0x2C, 0x3A, 0xDE]).text() == "1-2.3 :,")
        #expect(FRUField(encoding: .binary, octets: [0xB1, 0x4A, 0x87]).text() == "b14a87")
        #expect(FRUField(encoding: .text, octets: Array("CHAS-C00L-12".utf8)).text() == "CHAS-C00L-12")
        // The example of the definition, section 13.3: "IPMI" is 0x29 0xDC 0xA6.
        #expect(FRUField(encoding: .sixBit, octets: [0x29, 0xDC, 0xA6]).text() == "IPMI")
        #expect(PackedText.sixBit(of: "IPMI") == [0x29, 0xDC, 0xA6])
        #expect(PackedText.bcdPlus(of: "45678") == [0x45, 0x67, 0x8A])
        #expect(FRUField(encoding: .text, octets: [0x4D, 0xFC, 0x6C]).text() == "Mül", "Latin 1")
        let japanese = FRULanguage(rawValue: 12)
        #expect(FRUField(encoding: .text, octets: [0xE5, 0x65, 0x2C, 0x67]).text(in: japanese) == "日本")
        #expect(FRUField(encoding: .text, octets: [0x41, 0x00, 0x42]).text(in: japanese) == "A", "half a character")
        #expect(FRUField.empty.text() == nil)
        #expect(FRUField("X")?.octets == [0x58, 0x20], "alone it would be the end mark")
        #expect(FRUField("日本") == nil)
    }

    @Test(arguments: ["", "A", "AB", "ABC", "ABCD", "RACK 17", "_!0-Z"])
    func sixBitTextComesBack(text: String) throws {
        let octets = try #require(PackedText.sixBit(of: text))
        #expect(octets.count == (text.count * 6 + 7) / 8)
        #expect(PackedText.sixBit(octets).trimmed == text.trimmed)
    }

    // MARK: Records

    @Test func recordsSayWhatTheySay() throws {
        // As frugen writes it, in the order of SMBIOS.
        let uuid = octets(hex: "9907d79bf0cc1549a7f97ce7d64385cf")
        var information = FRUInformation()
        information.records = [
            FRURecord(
                kind: .powerSupply,
                data: octets(hex: "ee02 2003 37 05 2823 6829 0000 0000 2f 3f 0c 1f 20a3 11ee02 04")
            ),
            FRURecord(kind: .dcOutput, data: octets(hex: "01b0047404ec047800000088130000")),
            FRURecord(kind: .managementAccess, data: [0x07] + uuid),
            FRURecord(kind: .managementAccess, data: [0x01] + Array("https://bmc.example".utf8)),
            FRURecord(kind: FRURecord.Kind(rawValue: 0xC0), data: [0xA2, 0x02, 0x00, 1, 2, 3]),
            FRURecord(kind: FRURecord.Kind(rawValue: 0x04), data: []),
        ]
        let read = try FRUInformation(try information.octets())
        #expect(read == information)
        guard case .powerSupply(let supply) = read.records[0].content else { throw CancellationError() }
        #expect(supply.capacity == 750)
        #expect(supply.peakVA == 800)
        #expect(supply.inputs == [90...106])
        #expect(supply.isHotSwappable)
        #expect(supply.peakCapacity == 0x320)
        #expect(supply.peakHoldUp == 10)
        guard case .dcOutput(let output) = read.records[1].content else { throw CancellationError() }
        #expect(output.output == 1)
        #expect(output.nominal == 12)
        guard case .managementAccess(let access) = read.records[2].content else { throw CancellationError() }
        #expect(access.subject == .systemUUID)
        #expect(access.text == "9bd70799-ccf0-4915-a7f9-7ce7d64385cf")
        guard case .managementAccess(let url) = read.records[3].content else { throw CancellationError() }
        #expect(url.text == "https://bmc.example")
        #expect(read.records[4].content == .maker(674, [1, 2, 3]))
        #expect(read.records[5].content == .other)
        #expect(FRURecord(kind: .powerSupply, data: [1, 2]).content == .other, "too short for what it says it is")
    }

    // MARK: What does not add up

    @Test func oneWrongAreaDoesNotHideTheOthers() throws {
        var information = FRUInformation()
        information.chassis = FRUChassis(type: 0x17, serialNumber: FRUField("C1") ?? .empty)
        information.board = FRUBoard(serialNumber: FRUField("B1") ?? .empty)
        information.product = FRUProduct(serialNumber: FRUField("P1") ?? .empty)
        let whole = try information.octets()

        var wrongSum = whole
        wrongSum[15] &+= 1
        let read = try FRUInformation(wrongSum)
        #expect(read.remarks == ["the checksum of the chassis area is wrong"])
        #expect(read.chassis?.serialNumber.text() == "C1", "what it says is shown all the same")

        var wrongVersion = whole
        wrongVersion[8] = 7
        #expect(try FRUInformation(wrongVersion).chassis == nil)
        #expect(try FRUInformation(wrongVersion).product?.serialNumber.text() == "P1")

        let cut = try FRUInformation([UInt8](whole.dropLast(10)))
        #expect(cut.board != nil)
        #expect(cut.product == nil)
        #expect(cut.remarks.count == 1)

        var wrongHeader = whole
        wrongHeader[7] &+= 1
        #expect(throws: WireError.self) { _ = try FRUInformation(wrongHeader) }
        #expect(throws: WireError.self) { _ = try FRUInformation([0x92, 0x11, 0x0B, 0x01, 0x04, 0x21, 0x00, 0x01]) }
    }

    @Test func anAreaWithoutItsEndMarkIsReadToItsEnd() throws {
        // The fields fill the area, as some Dells have it.
        let fields: [UInt8] = [0xC2, 0x50, 0x31, 0xC2, 0x53, 0x31]
        var area: [UInt8] = [1, 2, 0x17] + fields + [UInt8](repeating: 0, count: 6)
        area.append(0 &- area.reduce(0, &+))
        let header: [UInt8] = [1, 0, 1, 0, 0, 0, 0]
        let read = try FRUInformation(header + [0 &- header.reduce(0, &+)] + area)
        #expect(read.chassis == FRUChassis(type: 0x17, partNumber: FRUField("P1")!, serialNumber: FRUField("S1")!))
        #expect(read.remarks.isEmpty)
    }

    @Test func whatIsTooLongIsRefusedInWriting() {
        var information = FRUInformation()
        information.chassis = FRUChassis(
            type: 1,
            custom: [FRUField](repeating: FRUField("x23456789012345678901234567890") ?? .empty, count: 70)
        )
        #expect(throws: WireError.self) { _ = try information.octets() }
        information.chassis = FRUChassis(type: 1, custom: [FRUField(encoding: .text, octets: [0x41])])
        #expect(throws: WireError.self) { _ = try information.octets() }
        information.chassis = nil
        information.board = FRUBoard(manufactured: 1 << 24)
        #expect(throws: WireError.self) { _ = try information.octets() }
    }

    /// Whatever parses is written and parsed again to the same; nothing traps.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noiseParsesToItselfOrIsRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var octets = random.octets(Int.random(in: 8...600, using: &random))
        octets[0] = 1
        for index in 1...5 { octets[index] = UInt8.random(in: 0...20, using: &random) }
        octets[7] = 0 &- octets[..<7].reduce(0, &+)
        for index in 1...5 where Int(octets[index]) * 8 < octets.count { octets[Int(octets[index]) * 8] = 1 }
        var information = try FRUInformation(octets)
        information.remarks = []
        guard let written = try? information.octets() else { return }
        #expect(try FRUInformation(written) == information)
    }
}

/// The few lines of TOML that the fixtures have.
private struct Settings {
    private var values: [String: [String: String]] = [:]

    init(asset path: String) throws {
        var section = ""
        for line in String(decoding: try Fixture.octets(ofAsset: path), as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("[") {
                section = String(line.dropFirst().prefix { $0 != "]" })
            } else if let equal = line.firstIndex(of: "=") {
                let value = line[equal...].dropFirst().trimmed
                values[section, default: [:]][line[..<equal].trimmed] =
                    value.hasPrefix("\"") ? String(value.dropFirst().dropLast()) : value
            }
        }
    }

    subscript(section: String, name: String) -> String? { values[section]?[name] }
    func includes(_ area: String) -> Bool { self["common", "include_\(area)"] == "true" }
}

extension Substring {
    fileprivate var trimmed: String { String(self).trimmed }
}
