import FoundationEssentials
import SMBIOS
import TestSupport
import Testing

/// Dumps of real machines against what `dmidecode` says of them.
@Suite(.enabled(if: Fixture.assets != nil))
struct GoldenTests {
    static let machines = [
        "uroot-Asus-UX307LA", "uroot-GigaByte-X399", "uroot-Gigabyte-GA-MA74GMT-S2", "uroot-Lenovo-ThinkPad-T480",
        "uroot-MSI-MS-7816",
    ]

    private static func golden(_ machine: String) throws -> GoldenText {
        let octets = try Fixture.octets(ofAsset: "inventories/smbios-bin/\(machine).orig.txt")
        return GoldenText(String(decoding: octets, as: UTF8.self))
    }

    private static func table(_ machine: String) throws -> Table {
        let octets = try Fixture.octets(ofAsset: "inventories/smbios-bin/\(machine).bin")
        let entryPoint = try EntryPoint(octets)
        return Table(octets.dropFirst(Int(entryPoint.tableAddress)), entryPoint: entryPoint)
    }

    @Test(arguments: machines)
    func theSameStructuresInTheSameOrder(machine: String) throws {
        let golden = try Self.golden(machine)
        let table = try Self.table(machine)
        #expect(table.defect == nil)
        #expect(golden.version.hasPrefix("\(table.version.major).\(table.version.minor)"))
        #expect(golden.structures.count > 20)
        #expect(table.structures.map(\.type) == golden.structures.map(\.type))
        #expect(table.structures.map(\.handle) == golden.structures.map(\.handle))
        #expect(table.structures.map(\.fields.count) == golden.structures.map(\.length))
    }

    @Test(arguments: machines)
    func theMachineIsNamedAlike(machine: String) throws {
        let golden = try Self.golden(machine)
        let table = try Self.table(machine)
        func same(_ type: UInt8, _ index: Int, _ values: [String: String?]) throws {
            let written = try #require(golden.structures(ofType: type).dropFirst(index).first).values
            for (key, value) in values where written[key] != nil {
                let text = try #require(written[key])
                let absent = ["Not Specified", "Not Present", "Not Settable", "<BAD INDEX>"]
                #expect(value == (absent.contains(text) ? nil : text), "type \(type), \(key)")
            }
        }
        let firmware = try #require(table.firmware)
        try same(
            0,
            0,
            ["Vendor": firmware.vendor, "Version": firmware.version, "Release Date": firmware.releaseDate]
        )
        let system = try #require(table.system)
        try same(
            1,
            0,
            [
                "Manufacturer": system.manufacturer, "Product Name": system.productName, "Version": system.version,
                "Serial Number": system.serialNumber, "UUID": system.uuid, "SKU Number": system.skuNumber,
                "Family": system.family,
            ]
        )
        #expect(table.baseboards.count == golden.structures(ofType: 2).count)
        for (index, board) in table.baseboards.enumerated() {
            try same(
                2,
                index,
                [
                    "Manufacturer": board.manufacturer, "Product Name": board.product, "Version": board.version,
                    "Serial Number": board.serialNumber, "Asset Tag": board.assetTag,
                ]
            )
        }
        #expect(table.enclosures.count == golden.structures(ofType: 3).count)
        for (index, enclosure) in table.enclosures.enumerated() {
            try same(
                3,
                index,
                [
                    "Manufacturer": enclosure.manufacturer, "Version": enclosure.version,
                    "Serial Number": enclosure.serialNumber, "Asset Tag": enclosure.assetTag,
                    "SKU Number": enclosure.skuNumber,
                ]
            )
        }
    }

    @Test(arguments: machines)
    func processorsAreCountedAlike(machine: String) throws {
        let golden = try Self.golden(machine).structures(ofType: 4)
        let processors = try Self.table(machine).processors
        #expect(!processors.isEmpty)
        #expect(processors.count == golden.count)
        for (processor, written) in zip(processors, golden) {
            #expect(processor.socket == written.values["Socket Designation"])
            #expect(processor.manufacturer == written.values["Manufacturer"])
            #expect(processor.version == written.values["Version"])
            #expect(processor.isPopulated == written.values["Status"]?.hasPrefix("Populated"))
            let numbers: [(String, Int?)] = [
                ("Max Speed", processor.maxSpeed), ("Current Speed", processor.currentSpeed),
                ("Core Count", processor.cores), ("Core Enabled", processor.coresEnabled),
                ("Thread Count", processor.threads),
            ]
            for (key, value) in numbers {
                #expect(value.map { UInt64($0) } == GoldenText.number(written.values[key]), "\(key)")
            }
        }
    }

    @Test(arguments: machines)
    func memoryIsMeasuredAlike(machine: String) throws {
        let text = try Self.golden(machine)
        let table = try Self.table(machine)
        for (array, written) in zip(table.memoryArrays, text.structures(ofType: 16)) {
            #expect(array.maximumCapacity == GoldenText.number(written.values["Maximum Capacity"]))
            #expect((array.use == 3) == (written.values["Use"] == "System Memory"))
            #expect(array.deviceCount.map { UInt64($0) } == GoldenText.number(written.values["Number Of Devices"]))
        }
        let golden = text.structures(ofType: 17)
        #expect(!golden.isEmpty)
        #expect(table.memoryDevices.count == golden.count)
        for (device, written) in zip(table.memoryDevices, golden) {
            let size: MemoryDevice.Size =
                switch written.values["Size"] {
                case "No Module Installed": .empty
                case let text: GoldenText.number(text).map { .octets($0) } ?? .unknown
                }
            #expect(device.size == size)
            #expect(device.locator == written.values["Locator"])
            #expect(device.bankLocator == written.values["Bank Locator"])
            #expect(
                device.type?.name == written.values["Type"].flatMap { ["Unknown", "Other"].contains($0) ? nil : $0 }
            )
            let texts = [
                "Manufacturer": device.manufacturer, "Serial Number": device.serialNumber,
                "Part Number": device.partNumber,
            ]
            for (key, value) in texts where written.values[key] != nil {
                #expect(value ?? "Not Specified" == written.values[key], "\(key)")
            }
            let numbers = [
                "Speed": device.speed, "Configured Memory Speed": device.configuredSpeed,
                "Total Width": device.totalWidth, "Data Width": device.dataWidth,
            ]
            for (key, value) in numbers {
                #expect(value.map { UInt64($0) } == GoldenText.number(written.values[key]), "\(key)")
            }
        }
    }

    @Test(arguments: ["ASRock-Single-Ryzen", "Dell-PowerEdge-R630-Dual-Xeon", "SuperMicro-Dual-Xeon"])
    func aTableWithoutEntryPointIsReadToItsEnd(machine: String) throws {
        let folder = "inventories/smbios-bin/\(machine)"
        let octets = try Fixture.octets(ofAsset: folder + ".dmi")
        let golden = try JSONDecoder().decode(Decoded.self, from: Data(Fixture.octets(ofAsset: folder + ".json")))
        let version = SMBIOSVersion(golden.version.major, golden.version.minor)
        let table = Table(octets, entryPoint: EntryPoint(version: version, tableLength: octets.count))
        #expect(table.defect == nil)
        // The decoder of these dumps leaves out what the maker left to be filled.
        func filled(_ text: String?) -> String { text.flatMap { $0.hasPrefix("To Be Filled") ? nil : $0 } ?? "" }
        #expect(filled(table.system?.manufacturer) == golden.system.manufacturer)
        #expect(filled(table.system?.productName) == golden.system.productName)
        #expect(filled(table.system?.serialNumber) == golden.system.serialNumber)
        #expect(table.system?.uuid == golden.system.uuid)
        #expect(table.processors.map { $0.cores ?? 0 } == golden.processors.map(\.coreCount))
        #expect(table.memoryDevices.count == golden.memoryDevices.count)
        for (device, written) in zip(table.memoryDevices, golden.memoryDevices) {
            let mebibytes = written.size == 0x7FFF ? written.extendedSize : written.size
            #expect(device.size == (mebibytes == 0 ? .empty : .octets(UInt64(mebibytes) << 20)))
            #expect(device.locator == written.locator)
            #expect(device.speed ?? 0 == written.speed)
        }
    }

    /// The fields of the decoded tables that are compared.
    private struct Decoded: Decodable {
        var version: Version
        var system: System
        var processors: [Processor]
        var memoryDevices: [Memory]

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case system = "SystemInformation"
            case processors = "ProcessorInformation"
            case memoryDevices = "MemoryDevices"
        }

        struct Version: Decodable {
            var major: Int
            var minor: Int

            enum CodingKeys: String, CodingKey {
                case major = "Major"
                case minor = "Minor"
            }
        }

        struct System: Decodable {
            var manufacturer: String
            var productName: String
            var serialNumber: String
            var uuid: String

            enum CodingKeys: String, CodingKey {
                case manufacturer = "Manufacturer"
                case productName = "ProductName"
                case serialNumber = "SerialNumber"
                case uuid = "UUID"
            }
        }

        struct Processor: Decodable {
            var coreCount: Int

            enum CodingKeys: String, CodingKey {
                case coreCount = "CoreCount"
            }
        }

        struct Memory: Decodable {
            var size: Int
            var extendedSize: Int
            var locator: String
            var speed: Int

            enum CodingKeys: String, CodingKey {
                case size = "Size"
                case extendedSize = "ExtendedSize"
                case locator = "DeviceLocator"
                case speed = "Speed"
            }
        }
    }
}
