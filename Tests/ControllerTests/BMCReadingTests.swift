import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// What nodes' BMCs know, as operators ask for it.
struct BMCReadingTests {
    @Test func sensorsPartsAndEventsAreRead() async throws {
        let bench = try await Bench.enrolled()
        let sensors = try await bench.controller.sensors(of: "node-1")
        #expect(sensors.node == "node-1")
        #expect(sensors.readAt == bench.now)
        #expect(sensors.sensors.map(\.name) == ["Fan 1"])
        #expect(sensors.sensors.first?.status == "ok")
        let parts = try await bench.controller.parts(of: "node-1")
        #expect(parts == [PartReport(name: "machine", manufacturer: "Rackwright", serial: "SN-1")])
        let log = try await bench.controller.eventLog(of: "node-1")
        #expect(log.events.map(\.text) == ["Lower Critical going low"])
        for answer in ["\(sensors)", "\(parts)", "\(log)"] { #expect(!answer.contains(Bench.password)) }
    }

    @Test func theLogIsEmptiedAndTheNodesTimelineSaysSo() async throws {
        let bench = try await Bench.enrolled()
        let answer = try await bench.controller.clearEventLog(of: "node-1")
        #expect(answer.message == "node-1: the BMC's event log was emptied")
        #expect(try await bench.controller.eventLog(of: "node-1").events.isEmpty)
        #expect(try await bench.timeline("node-1").contains("the BMC's event log was emptied"))
    }

    @Test func aNodesBMCIsProbedByItsOwnLoginAndAnotherByTheGivenOne() async throws {
        let bench = try await Bench.enrolled()
        let report = try await bench.controller.probe(node: "node-2", ProbeNode())
        #expect(report.bmc == "redfish://10.0.0.2" && report.interface == "fake 1.0" && report.recording == nil)
        #expect(report.features == [.init(name: "sensors", offered: true, detail: "1")])
        var request = ProbeBMC(address: "10.0.0.9", protocol: "ipmi", user: "u", password: Bench.password, record: 25)
        #expect(try await bench.controller.probe(request).recording == "25")
        request.password = "wrong-one"
        let before = bench.logins.withLock { $0 }
        let refused = await #expect(throws: ControllerProblem.self) { try await bench.controller.probe(request) }
        #expect(refused?.kind == .conflict && refused?.description.contains("wrong-one") == false)
        #expect(bench.logins.withLock { $0 } == before + 1)
        #expect(!"\(request)".contains("wrong-one"))
        request.protocol = nil
        let nobody = await #expect(throws: ControllerProblem.self) { try await bench.controller.probe(request) }
        #expect(nobody?.description.contains("neither Redfish nor IPMI") == true)
        for wrong in [0, -1, 10_001] {
            await #expect(throws: ControllerProblem.self) {
                try await bench.controller.probe(node: "node-2", ProbeNode(record: wrong))
            }
        }
    }

    @Test func whatABMCCannotIsAConflictWithItsReason() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) { try await bench.controller.parts(of: "node-2") }
        #expect(problem?.kind == .conflict)
        #expect(problem?.reasons.first?.hasPrefix("node-2: 10.0.0.2, reading the parts: ") == true)

        bench.bmcPassword.withLock { $0 = "another-one" }
        let refused = await #expect(throws: ControllerProblem.self) { try await bench.controller.sensors(of: "node-3") }
        #expect(refused?.reasons.first?.contains("does not accept the user or the password") == true)
        #expect(!"\(refused, default: "")".contains(Bench.password))
    }

    @Test func unknownNodesAndSenselessLimitsAreRefused() async throws {
        let bench = try await Bench.enrolled()
        let missing = await #expect(throws: ControllerProblem.self) { try await bench.controller.sensors(of: "nobody") }
        #expect(missing?.kind == .notFound)
        for limit in [0, -1, 10_001, Int.max] {
            let problem = await #expect(throws: ControllerProblem.self) {
                try await bench.controller.eventLog(of: "node-1", limit: limit)
            }
            #expect(problem?.kind == .invalid)
        }
    }
}
