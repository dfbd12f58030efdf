import BMC
import Foundation
import Redfish
import TestSupport
import Testing

/// What is read of the BMCs of many makers, against what was found in their recordings by other means.
@Suite(.serialized, .enabled(if: !RecordedService.archives.isEmpty), .timeLimit(.minutes(10)))
struct RecordedServiceTests {
    private static let facts: JSON = {
        guard let octets = try? Fixture.octets(ofAsset: "redfish/TREES-FACTS.json") else { return .null }
        return (try? JSON(reading: octets)) ?? .null
    }()

    private func withGate(_ archive: String, _ body: (BMCGate, RecordedService) async throws -> Void) async throws {
        let service = try await RecordedService.load(archive)
        try await withRedfishGate(answer: service.answer) { gate, _ in try await body(gate, service) }
    }

    @Test(arguments: RecordedService.archives)
    func aBMCIsReadAsItWasRecordedOrRefusesWithAReason(archive: String) async throws {
        try await withGate(archive) { gate, service in
            let facts = Self.facts[service.name]["systems"].array ?? []
            let identity: BMCIdentity
            do {
                identity = try await gate.identify()
            } catch let error as BMCError {
                #expect(facts.isEmpty, "\(error)")
                return
            }
            let own = facts.filter { $0["SerialNumber"].string == identity.serialNumber }
            try await partsAreThoseOfTheRecording(gate, own)
            do {
                for sensor in try await gate.sensors().sensors {
                    #expect(!sensor.name.isEmpty && !sensor.kind.isEmpty)
                    #expect(sensor.value != nil || sensor.remark != nil || sensor.text.isEmpty)
                    if sensor.kind == "Temperature", let value = sensor.value { #expect((-60...250).contains(value)) }
                }
            } catch let error as BMCError {
                #expect(error.kind == .refused && !error.detail.isEmpty)
            }
            do {
                let log = try await gate.eventLog(limit: 50)
                #expect(log.events.count == min(50, log.total))
                let times = log.events.compactMap(\.time)
                if times.count == log.events.count { #expect(times == times.sorted()) }
            } catch let error as BMCError {
                #expect(error.kind == .refused && !error.detail.isEmpty)
            }
        }
    }

    private func partsAreThoseOfTheRecording(_ gate: BMCGate, _ facts: [JSON]) async throws {
        let parts = try await gate.inventory()
        #expect(parts.allSatisfy { !$0.name.isEmpty })
        guard facts.count == 1, let fact = facts.first else { return }
        let macs = parts.filter { $0.name.hasPrefix("nic ") }.compactMap { $0.extra.first }
        let known = (fact["ethernet_macs"].strings ?? []).map { $0.lowercased() }
        #expect(Set(macs).isSubset(of: known), "\(macs) are not all among \(known)")
        #expect(parts.count { $0.name.hasPrefix("drive ") } <= Int(fact["drives"].integer ?? 0))
        let memory = parts.filter { $0.name.hasPrefix("memory ") }.compactMap { part in
            part.extra.first.flatMap { $0.hasSuffix(" GiB") ? Int($0.dropLast(4)) : nil }
        }
        if let total = fact["MemoryGiB"].integer, total > 0, !memory.isEmpty {
            #expect(memory.reduce(0, +) == Int(total))
        }
    }

    /// What was counted in the recordings by hand.
    @Test(arguments: [
        ("supermicro-sys821ge-tnhr", 8, 2, 32, 12), ("hpe-ilo6-dl360", 2, 2, 12, 6),
        ("lenovo-xcc-sr670v2", 4, 2, 16, 5),
    ])
    func whatARealMachineHasIsFound(
        name: String,
        drives: Int,
        processors: Int,
        modules: Int,
        nics: Int
    ) async throws {
        let archive = try #require(RecordedService.archives.first { $0.contains(name) })
        try await withGate(archive) { gate, _ in
            let parts = try await gate.inventory()
            let count: (String) -> Int = { kind in
                parts.count { $0.name.hasPrefix(kind + " ") && !$0.extra.contains("GPU") }
            }
            #expect(count("drive") == drives)
            #expect(count("processor") == processors)
            #expect(count("memory") == modules)
            #expect(count("nic") == nics)
            let sensors = try await gate.sensors().sensors
            #expect(sensors.contains { $0.kind == "Temperature" && $0.value != nil })
            #expect(try await gate.eventLog(limit: 10).total > 0)
        }
    }
}
