import Foundation
import Inventory
import Redfish
import RedfishInventory
import TestSupport
import Testing

/// What a machine's BMC tells of it, in the words of an inspection.
struct RedfishInventoryTests {
    private func json(_ text: String) -> JSON { (try? JSON(reading: [UInt8](text.utf8))) ?? .null }
    private func list(_ texts: String...) -> [JSON] { texts.map(json) }

    @Test func processorsAreAddedUpAndAcceleratorsStandApart() {
        let cpu = """
            {"Id": "1", "ProcessorType": "CPU", "Model": "Xeon", "Manufacturer": "Intel(R) Corporation", "TotalCores": 16,
             "TotalThreads": 32, "MaxSpeedMHz": 4000, "InstructionSet": "x86-64", "ProcessorId": {"MicrocodeInfo": "0xD00037B"}}
            """
        let gpu = """
            {"Id": "GPU1", "ProcessorType": "GPU", "ProcessorId": {"VendorId": "0x10de"}}
            """
        let absent = "{\"Id\": \"3\", \"ProcessorType\": \"CPU\", \"Status\": {\"State\": \"Absent\"}}"
        let inventory = Inventory(MachineDocuments(system: .null, processors: list(cpu, cpu, gpu, absent)), at: 7)
        #expect(inventory.cpu.sockets == 2)
        #expect(inventory.cpu.cores == 32)
        #expect(inventory.cpu.threads == 64)
        #expect(inventory.cpu.vendor == "GenuineIntel")
        #expect(inventory.cpu.architecture == "x86_64")
        #expect(inventory.cpu.microcode == "0xd00037b")
        #expect(inventory.gpus.map(\.vendorID) == [0x10DE])
        #expect(inventory.collectedAt == 7)
        #expect(inventory.source == .bmc)
    }

    @Test func memoryIsWhatIsInTheSocketsOrWhatTheSystemSays() {
        let module = "{\"DeviceLocator\": \"A1\", \"CapacityMiB\": 32768, \"ErrorCorrection\": \"MultiBitECC\"}"
        let empty = "{\"DeviceLocator\": \"A2\", \"CapacityMiB\": 0, \"Status\": {\"State\": \"Absent\"}}"
        let system = json("{\"MemorySummary\": {\"TotalSystemMemoryGiB\": 192}}")
        let inventory = Inventory(MachineDocuments(system: system, memory: list(module, empty, module)), at: 0)
        #expect(inventory.memory.installed == 64 << 30)
        #expect(inventory.memory.modules.map(\.ecc) == [true, true])
        #expect(inventory.memory.slots == 3)
        let summed = Inventory(MachineDocuments(system: system), at: 0)
        #expect(summed.memory.total == 192 << 30)
        let zero = Inventory(
            MachineDocuments(system: json("{\"MemorySummary\": {\"TotalSystemMemoryGiB\": 0}}")),
            at: 0
        )
        #expect(zero.memory.total == nil, "zero is what is not known")
        #expect(!zero.isTelling)
    }

    @Test func addressesAreKeptOnceAndThatOfTheBMCsOwnCableIsNot() {
        let inventory = Inventory(
            MachineDocuments(
                system: .null,
                interfaces: list(
                    "{\"Id\": \"NIC1\", \"MACAddress\": \"70-B5-E8-F0-52-DC\", \"LinkStatus\": \"LinkUp\", \"SpeedMbps\": 25000}",
                    "{\"Id\": \"ToManager\", \"MACAddress\": \"70:b5:e8:00:00:01\"}",
                    "{\"Id\": \"USB\", \"MACAddress\": \"0a:3e:11:22:33:44\"}",
                    "{\"Id\": \"NIC9\", \"MACAddress\": \"00:00:00:00:00:00\"}"
                ),
                adapters: [
                    .init(
                        adapter: json(
                            "{\"Id\": \"Slot.1\", \"Controllers\": [{\"FirmwarePackageVersion\": \"21.80\"}]}"
                        ),
                        functions: list(
                            "{\"Id\": \"1\", \"Ethernet\": {\"MACAddress\": \"70:B5:E8:F0:52:DC\"}}",
                            "{\"Id\": \"2\", \"Ethernet\": {\"MACAddress\": \"70:B5:E8:F0:52:DD\"}}"
                        )
                    )
                ]
            ),
            at: 0
        )
        #expect(inventory.nics.map(\.mac) == ["70:b5:e8:f0:52:dc", "70:b5:e8:f0:52:dd"])
        #expect(inventory.nics.map(\.firmware) == ["21.80", "21.80"])
        #expect(inventory.nics.map(\.name) == ["NIC1", "Slot.1/2"])
        #expect(inventory.nics.first?.link == true)
        #expect(inventory.nics.first?.speed == 25000)
    }

    @Test func drivesHaveTheKernelsFormOfTheirNames() {
        let drive = """
            {"Id": "Disk.1", "CapacityBytes": 960000000000, "MediaType": "SSD", "Protocol": "SAS", "SerialNumber": "S1",
             "Identifiers": [{"DurableName": "5000C500A1B2C3D4", "DurableNameFormat": "NAA"}]}
            """
        let bay = "{\"Id\": \"2\", \"Name\": \"Empty Bay\", \"Status\": {\"State\": \"Absent\"}}"
        let disks = Inventory(MachineDocuments(system: .null, drives: list(drive, bay)), at: 0).disks
        #expect(disks.count == 1)
        #expect(disks.first?.wwn == "0x5000c500a1b2c3d4")
        #expect(disks.first?.rotational == false)
        #expect(disks.first?.transport == "sas")
    }

    @Test func fillersAreNotKnown() {
        let system = json(
            "{\"SerialNumber\": \"To be filled by O.E.M.\", \"Manufacturer\": \" Maker \", \"UUID\": \"ABC\"}"
        )
        let inventory = Inventory(MachineDocuments(system: system), at: 0)
        #expect(inventory.system.serial == nil)
        #expect(inventory.system.vendor == "Maker")
        #expect(inventory.system.uuid == "abc")
    }

    @Test func whoToldItIsWrittenAndReadAgain() throws {
        let inventory = Inventory(MachineDocuments(system: .null), at: 1)
        let octets = try JSONEncoder().encode(inventory)
        #expect(try JSONDecoder().decode(Inventory.self, from: octets) == inventory)
        #expect(String(decoding: octets, as: UTF8.self).contains("\"source\":\"bmc\""))
        let own = try JSONDecoder().decode(Inventory.self, from: Data("{\"version\": 2, \"collected_at\": 0}".utf8))
        #expect(own.source == nil)
    }

    /// Whatever a service has in its documents, an inventory is made of it and can be written.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseMakesAnInventory(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = [
            "CapacityMiB", "CapacityBytes", "MACAddress", "TotalCores", "Id", "Name", "ProcessorType", "Identifiers",
            "Ethernet",
            "Controllers", "MemorySummary", "TotalSystemMemoryGiB", "TrustedModules", "InterfaceType", "ProcessorId",
            "Status",
        ]
        func value(_ depth: Int) -> JSON {
            let leaves: [JSON] = [
                .null, .integer(.max), .integer(.min), .integer(-1), .number(1e308), .string("0x"), .string("TPM"),
                .string("00:11:22:33:44:55"), .string("é:é:é:é:é:é"), .string("GPU"), .bool(true), .integer(1 << 40),
            ]
            let kind = Int.random(in: 0..<4, using: &random)
            guard depth < 3, kind > 1 else { return leaves.randomElement(using: &random) ?? .null }
            if kind == 2 { return .array([value(depth + 1), value(depth + 1)]) }
            var members: [String: JSON] = [:]
            for name in names where Bool.random(using: &random) { members[name] = value(depth + 1) }
            return .object(members)
        }
        func some() -> [JSON] { (0..<3).map { _ in value(0) } }
        let documents = MachineDocuments(
            system: value(0),
            processors: some(),
            memory: some(),
            drives: some(),
            interfaces: some(),
            adapters: [.init(adapter: value(0), functions: some())],
            chassis: some(),
            secureBoot: value(0)
        )
        let inventory = Inventory(documents, at: 0)
        #expect(try JSONDecoder().decode(Inventory.self, from: JSONEncoder().encode(inventory)) == inventory)
    }
}
