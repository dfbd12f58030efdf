import SMBIOS
import TestSupport
import Testing

struct ManagementStructureTests {
    private func table(_ type: UInt8, _ fields: [UInt8], _ strings: [String] = []) -> Table {
        let octets = MadeTable.structure(type: type, handle: 0x2A00, fields: fields, strings: strings)
        return MadeTable.table(octets + MadeTable.structure(type: 127, handle: 0xFF, fields: []))
    }

    /// A record as Dell's R350 has it, in what `dmidecode` says of it: `IPv4 Redfish Service Address: 169.254.1.1`,
    /// `Redfish Service Port: 443`, `Redfish Service Hostname: idrac.local`.
    static func redfish(address: [UInt8], name: String, discovery: UInt8 = 1) -> [UInt8] {
        var record = [UInt8](repeating: 0, count: 91)
        record[16] = 2
        record[17] = 1
        record[50] = discovery
        record[51] = address.count == 4 ? 1 : 2
        record.replaceSubrange(52..<52 + address.count, with: address)
        record.replaceSubrange(84..<90, with: [0xBB, 1, 0xFF, 0xFF, 0xFF, 0xFF])
        record[90] = UInt8(name.utf8.count)
        return [4, UInt8(91 + name.utf8.count)] + record + Array(name.utf8)
    }

    static let usb: [UInt8] = [0x40, 5, 2, 0x3C, 0x41, 0x02, 0xA1]

    @Test func theServiceWithinTheMachineIsFound() throws {
        let fields = Self.usb + [1] + Self.redfish(address: [169, 254, 1, 1], name: "idrac.local")
        let interface = try #require(table(42, fields).managementInterfaces.first)
        #expect(interface.type == 0x40 && interface.macAddress == nil)
        let service = try #require(interface.services.first)
        #expect(service.address == [169, 254, 1, 1] && service.port == 443 && service.hostName == "idrac.local")
    }

    @Test func aSecondVersionTellsTheMachinesOwnEnd() throws {
        let device: [UInt8] = [4, 13, 0x3C, 0x41, 2, 0xA1, 0, 2, 0, 0, 0, 0, 9]
        let record = Self.redfish(address: [0xFE, 0x80] + [UInt8](repeating: 7, count: 14), name: "")
        let fields = [0x40, UInt8(device.count)] + device + [2] + [7, 1, 0] + record
        let interface = try #require(table(42, fields).managementInterfaces.first)
        #expect(interface.macAddress == [2, 0, 0, 0, 0, 9])
        #expect(interface.services.map(\.address?.count) == [16] && interface.services.first?.hostName == nil)
    }

    @Test func anAddressThatIsFoundOutLaterIsNotRead() throws {
        let fields = Self.usb + [1] + Self.redfish(address: [169, 254, 1, 1], name: "bmc", discovery: 2)
        let service = try #require(table(42, fields).managementInterfaces.first?.services.first)
        #expect(service.address == nil && service.port == nil && service.hostName == "bmc")
    }

    @Test func whatIsCutOffIsLeftOut() {
        let fields = Self.usb + [1] + Self.redfish(address: [169, 254, 1, 1], name: "idrac.local")
        for count in 0..<fields.count {
            let interfaces = table(42, Array(fields.prefix(count))).managementInterfaces
            #expect(interfaces.allSatisfy { $0.services.isEmpty }, "\(count)")
        }
        // Supermicro's 4029GP has one of twelve octets that says nothing.
        #expect(table(42, [0, 0, 0, 0, 0, 0, 0, 0]).managementInterfaces.map(\.services) == [[]])
    }

    /// `TPM 2.0, ManufacturerID: NTC , Firmware Version: 0x00070002.0x0` of the R350.
    @Test func theModuleIsReadAsDmidecodeReadsIt() throws {
        let fields: [UInt8] =
            [0x4E, 0x54, 0x43, 0x20, 2, 0, 2, 0, 7, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 12)
        let tpm = try #require(table(43, fields, ["TPM 2.0"]).tpm)
        #expect(tpm.vendor == "NTC" && tpm.version == SMBIOSVersion(2, 0) && tpm.firmware == "7.2")
        #expect(tpm.text == "TPM 2.0")
        let old: [UInt8] = [0x49, 0x46, 0x58, 0, 1, 2, 1, 2, 4, 40, 0, 0, 0, 0, 0]
        let older = try #require(table(43, old).tpm)
        #expect(older.vendor == "IFX" && older.version == SMBIOSVersion(1, 2) && older.firmware == "4.40")
        #expect(table(43, Array(old.dropLast())).tpm == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseNeverTraps(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for type in [38, 42, 43] as [UInt8] {
            var fields = Self.usb + [1] + Self.redfish(address: [169, 254, 1, 1], name: "idrac.local")
            for _ in 0..<8 {
                fields[Int.random(in: 0..<fields.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let table = table(type, Array(fields.prefix(Int.random(in: 0...fields.count, using: &generator))))
            _ = (table.ipmiDevices, table.managementInterfaces, table.tpm)
        }
    }
}

@Suite(.enabled(if: Fixture.assets != nil))
struct CapturedManagementTests {
    @Test(arguments: ["Dell-PowerEdge-R630-Dual-Xeon", "SuperMicro-Dual-Xeon"])
    func serversSpeakIPMIByKCS(machine: String) throws {
        let octets = try Fixture.octets(ofAsset: "inventories/smbios-bin/\(machine).dmi")
        let table = Table(octets, entryPoint: EntryPoint(version: SMBIOSVersion(2, 8), tableLength: octets.count))
        #expect(table.ipmiDevices.map(\.interfaceType) == [1])
        #expect(table.ipmiDevices.map(\.version) == [SMBIOSVersion(2, 0)])
        #expect(table.tpm == nil && table.managementInterfaces.isEmpty)
    }
}
