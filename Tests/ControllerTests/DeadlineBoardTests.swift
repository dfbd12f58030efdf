import OperatorAPI
import Store
import Testing

@testable import ControllerCore

/// What is looked at each second without reading every record.
@Suite struct DeadlineBoardTests {
    @Test func whatIsStoredIsReadAtFirstAndThenOnceAMinute() {
        let board = DeadlineBoard()
        #expect(board.due(at: 1000) == nil)
        board.replace(with: ["a": 1010], readAt: 1000)
        #expect(board.due(at: 1000) == [])
        #expect(board.due(at: 1059) == ["a"])
        #expect(board.due(at: 1060) == nil)
    }

    @Test func aClockThatWasSetBackMakesItReadAgain() {
        let board = DeadlineBoard()
        board.replace(with: [:], readAt: 1000)
        #expect(board.due(at: 999) == nil)
    }

    @Test func aNodeIsDueByItsLastDeadline() {
        let board = DeadlineBoard()
        board.replace(with: ["a": 1010, "b": 1010], readAt: 1000)
        board.set("a", 1030)
        board.set("b", nil)
        board.set("c", 1020)
        #expect(board.due(at: 1020) == ["c"])
        #expect(board.due(at: 1030)?.sorted() == ["a", "c"])
    }

    @Test func aRunIsLookedAtUntilItEnds() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        let store = try bench.controller.store
        #expect(try await store.read { try $0.runsUnderWay().map(\.generation) } == [1])
        _ = try await bench.controller.stop(run: "run-1", reason: "enough")
        #expect(try await store.read { try $0.runsUnderWay().isEmpty })
        #expect(try await bench.controller.runs().map(\.state) == ["stopped"])
    }
}
