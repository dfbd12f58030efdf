import BMC
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// What operators set on nodes by their BMCs.
struct BMCSettingsTests {
    @Test func aTrialShowsTheDifferenceAndLeavesNoTrace() async throws {
        let bench = try await Bench.enrolled()
        let request = SetBIOS(attributes: ["BootMode": "Bios", "Cores": "4"], dryRun: true)
        let report = try await bench.controller.setBIOS(of: "node-1", request)
        #expect(report.changes == [BIOSChangeReport(name: "BootMode", before: "Uefi", after: "Bios")])
        #expect(!report.asked)
        #expect(try await !bench.timeline("node-1").contains { $0.contains("BIOS") })
        #expect(try await bench.controller.bios(of: "node-1").pending.isEmpty)
    }

    @Test func aChangeIsOnTheTimelineWithWhatWasBefore() async throws {
        let bench = try await Bench.enrolled()
        let report = try await bench.controller.setBIOS(of: "node-1", SetBIOS(attributes: ["BootMode": "Bios"]))
        #expect(report.asked)
        #expect(report.pending.map(\.name) == ["BootMode"])
        #expect(try await bench.timeline("node-1").contains("BIOS attributes asked for: BootMode Uefi -> Bios"))
        let again = try await bench.controller.bios(of: "node-1")
        #expect(again.attributes == ["BootMode": "Uefi", "Cores": "4"])
        #expect(again.pending.map(\.after) == ["Bios"])
    }

    @Test func whatCannotBeIsAConflictWithItsReason() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.setBIOS(of: "node-1", SetBIOS(attributes: ["Nothing": "1"]))
        }
        #expect(problem?.kind == .conflict)
        #expect(problem?.reasons.first?.contains("there is no attribute Nothing") == true)
        let empty = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.setBIOS(of: "node-1", SetBIOS(attributes: [:]))
        }
        #expect(empty?.kind == .invalid)
    }

    /// With Secure Boot on, the firmware takes signed loaders alone: the node must be offered one at its next boot.
    @Test func aNodeWithSecureBootSwitchedOnGetsASignedLoader() async throws {
        let bench = try await Bench.enrolled()
        let report = try await bench.controller.setSecureBoot(of: "node-1", SetSecureBoot(enabled: true))
        #expect(report.enabled == true)
        #expect(report.inForce == false)
        let record = try await bench.controller.store.read { try $0.node(named: "node-1") }
        #expect(record.secureBoot == true)
        #expect(try await bench.timeline("node-1").contains("Secure Boot asked to be on from the next restart on"))
    }

    @Test func mediaAreInsertedBootedAndEjected() async throws {
        let bench = try await Bench.enrolled()
        let image = "http://10.0.0.1/a.iso"
        let report = try await bench.controller.insertMedia(of: "node-1", InsertMedia(image: image, bootOnce: true))
        #expect(report.image == image)
        #expect(report.bootsNext != nil)
        #expect(try await bench.controller.media(of: "node-1").image == image)
        #expect(try await bench.controller.ejectMedia(of: "node-1").image == nil)
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains("virtual media inserted: \(image)"))
        #expect(timeline.contains("virtual media ejected"))
    }

    @Test func anUpdateIsFollowedToItsEndAndTold() async throws {
        let bench = try await Bench.enrolled()
        let percents = Mutex<[Int]>([])
        let text = try await bench.controller.updateFirmware(
            of: "node-1",
            from: .address("http://10.0.0.1/bios.bin"),
            called: "bios.bin"
        ) { percent in percents.withLock { $0.append(percent) } }
        #expect(text == "node-1: firmware bios.bin is installed (verified)")
        #expect(percents.withLock { $0 } == [50, 75])
        #expect(bench.settings.withLock { $0.installed } == ["http://10.0.0.1/bios.bin"])
        let timeline = try await bench.timeline("node-1")
        #expect(timeline.contains("firmware update asked for: bios.bin"))
        #expect(timeline.contains("firmware bios.bin is installed: verified"))
        #expect(try await bench.controller.firmware(of: "node-1").components.map(\.version) == ["1.2"])
    }

    @Test func anUpdateThatFailsSaysWhy() async throws {
        let bench = try await Bench.enrolled()
        bench.settings.withLock { $0.end = BMCTaskState(phase: .failed, messages: ["wrong machine"]) }
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.updateFirmware(of: "node-1", from: .address("http://h/a"), called: "a") {
                _ in
            }
        }
        #expect(problem?.reasons == ["node-1: the update failed: wrong machine"])
        #expect(try await bench.timeline("node-1").contains { $0.contains("wrong machine") })
    }

    /// New firmware may restart the machine in the middle of what it is at.
    @Test func aNodeThatIsWorkedOnGetsNoFirmware() async throws {
        let bench = try await Bench.enrolled()
        _ = try await bench.controller.act(.inspect, on: "node-1", reason: "")
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await bench.controller.updateFirmware(of: "node-1", from: .address("http://h/a"), called: "a") {
                _ in
            }
        }
        #expect(problem?.kind == .conflict)
        #expect(bench.settings.withLock { $0.installed.isEmpty })
    }
}
