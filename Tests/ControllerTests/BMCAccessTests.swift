import BMC
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct BMCAccessTests {
    private func set(_ bench: Bench, _ request: SetBMC) async throws -> String {
        // The verification's task may still be ending.
        let id = try await bench.node("node-1").id
        let controller = try bench.controller
        #expect(try await bench.until { !controller.effects.isUnderWay(forNode: id) })
        return try await controller.setBMC(of: "node-1", request).message
    }

    private func worksOn(_ bench: Bench) async throws -> Bool {
        _ = try await bench.controller.act(.verify, on: "node-1", reason: "")
        #expect(try await bench.until { try await bench.node("node-1").state != "verifying" })
        return try await bench.node("node-1").state == "manageable"
    }

    @Test func newCredentialsTakeThePlaceOfTheOldOnesWhenTheBMCAcceptsThem() async throws {
        let bench = try await Bench.enrolled()
        bench.bmcPassword.withLock { $0 = "another-one" }
        let message = try await set(bench, SetBMC(user: "root", password: "another-one"))
        #expect(message == "node-1: BMC changed: user admin -> root, password; it answers: fake 1.0")
        #expect(try await worksOn(bench))
        try bench.restart()
        #expect(try await worksOn(bench), "it is stored")
        let timeline = try await bench.controller.timeline("node-1", after: 0, limit: 100)
        #expect(
            timeline.contains { $0.text == "BMC changed: user admin -> root, password; it answers: fake 1.0" }
        )
        #expect(!"\(timeline)".contains("another-one"))
    }

    @Test func wrongOnesLeaveTheOldOnesAtWork() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            try await set(bench, SetBMC(password: "mistyped"))
        }
        #expect(problem?.reasons.first?.contains("what was known of it is kept") ?? false)
        #expect(!"\(problem, default: "")".contains("mistyped"))
        #expect(try await worksOn(bench))
        #expect(!"\(try await bench.controller.timeline("node-1", after: 0, limit: 100))".contains("mistyped"))
    }

    @Test func aGateThatWasShutOpens() async throws {
        let bench = try await Bench.enrolled()
        bench.bmcPassword.withLock { $0 = "another-one" }
        #expect(try await !worksOn(bench), "the BMC does not accept the old ones any more")
        _ = try await set(bench, SetBMC(password: "another-one"))
        _ = try await bench.controller.act(.retry, on: "node-1", reason: "")
        #expect(try await bench.until { try await bench.node("node-1").state == "manageable" })
    }

    @Test func oldTLSIsAllowedForOneBMCAndNoOther() async throws {
        let bench = try await Bench.enrolled()
        let message = try await set(bench, SetBMC(legacyTLS: true))
        #expect(message == "node-1: BMC changed: old TLS is allowed; it answers: fake 1.0")
        let records = try await bench.controller.store.read { try $0.all(NodeRecord.self, .node) }
        for record in records {
            #expect(try bench.controller.endpoint(of: record).allowsLegacyTLS == (record.name == "node-1"))
        }
        #expect(try await set(bench, SetBMC(legacyTLS: false)).contains("old TLS is refused"))
    }

    @Test func anotherNodesBMCAndNothingAtAllAreRefused() async throws {
        let bench = try await Bench.enrolled()
        let taken = await #expect(throws: ControllerProblem.self) {
            try await set(bench, SetBMC(address: "10.0.0.2"))
        }
        #expect(taken?.reasons == ["the BMC 10.0.0.2 already belongs to node 'node-2'"])
        await #expect(throws: ControllerProblem.self) { try await set(bench, SetBMC()) }
        await #expect(throws: ControllerProblem.self) { try await set(bench, SetBMC(user: "")) }
        _ = try await set(bench, SetBMC(address: "10.0.0.77"))
        #expect(try await bench.node("node-1").bmc == "ipmi://10.0.0.77")
    }
}
