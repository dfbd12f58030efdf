import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct CheckInTests {
    private func writes(_ bench: Bench, _ body: () async throws -> Void) async throws -> Int {
        let before = bench.writes.withLock { $0 }
        try await body()
        return bench.writes.withLock { $0 } - before
    }

    @Test func callsThatSayNothingNewAreStoredOnceAMinute() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        _ = try await agents[0].call(.host)
        bench.pass(60)
        _ = try await agents[0].call(.host)
        let quiet = try await writes(bench) {
            for _ in 1...11 {
                bench.pass(5)
                _ = try await agents[0].call(.host)
            }
        }
        #expect(quiet == 0)
        bench.pass(3)
        #expect(try await bench.controller.explain("node-1").agent == "host, 3 s ago", "it is known all the same")
        let minute = try await writes(bench) {
            bench.pass(2)
            _ = try await agents[0].call(.host)
        }
        #expect(minute == 1)
    }

    @Test func aNewBootIsStoredAtOnce() async throws {
        let bench = try Bench()
        var agents = try await Fleet.deployed(bench)
        _ = try await agents[0].call(.host)
        agents[0].boot += 1
        let agent = agents[0]
        #expect(try await writes(bench) { _ = try await agent.call(.host) } == 1)
        #expect(try await writes(bench) { _ = try await agent.call(.host) } == 0)
        #expect(try await writes(bench) { _ = try await agent.call(.ramdisk) } == 1)
    }

    /// A node that waits in the ramdisk is not booted again for its deployment, though its last calls were not stored.
    @Test func decisionsSeeTheCallsThatWereNotStored() async throws {
        let bench = try Bench()
        let agents = try await Fleet.inspected(bench)
        for _ in 1...11 {
            bench.pass(5)
            for agent in agents { _ = try await agent.call(.ramdisk) }
        }
        bench.pass(20)
        let before = bench.resets.withLock { $0.count }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        let id = agents[0].id
        let controller = try bench.controller
        #expect(try await bench.until { !controller.effects.isUnderWay(forNode: id) })
        #expect(bench.resets.withLock { $0.count } == before)
    }
}
