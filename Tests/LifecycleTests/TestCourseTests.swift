import Testing

@testable import Lifecycle

/// A node's course through a test that an operator ordered.
@Suite struct TestCourseTests {
    /// Its agent was told to begin.
    private func begun(destroying isDestructive: Bool) throws -> NodeLifecycle {
        var node = try availableNode()
        #expect(try node.handle(.testRequested(isDestructive), at: 70) == [], "its agent is in the ramdisk already")
        #expect(node.name == "testing" && node.wanted(of: .ramdisk) == .test && node.wantsRamdisk)
        _ = try node.handle(.instructed("test-1-\(node.serial)"), at: 71)
        return node
    }

    @Test func aTestEndsWithTheInventoryThatHasItsResults() throws {
        var node = try begun(destroying: true)
        #expect(node.deadline == 71 + NodeLifecycle.progressSeconds)
        _ = try node.handle(.progressed, at: 500)
        #expect(node.deadline == 500 + NodeLifecycle.progressSeconds, "it may take long, as long as it comes further")
        _ = try node.handle(.inventoryReported, at: 900)
        #expect(node.name == "available" && node.deadline == nil && node.quarantined == nil)
    }

    @Test func aNodeThatIsAwayIsBootedForItsTestAndAgainWhenNothingIsHeard() throws {
        var node = try availableNode()
        #expect(try node.handle(.testRequested(true), at: 500) == [.networkBoot])
        let deadline = try #require(node.deadline)
        #expect(try node.handle(.tick, at: deadline) == [.networkBoot], "nothing was destroyed yet")
        _ = try node.handle(ramdisk("boot-2", at: deadline + 10), at: deadline + 10)
        #expect(node.name == "testing" && node.wanted(of: .ramdisk) == .test)
    }

    @Test(arguments: [true, false])
    func aMachineThatRestartsInItsTestHasFailedAndIsKeptFromEverything(isDestructive: Bool) throws {
        var node = try begun(destroying: isDestructive)
        #expect(try node.handle(ramdisk("boot-1", at: 80), at: 80) == [], "it is the same boot")
        #expect(node.name == "testing")
        #expect(try node.handle(ramdisk("boot-2", at: 200), at: 200) == [])
        #expect(node.name == "failed(testing)")
        #expect(node.quarantined?.hasPrefix("its test failed: the machine restarted in the middle of its test") == true)
        #expect(node.wanted(of: .ramdisk) == .nothing, "nothing is begun again")
        #expect(throws: NodeLifecycle.Refusal.self) { try node.handle(.retryRequested, at: 201) }
    }

    /// The power was cut, and nobody called again.
    @Test func aBegunTestIsNeverBootedForAgain() throws {
        var node = try begun(destroying: true)
        #expect(node.owed(at: 100) == [], "nor after a restart of the controller")
        #expect(node.resume(at: 100) == [])
        let deadline = try #require(node.deadline)
        #expect(try node.handle(.tick, at: deadline) == [])
        #expect(node.name == "failed(testing)" && node.quarantined != nil)
    }

    @Test func whatWasDestroyedForOneApprovalIsNotTriedAgain() throws {
        var node = try begun(destroying: true)
        _ = try node.handle(.operationFailed("no such disk", restored: false), at: 80)
        #expect(node.name == "failed(testing)" && node.quarantined == "its test failed: no such disk")
        node.quarantined = nil
        #expect(!node.legalVerbs.contains("retry"))
        #expect(throws: NodeLifecycle.Refusal.self) { try node.handle(.retryRequested, at: 81) }
        _ = try node.handle(.abortRequested, at: 82)
        #expect(node.name == "available")

        var harmless = try begun(destroying: false)
        _ = try harmless.handle(.operationFailed("no memory", restored: false), at: 80)
        harmless.quarantined = nil
        #expect(try harmless.handle(.retryRequested, at: 81) == [])
        #expect(harmless.name == "testing" && harmless.wanted(of: .ramdisk) == .test)
    }

    @Test func aTestThatNeverBeganMayBeTriedAgainAndQuarantinesNobody() throws {
        var node = try availableNode()
        _ = try node.handle(.testRequested(true), at: 500)
        _ = try node.handle(.networkBootFailed("the BMC does not answer"), at: 510)
        #expect(node.name == "failed(testing)" && node.quarantined == nil)
        #expect(try node.handle(.retryRequested, at: 520) == [.networkBoot])
    }

    @Test func aTestIsForNodesThatNobodyUses() throws {
        var active = try activeNode()
        #expect(throws: NodeLifecycle.Refusal.self) { try active.handle(.testRequested(false), at: 300) }
        var deploying = try availableNode()
        _ = try deploying.handle(.deployRequested(generation: 1), at: 70)
        #expect(throws: NodeLifecycle.Refusal.self) { try deploying.handle(.testRequested(true), at: 71) }
        var held = try availableNode()
        held.maintenance = "new fans"
        #expect(throws: NodeLifecycle.Refusal.self) { try held.handle(.testRequested(false), at: 71) }
        var doubtful = try availableNode()
        doubtful.quarantined = "who is it?"
        #expect(throws: NodeLifecycle.Refusal.self) { try doubtful.handle(.testRequested(false), at: 71) }
    }

    @Test func anAbortedTestLeavesTheNodeWhereItCameFrom() throws {
        var node = try begun(destroying: true)
        let serial = node.serial
        _ = try node.handle(.abortRequested, at: 90)
        #expect(node.name == "available" && node.serial > serial, "its agent is told to stop")
        var fresh = NodeLifecycle(at: 0)
        _ = try fresh.handle(.verifyRequested, at: 1)
        _ = try fresh.handle(.verified("the BMC answers"), at: 2)
        #expect(try fresh.handle(.testRequested(false), at: 3) == [.networkBoot])
        _ = try fresh.handle(.abortRequested, at: 4)
        #expect(fresh.name == "manageable")
    }
}
