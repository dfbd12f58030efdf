import Testing

@testable import Lifecycle

/// What is heard after its deadline, and deadlines of work that comes further.
@Suite struct LateReportTests {
    private func writing() throws -> NodeLifecycle {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(ramdisk("boot-1", at: 75), at: 75)
        return node
    }

    private func inSteps() throws -> NodeLifecycle {
        var node = try writing()
        _ = try node.handle(.imageWritten("written"), at: 80)
        _ = try node.handle(host("boot-2", at: 130), at: 130)
        return node
    }

    /// Lets deadlines pass until the node has failed.
    private func outOfTime(_ node: NodeLifecycle) throws -> NodeLifecycle {
        var node = node
        for _ in 0..<10 {
            guard let deadline = node.deadline else { break }
            _ = try node.handle(.tick, at: deadline)
        }
        #expect(node.name.hasPrefix("failed"))
        return node
    }

    @Test func anImageThatIsWrittenLateIsStartedAllTheSame() throws {
        var node = try outOfTime(try writing())
        let serial = node.serial
        #expect(!node.setsAside(.imageWritten("written")))
        #expect(try node.handle(.imageWritten("written"), at: 90_000) == [.preferDisk])
        #expect(node.name == "deploying")
        #expect(node.wanted(of: .ramdisk) == .bootInstalled(generation: 1))
        #expect(node.deadline ?? 0 > 90_000)
        #expect(node.serial == serial, "it is the same operation")
        let before = node
        #expect(try node.handle(.imageWritten("written"), at: 90_001) == [])
        #expect(node == before)
    }

    @Test func stepsThatFinishLateMakeTheNodeActive() throws {
        var deployed = try outOfTime(try inSteps())
        #expect(try deployed.handle(.stepsFinished(generation: 1), at: 90_000) == [])
        #expect(deployed.name == "active")
        #expect(deployed.generation == 1)
        var upgraded = try activeNode()
        _ = try upgraded.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        upgraded = try outOfTime(upgraded)
        let refusal = #expect(throws: NodeLifecycle.Refusal.self) {
            try upgraded.handle(.stepsFinished(generation: 3), at: 90_000)
        }
        #expect(refusal?.state == "failed(servicing)")
        _ = try upgraded.handle(.stepsFinished(generation: 2), at: 90_000)
        #expect(upgraded.name == "active")
        #expect(upgraded.generation == 2)
    }

    @Test func aFirstCallThatComesLateIsTakenUp() throws {
        var node = try writing()
        _ = try node.handle(.imageWritten("written"), at: 80)
        node = try outOfTime(node)
        #expect(try node.handle(host("boot-2", at: 90_000), at: 90_000) == [])
        #expect(node.wanted(of: .host) == .runBundle(generation: 1))
    }

    @Test func aLateFailureSaysWhyAndALateRollbackLeavesTheNodeActive() throws {
        var node = try activeNode()
        _ = try node.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        node = try outOfTime(node)
        var failed = node
        _ = try failed.handle(.operationFailed("disk full", restored: false), at: 90_000)
        #expect(failed.name == "failed(servicing)")
        #expect(failed.evidence == "disk full")
        #expect(failed.setsAside(.stepsFinished(generation: 2)))
        _ = try failed.handle(.stepsFinished(generation: 2), at: 90_001)
        #expect(failed.name == "failed(servicing)", "one report for one instruction: another one is not believed")
        _ = try node.handle(.operationFailed("health", restored: true), at: 90_000)
        #expect(node.name == "active")
        #expect(node.lastRolledBack == 2)
    }

    @Test func whatFailedByItsOwnWordIsNotRevived() throws {
        var node = try writing()
        _ = try node.handle(.operationFailed("chunk 3", restored: false), at: 90)
        #expect(node.setsAside(.imageWritten("written")))
        let before = node
        #expect(try node.handle(.imageWritten("written"), at: 91) == [])
        #expect(node == before)
    }

    @Test func workThatComesFurtherIsNotCutOff() throws {
        for (node, end) in [(try writing(), 70.0 + 3600), (try inSteps(), 130.0 + 3600)] {
            var node = node
            _ = try node.handle(.progressed, at: 200)
            #expect(node.deadline == end, "there is time enough")
            for now in stride(from: 1000.0, to: 20_000, by: 800) {
                _ = try node.handle(.progressed, at: now)
                #expect(try node.handle(.tick, at: now + 799) == [])
                #expect(node.name == "deploying", "at \(now)")
            }
            while node.name == "deploying", let deadline = node.deadline, deadline < 1_000_000 {
                _ = try node.handle(.progressed, at: deadline - 1)
                if node.deadline == deadline { break }
            }
            #expect(node.deadline ?? 0 <= node.enteredAt + 86_400, "and not for ever")
        }
    }

    @Test func nothingComesFurtherWhereNothingIsUnderWay() throws {
        var node = try activeNode()
        let before = node
        _ = try node.handle(.progressed, at: 1000)
        #expect(node == before)
    }
}
