import Testing

@testable import Lifecycle

/// A node that has come as far as `available`, with its agent in the ramdisk.
func availableNode() throws -> NodeLifecycle {
    var node = NodeLifecycle(at: 0)
    _ = try node.handle(.verifyRequested, at: 1)
    _ = try node.handle(.verified("the BMC answers"), at: 2)
    _ = try node.handle(.inspectRequested, at: 3)
    _ = try node.handle(ramdisk("boot-1", at: 60), at: 60)
    _ = try node.handle(.inventoryReported, at: 61)
    return node
}

func activeNode() throws -> NodeLifecycle {
    var node = try availableNode()
    _ = try node.handle(.deployRequested(generation: 1), at: 70)
    _ = try node.handle(.imageWritten("written"), at: 100)
    _ = try node.handle(.leavingRamdisk, at: 101)
    _ = try node.handle(host("boot-2", at: 130), at: 130)
    _ = try node.handle(.stepsFinished(generation: 1), at: 200)
    return node
}

func ramdisk(_ bootID: String, at instant: Double) -> NodeLifecycle.Event {
    .checkedIn(NodeLifecycle.AgentSeen(mode: .ramdisk, bootID: bootID, at: instant))
}

func host(_ bootID: String, at instant: Double, generation: Int? = nil) -> NodeLifecycle.Event {
    .checkedIn(NodeLifecycle.AgentSeen(mode: .host, bootID: bootID, at: instant, generation: generation))
}

@Suite struct CourseTests {
    @Test func aNodeGoesFromEnrolledToActiveAndIsUpgraded() throws {
        var node = NodeLifecycle(at: 0)
        #expect(node.name == "enroll")
        #expect(try node.handle(.verifyRequested, at: 1) == [.verify])
        #expect(try node.handle(.verified("the BMC answers"), at: 2) == [])
        #expect(node.name == "manageable")
        #expect(node.deadline == nil, "a state of rest has no deadline")
        #expect(try node.handle(.inspectRequested, at: 3) == [.networkBoot])
        #expect(node.wantsRamdisk)
        #expect(node.wanted(of: .ramdisk) == .inventory)
        #expect(node.wanted(of: .host) == .nothing)
        #expect(try node.handle(ramdisk("boot-1", at: 60), at: 60) == [])
        #expect(try node.handle(.inventoryReported, at: 61) == [])
        #expect(node.name == "available")

        #expect(try node.handle(.deployRequested(generation: 4), at: 70) == [], "its agent is in the ramdisk already")
        #expect(node.wanted(of: .ramdisk) == .writeImage(generation: 4))
        #expect(try node.handle(.imageWritten("written"), at: 100) == [.preferDisk])
        #expect(!node.wantsRamdisk)
        #expect(node.wanted(of: .ramdisk) == .bootInstalled(generation: 4))
        #expect(try node.handle(.leavingRamdisk, at: 101) == [])
        #expect(node.wanted(of: .host) == .nothing, "nothing before the installed system called")
        #expect(try node.handle(host("boot-2", at: 130), at: 130) == [])
        #expect(node.wanted(of: .host) == .runBundle(generation: 4))
        #expect(try node.handle(.stepsFinished(generation: 4), at: 200) == [])
        #expect(node.name == "active")
        #expect(node.generation == 4)

        #expect(try node.handle(.serviceRequested(generation: 5, operation: "upgrade"), at: 300) == [])
        #expect(node.name == "servicing")
        #expect(node.wanted(of: .host) == .runBundle(generation: 5))
        #expect(node.wanted(of: .ramdisk) == .nothing)
        #expect(try node.handle(.stepsFinished(generation: 5), at: 400) == [])
        #expect(node.name == "active")
        #expect(node.generation == 5)
    }

    @Test func aNodeWhoseAgentIsAwayIsBootedForItsDeployment() throws {
        var node = try availableNode()
        #expect(try node.handle(.deployRequested(generation: 1), at: 500) == [.networkBoot])
        let before = node.deadline
        _ = try node.handle(ramdisk("boot-9", at: 600), at: 600)
        #expect(node.deadline ?? 0 > before ?? 0, "a write has more time than a boot")
    }

    @Test func whatIsSaidTwiceChangesNothing() throws {
        var node = NodeLifecycle(at: 0)
        func repeated(_ event: NodeLifecycle.Event, at now: Double) throws {
            _ = try node.handle(event, at: now)
            let before = node
            #expect(try node.handle(event, at: now + 0.5) == [], "\(event)")
            #expect(node == before, "\(event)")
        }
        try repeated(.verifyRequested, at: 1)
        try repeated(.verified("yes"), at: 2)
        try repeated(.inspectRequested, at: 3)
        try repeated(ramdisk("boot-1", at: 60), at: 60)
        try repeated(.inventoryReported, at: 61)
        try repeated(.deployRequested(generation: 1), at: 70)
        try repeated(.imageWritten("written"), at: 100)
        try repeated(.leavingRamdisk, at: 101)
        _ = try node.handle(host("boot-2", at: 130), at: 130)
        let steps = node
        #expect(try node.handle(.imageWritten("written"), at: 131) == [], "an older report changes nothing either")
        #expect(try node.handle(.leavingRamdisk, at: 131) == [])
        #expect(node == steps)
        try repeated(.stepsFinished(generation: 1), at: 200)
        let active = node
        #expect(try node.handle(.imageWritten("written"), at: 201) == [])
        #expect(try node.handle(.operationFailed("late", restored: true), at: 202) == [])
        #expect(node == active)
        try repeated(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        try repeated(.operationFailed("health", restored: true), at: 310)
        #expect(node.lastRolledBack == 2)
    }

    @Test func aRefusalNamesWhatIsPossible() throws {
        var node = try activeNode()
        let refusal = #expect(throws: NodeLifecycle.Refusal.self) { try node.handle(.inspectRequested, at: 300) }
        #expect(
            refusal?.description
                == "inspect is not possible while the node is active; possible: upgrade (by a plan), runbook, verify"
        )
        var fresh = NodeLifecycle(at: 0)
        for event: NodeLifecycle.Event in [
            .inspectRequested, .deployRequested(generation: 1), .imageWritten(""), .stepsFinished(generation: 1),
            .serviceRequested(generation: 1, operation: "upgrade"), .retryRequested, .abortRequested,
        ] {
            let before = fresh
            let refusal = #expect(throws: NodeLifecycle.Refusal.self) { try fresh.handle(event, at: 1) }
            #expect(refusal?.legal == fresh.legalVerbs)
            #expect(fresh == before, "what is refused changes nothing")
        }
    }

    @Test func aServicingThatFailedAndWasRestoredLeavesTheNodeActive() throws {
        var node = try activeNode()
        _ = try node.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        _ = try node.handle(.operationFailed("health", restored: true), at: 310)
        #expect(node.state == .active)
        #expect(node.generation == 1)
        #expect(node.lastRolledBack == 2)
        #expect(node.evidence == "upgrade to plan 2 failed and was rolled back: health")
    }

    @Test func aServicingThatFailedAndWasNotRestoredCanBeRetriedOrCleared() throws {
        var node = try activeNode()
        _ = try node.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        _ = try node.handle(.operationFailed("disk full", restored: false), at: 310)
        #expect(node.name == "failed(servicing)")
        var retried = node
        #expect(try retried.handle(.retryRequested, at: 320) == [])
        #expect(retried.wanted(of: .host) == .runBundle(generation: 2))
        #expect(retried.serial > node.serial, "a repetition is an instruction of its own")
        _ = try node.handle(.abortRequested, at: 320)
        #expect(node.state == .active)
    }

    @Test func everyFailureCanBeRetriedAndCleared() throws {
        var verifying = NodeLifecycle(at: 0)
        _ = try verifying.handle(.verifyRequested, at: 1)
        _ = try verifying.handle(.verifyFailed("wrong password"), at: 2)
        var inspecting = NodeLifecycle(at: 0)
        _ = try inspecting.handle(.verifyRequested, at: 1)
        _ = try inspecting.handle(.verified(""), at: 2)
        _ = try inspecting.handle(.inspectRequested, at: 3)
        _ = try inspecting.handle(.networkBootFailed("the BMC is gone"), at: 4)
        var writing = try availableNode()
        _ = try writing.handle(.deployRequested(generation: 1), at: 70)
        _ = try writing.handle(.operationFailed("chunk 3", restored: false), at: 80)
        var steps = try availableNode()
        _ = try steps.handle(.deployRequested(generation: 1), at: 70)
        _ = try steps.handle(.imageWritten(""), at: 80)
        _ = try steps.handle(host("b", at: 90), at: 90)
        _ = try steps.handle(.operationFailed("task", restored: false), at: 100)

        let cases: [(NodeLifecycle, String, [NodeLifecycle.Effect], String)] = [
            (verifying, "verifying", [.verify], "enroll"), (inspecting, "inspecting", [.networkBoot], "manageable"),
            (writing, "deploying", [], "available"), (steps, "deploying", [], "available"),
        ]
        for (failed, operation, effects, rest) in cases {
            #expect(failed.name == "failed(\(operation))")
            #expect(failed.legalVerbs == ["retry", "abort", "verify"])
            var node = failed
            #expect(try node.handle(.retryRequested, at: 110) == effects)
            #expect(node.name == operation)
            #expect(node.deadline ?? 0 > 110)
            node = failed
            _ = try node.handle(.abortRequested, at: 110)
            #expect(node.name == rest)
            #expect(node.serial > failed.serial, "a late report of what was given up is told by its serial")
        }
        #expect(writing.wanted(of: .ramdisk) == .nothing, "a failed write is not repeated by itself")
    }

    @Test func repeatedStepsHaveAsMuchTimeAsTheFirst() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(.imageWritten(""), at: 80)
        _ = try node.handle(host("b", at: 90), at: 90)
        let time = (node.deadline ?? 0) - 90
        _ = try node.handle(.operationFailed("task", restored: false), at: 100)
        _ = try node.handle(.retryRequested, at: 110)
        #expect(node.wanted(of: .host) == .runBundle(generation: 1))
        #expect((node.deadline ?? 0) - 110 == time)
    }
}
