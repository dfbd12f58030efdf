import AgentAPI
import ControllerCore
import OperatorAPI
import Testing

/// What an agent says of its work is not trusted, and what it could not say in time stops nothing.
@Suite struct AgentEventTests {
    private let csv =
        "name,bmc_protocol,bmc_address,bmc_user,bmc_password\nnode-1,ipmi,10.0.0.1,admin,\(Bench.password)\n"

    @Test func aProgressBeyondAllMeasureIsAHundredPercent() async throws {
        let bench = try Bench()
        let id = try await #require(bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv)).first?.id)
        let absurd = AgentEvent.Kind.progress(instruction: "i", stage: "write", done: 1 << 62, total: 1)
        let batch = EventBatch(bootID: "b", first: 0, events: [AgentEvent(at: 0, kind: absurd)])
        #expect(try await bench.controller.takeEvents(batch, from: id).next == 1)
        #expect(try await bench.node("node-1").progress == "write 100 %")
    }

    @Test func eventsThatWereLostDoNotStopThoseAfterThem() async throws {
        let bench = try Bench()
        let id = try await #require(bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv)).first?.id)
        let note = AgentEvent(at: 0, kind: .note("the disk is written"))
        #expect(
            try await bench.controller.takeEvents(EventBatch(bootID: "b", first: 5000, events: [note]), from: id).next
                == 5001
        )
        let texts = try await bench.controller.timeline("node-1", after: 0, limit: 100).map(\.text)
        #expect(texts.contains("5000 events were lost") && texts.contains("the disk is written"))
        let endless = EventBatch(bootID: "b", first: .max, events: [note])
        #expect(try await bench.controller.takeEvents(endless, from: id).next == 5001, "no number is beyond counting")
    }
}
