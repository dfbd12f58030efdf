import Testing

@testable import Lifecycle

/// A controller that starts again, and operators who give up or ask again.
@Suite struct ResumeTests {
    private func inspecting() throws -> NodeLifecycle {
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified(""), at: 2)
        _ = try node.handle(.inspectRequested, at: 10)
        return node
    }

    @Test func aMachineThatBootsIsNotResetByARestartOfTheController() throws {
        var node = try inspecting()
        _ = try node.handle(.machineRestarted, at: 12)
        for now in stride(from: 60.0, to: 900, by: 120) {
            #expect(node.resume(at: now) == [], "at \(now)")
        }
        #expect(node.attemptsLeft == 3)
        #expect(node.deadline == 60.0 + 900.0, "put off once, not at each restart")
    }

    @Test func aBootThatWasLongAgoOrIsNotKnownOfCostsAnAttempt() throws {
        var node = try inspecting()
        #expect(node.resume(at: 20) == [.networkBoot], "the controller was stopped before it acted")
        #expect(node.attemptsLeft == 2)
        _ = try node.handle(.machineRestarted, at: 25)
        #expect(node.resume(at: 5000) == [.networkBoot])
        #expect(node.attemptsLeft == 1)
        #expect(node.deadline == 5900)
        #expect(node.resume(at: 5010) == [], "the attempts are used up")
        #expect(node.resume(at: 20_000) == [])
        #expect(try node.handle(.tick, at: node.deadline ?? 0) == [])
        #expect(node.name == "failed(inspecting)")
    }

    @Test func anAbortSaysWhatTheAgentIsAtWorkOn() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        var untouched = node
        _ = try untouched.handle(.abortRequested, at: 71)
        #expect(untouched.evidence == "the deployment was aborted by the operator")
        _ = try node.handle(.instructed("write-1-3"), at: 71)
        var late = node
        _ = try late.handle(.tick, at: late.deadline ?? 0)
        _ = try late.handle(.tick, at: late.deadline ?? 0)
        _ = try late.handle(.tick, at: late.deadline ?? 0)
        #expect(late.name == "failed(deploying)")
        for node in [node, late] {
            var node = node
            let serial = node.serial
            _ = try node.handle(.abortRequested, at: 99_999)
            #expect(node.evidence.hasSuffix("; its agent was at work on write-1-3 and is told to stop when it calls"))
            #expect(node.serial > serial)
            #expect(node.handed == nil)
        }
        _ = try node.handle(.operationFailed("chunk 3", restored: false), at: 80)
        _ = try node.handle(.abortRequested, at: 81)
        #expect(node.evidence == "the failure was cleared by the operator", "the agent said that it had ended")
    }

    @Test func everyAbortIsToldByTheSerial() throws {
        var verifying = NodeLifecycle(at: 0)
        _ = try verifying.handle(.verifyRequested, at: 1)
        for node in [verifying, try inspecting()] {
            var aborted = node
            _ = try aborted.handle(.abortRequested, at: 20)
            #expect(aborted.serial > node.serial, "\(node.name)")
        }
    }

    @Test func theBMCOfANodeAtRestIsCheckedAndTheStateStays() throws {
        var failed = try availableNode()
        _ = try failed.handle(.deployRequested(generation: 1), at: 70)
        _ = try failed.handle(.operationFailed("chunk 3", restored: false), at: 80)
        for node in [try availableNode(), try activeNode(), failed] {
            var checked = node
            #expect(checked.legalVerbs.contains("verify"))
            #expect(try checked.handle(.verifyRequested, at: 300) == [.verify])
            #expect(checked == node)
            _ = try checked.handle(.verified("the BMC answers"), at: 301)
            #expect(checked.state == node.state)
            #expect(checked.deadline == nil)
            #expect(checked.evidence == "the BMC answers")
            _ = try checked.handle(.verifyFailed("wrong password"), at: 302)
            #expect(checked.state == node.state)
            #expect(checked.evidence == "the check of the BMC failed: wrong password")
        }
    }
}

/// What a node says that it carries.
@Suite struct ClaimTests {
    @Test func aNodeThatCarriesAnotherPlanIsNoticedWhileNothingIsUnderWay() throws {
        var node = try activeNode()
        _ = try node.handle(host("boot-2", at: 300, generation: 1), at: 300)
        #expect(node.claim == nil)
        _ = try node.handle(host("boot-2", at: 310, generation: 3), at: 310)
        #expect(node.claim == "the node says that it carries plan 3, the controller knows plan 1")
        #expect(node.generation == 1)
        _ = try node.handle(host("boot-2", at: 320, generation: 0), at: 320)
        #expect(node.claim == "the node says that it carries no plan, the controller knows plan 1")
        _ = try node.handle(host("boot-2", at: 330, generation: 1), at: 330)
        #expect(node.claim == nil)
        _ = try node.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 340)
        _ = try node.handle(host("boot-2", at: 350, generation: 2), at: 350)
        #expect(node.claim == nil, "its report is on its way")
    }

    @Test func aNewerPlanThatIsConfirmedIsTakenOver() throws {
        var node = try activeNode()
        _ = try node.handle(.claimConfirmed(generation: 3), at: 300)
        #expect(node.generation == 1, "nobody said so")
        _ = try node.handle(host("boot-2", at: 310, generation: 3), at: 310)
        _ = try node.handle(.claimConfirmed(generation: 3), at: 311)
        #expect(node.generation == 3)
        #expect(node.claim == nil)
        _ = try node.handle(host("boot-2", at: 320, generation: 2), at: 320)
        _ = try node.handle(.claimConfirmed(generation: 2), at: 321)
        #expect(node.generation == 3, "an older word is never taken")
        #expect(node.claim != nil)
    }
}
