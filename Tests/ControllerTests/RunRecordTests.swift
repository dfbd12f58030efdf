import Lifecycle
import OperatorAPI
import Testing

@testable import ControllerCore

/// What a run makes of its nodes, without a controller.
@Suite struct RunRecordTests {
    private static let generation = 2

    /// A node that does its work by plan 1.
    private func activeNode() throws -> NodeLifecycle {
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified("the BMC answers"), at: 2)
        _ = try node.handle(.inspectRequested, at: 3)
        _ = try node.handle(.inventoryReported, at: 4)
        _ = try node.handle(.deployRequested(generation: 1), at: 5)
        _ = try node.handle(.imageWritten("written"), at: 6)
        _ = try node.handle(.leavingRamdisk, at: 7)
        let seen = NodeLifecycle.AgentSeen(mode: .host, bootID: "b", at: 8)
        _ = try node.handle(.checkedIn(seen), at: 8)
        _ = try node.handle(.stepsFinished(generation: 1), at: 9)
        return node
    }

    private enum End { case done, failed, rolledBack }

    /// Carries out a run whose nodes, one a wave, end like this.
    private func run(_ ends: [End], maxFailed: Int) throws -> RunRecord {
        var run = RunRecord(
            id: "run-2",
            generation: Self.generation,
            state: .running,
            startedAt: 10,
            wave: 0,
            approvedWaves: 0,
            members: ends.indices.map { index in
                RunRecord.Member(
                    node: "id-\(index + 1)",
                    name: "n\(index + 1)",
                    role: "worker",
                    wave: index,
                    operation: "upgrade",
                    state: .pending,
                    detail: "",
                    needsApproval: false,
                    maxFailed: maxFailed
                )
            }
        )
        var nodes: [String: RunObservation] = [:]
        for member in run.members { nodes[member.node] = RunObservation(lifecycle: try activeNode()) }
        for now in 11...40 where run.state == .running {
            for start in run.advance(nodes, at: Double(now)) {
                _ = try nodes[start.node]?.lifecycle.handle(start.event, at: Double(now))
                let index = run.members.firstIndex { $0.node == start.node } ?? 0
                let event: NodeLifecycle.Event =
                    switch ends[index] {
                    case .done: .stepsFinished(generation: Self.generation)
                    case .failed: .operationFailed("no space", restored: false)
                    case .rolledBack: .operationFailed("no space", restored: true)
                    }
                _ = try nodes[start.node]?.lifecycle.handle(event, at: Double(now))
            }
        }
        return run
    }

    @Test func aRunWhoseNodesAreAllDoneSucceedsAndSaysNothingMore() throws {
        let report = RunReport(try run([.done, .done], maxFailed: 0))
        #expect(report.state == "succeeded" && report.remark == nil)
        #expect(report.counts?.done == 2 && report.counts?.nodes == 2)
    }

    @Test func aTolerableLossIsSaidBesideTheSuccess() throws {
        let report = RunReport(try run([.rolledBack, .done, .done], maxFailed: 1))
        #expect(report.state == "succeeded")
        #expect(report.remark?.hasPrefix("1 of 3 rolled back: n1 (") == true, "\(report.remark ?? "")")
        #expect(report.remark?.contains("no space") == true)
        #expect(report.counts?.rolledBack == 1 && report.counts?.done == 2)
    }

    @Test(arguments: [1, 3])
    func aRunThatLostAllItsNodesFailedHoweverManyItMayLose(maxFailed: Int) throws {
        let one = RunReport(try run([.rolledBack], maxFailed: maxFailed))
        #expect(one.state == "failed")
        #expect(one.remark?.hasPrefix("1 of 1 rolled back: n1 (") == true)
        #expect(one.remark?.hasSuffix("; no node succeeded") == true)
        #expect(one.endedAt != nil)
    }

    @Test func lossesOfBothKindsAreTold() throws {
        let report = RunReport(try run([.failed, .rolledBack], maxFailed: 2))
        #expect(report.state == "failed")
        #expect(report.reason?.hasPrefix("1 of 2 failed: n1 (no space); 1 of 2 rolled back: n2 (") == true)
        #expect(report.counts?.failed == 1 && report.counts?.rolledBack == 1 && report.counts?.done == 0)
    }

    @Test func aRunThatLostMoreThanItMayEndsBeforeTheNextWave() throws {
        let report = RunReport(try run([.failed, .done, .done], maxFailed: 0))
        #expect(report.state == "failed")
        #expect(report.remark == "1 of 3 failed: n1 (no space); more than max_failed 0 of role 'worker'")
        #expect(report.counts?.pending == 2)
    }

    @Test func aStoppedRunSaysWhoStoppedItAndWhatItHadLost() throws {
        var run = try run([.failed, .done, .done], maxFailed: 1)
        run.state = .running
        run.stop("stopped by an operator", at: 50)
        #expect(RunReport(run).remark == "stopped by an operator; 1 of 3 failed: n1 (no space)")
    }

    @Test func ofManyLossesThreeAreNamed() throws {
        let report = RunReport(try run([.failed, .failed, .failed, .failed, .failed, .done], maxFailed: 5))
        #expect(report.losses == "5 of 6 failed: n1 (no space), n2 (no space), n3 (no space) and 2 more")
    }
}
