import BMC
import Foundation
import Inventory
import Redfish
import TestSupport
import Testing

/// What recorded BMCs tell of their machines, against what was found in the recordings by other means.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RedfishHardwareTests {
    private static let facts: JSON = {
        guard let octets = try? Fixture.octets(ofAsset: "redfish/TREES-FACTS.json") else { return .null }
        return (try? JSON(reading: octets)) ?? .null
    }()

    @Test(arguments: RecordedService.archives)
    func aMachineIsAsItsRecordingSays(archive: String) async throws {
        let service = try await RecordedService.load(archive)
        try await withRedfishGate(answer: service.answer) { gate, _ in
            let inventory: Inventory
            do {
                inventory = try await gate.hardware(at: 1)
            } catch let error as BMCError {
                #expect(error.kind == .refused || error.kind == .protocolError, "\(error)")
                return
            }
            #expect(inventory.source == .bmc)
            let macs = inventory.nics.compactMap(\.mac)
            #expect(Set(macs).count == macs.count)
            #expect(macs.allSatisfy { $0.utf8.count == 17 && $0 == $0.lowercased() })
            let facts = (Self.facts[service.name]["systems"].array ?? []).filter {
                $0["SerialNumber"].string == inventory.system.serial
            }
            guard facts.count == 1, let fact = facts.first else { return }
            #expect(inventory.system.vendor == fact["Manufacturer"].string)
            if let gibibytes = fact["MemoryGiB"].integer, gibibytes > 0 {
                #expect(inventory.memory.total == Int(gibibytes) << 30)
            }
            #expect(inventory.disks.count <= Int(fact["drives"].integer ?? 0))
            // Those that were given and not made are what a BMC and its host speak by.
            let known = Set((fact["ethernet_macs"].strings ?? []).map { $0.lowercased() }).filter { mac in
                mac.dropFirst().first?.hexDigitValue.map { $0 & 2 == 0 } ?? false
            }
            #expect(known.isSubset(of: Set(macs)), "\(known.subtracting(macs))")
        }
    }

    /// What was counted in the recordings by hand. Supermicro's accelerators are PCI devices and no processors: not read.
    @Test(arguments: [
        ("dell-idrac9-r750-dpu", 2, 36, 72, 512, 1), ("hpe-ilo6-dl360", 2, 24, 48, 192, 0),
        ("lenovo-xcc-sr670v2", 2, 64, 128, 1024, 8), ("supermicro-sys821ge-tnhr", 2, 64, 128, 2048, 0),
    ])
    func processorsMemoryAndAcceleratorsAreCounted(
        name: String,
        sockets: Int,
        cores: Int,
        threads: Int,
        gibibytes: Int,
        gpus: Int
    ) async throws {
        try await withLiveRecording(name) { gate, _ in
            let inventory = try await gate.hardware(at: 1)
            #expect(inventory.isTelling)
            #expect(inventory.cpu.sockets == sockets)
            #expect(inventory.cpu.cores == cores)
            #expect(inventory.cpu.threads == threads)
            #expect(inventory.cpu.architecture == "x86_64")
            #expect(inventory.memory.total == gibibytes << 30)
            #expect(inventory.gpus.count == gpus)
            #expect(!inventory.disks.isEmpty)
            #expect(!inventory.nics.isEmpty)
            #expect(inventory.secureBoot == false)
        }
    }
}
