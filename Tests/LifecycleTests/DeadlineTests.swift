import Testing

@testable import Lifecycle

@Suite struct DeadlineTests {
    @Test func aNetworkBootIsTriedThreeTimesThenTheNodeFailsWithTheLastEvidence() throws {
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified(""), at: 2)
        var boots = try node.handle(.inspectRequested, at: 10).count
        #expect(try node.handle(.tick, at: 20) == [], "the deadline has not passed")
        while let deadline = node.deadline, boots < 100 {
            boots += try node.handle(.tick, at: deadline).count
        }
        #expect(boots == 3)
        guard case .failed(let failure) = node.state else {
            Issue.record("\(node.name)")
            return
        }
        #expect(failure.operation == "inspecting")
        #expect(failure.reason == "not finished within 2700 s; last: inspection asked for")
        #expect(node.attemptsLeft == 0)
    }

    @Test func aNetworkBootMayTakeAsLongAsIsConfigured() throws {
        var node = NodeLifecycle(at: 0)
        node.bootPatience = 60
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified(""), at: 2)
        _ = try node.handle(.inspectRequested, at: 10)
        #expect(node.deadline == 70)
        #expect(try node.handle(.tick, at: 70) == [.networkBoot])
        #expect(node.deadline == 130)
        node.resume(at: 125)
        #expect(node.deadline == 185, "a controller that was away waits as long again")
    }

    @Test func aSilentVerificationAndServicingFail() throws {
        var verifying = NodeLifecycle(at: 0)
        _ = try verifying.handle(.verifyRequested, at: 1)
        var servicing = try activeNode()
        _ = try servicing.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        for node in [verifying, servicing] {
            var node = node
            #expect(try node.handle(.tick, at: node.deadline ?? 0) == [], "no reboot")
            #expect(node.legalVerbs == ["retry", "abort", "verify"], "\(node.name)")
        }
    }

    @Test func aMachineThatComesBackToTheRamdiskForeverIsGivenUp() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(.imageWritten("written"), at: 80)
        for turn in 1...20 {
            let now = 80 + Double(turn) * 120
            _ = try node.handle(.tick, at: now)
            _ = try node.handle(ramdisk("again-\(turn)", at: now), at: now)
            _ = try node.handle(.leavingRamdisk, at: now + 1)
        }
        #expect(node.name == "failed(deploying)")
    }

    @Test func aMachineThatRestartsWhileItsDiskIsWrittenIsGivenUp() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(ramdisk("boot-1", at: 75), at: 75)
        var boots = 0
        while node.name == "deploying", boots < 100 {
            boots += 1
            let now = 75 + Double(boots) * 600
            _ = try node.handle(ramdisk("again-\(boots)", at: now), at: now)
            let attempts = node.attemptsLeft
            _ = try node.handle(ramdisk("again-\(boots)", at: now + 5), at: now + 5)
            #expect(node.attemptsLeft == attempts, "the same boot, heard again, costs nothing")
        }
        #expect(boots == 3)
        #expect(node.name == "failed(deploying)")
        #expect(node.evidence == "the machine restarted again and again while its disk was written")
        #expect(node.wanted(of: .ramdisk) == .nothing)
    }

    @Test func theBootIntoTheRamdiskCostsNoAttempt() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 500)
        _ = try node.handle(ramdisk("boot-9", at: 600), at: 600)
        #expect(node.attemptsLeft == 3)
    }

    @Test func nothingIsBootedInMaintenance() throws {
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified(""), at: 2)
        var started = node
        node.maintenance = "fan"
        let refusal = #expect(throws: NodeLifecycle.Refusal.self) { try node.handle(.inspectRequested, at: 3) }
        #expect(refusal?.state == "in maintenance (fan)")
        #expect(refusal?.legal == ["unset-maintenance", "delete"])
        _ = try started.handle(.inspectRequested, at: 3)
        started.maintenance = "fan"
        #expect(started.owed(at: 4) == [])
        #expect(try started.handle(.tick, at: 10_000) == [])
        #expect(started.name == "failed(inspecting)")
        #expect(started.evidence.contains("not booted again: in maintenance (fan)"))
    }

    @Test func aQuarantinedNodeIsReleasedFirst() throws {
        var node = try activeNode()
        node.quarantined = "token"
        let refusal = #expect(throws: NodeLifecycle.Refusal.self) {
            try node.handle(.serviceRequested(generation: 2, operation: "upgrade"), at: 300)
        }
        #expect(refusal?.legal == ["release", "verify"])
    }

    @Test func whatIsOwedAfterARestartFollowsFromTheState() throws {
        var node = NodeLifecycle(at: 0)
        #expect(node.owed(at: 1) == [])
        _ = try node.handle(.verifyRequested, at: 1)
        #expect(node.owed(at: 2) == [.verify])
        _ = try node.handle(.verified(""), at: 2)
        #expect(node.owed(at: 3) == [])
        _ = try node.handle(.inspectRequested, at: 3)
        #expect(node.owed(at: 4) == [.networkBoot])
        _ = try node.handle(.machineRestarted, at: 5)
        #expect(node.owed(at: 904) == [], "a boot that was ordered a short while ago is let come")
        #expect(node.owed(at: 905) == [.networkBoot])
        _ = try node.handle(ramdisk("boot-1", at: 60), at: 60)
        #expect(node.owed(at: 61) == [], "it was booted: its agent called")
        _ = try node.handle(.inventoryReported, at: 61)
        var later = node
        _ = try later.handle(.deployRequested(generation: 1), at: 5000)
        #expect(later.owed(at: 5001) == [.networkBoot], "the call of an earlier operation proves nothing")
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        #expect(node.owed(at: 71) == [], "the agent was in the ramdisk when it began")
        _ = try node.handle(.imageWritten(""), at: 80)
        #expect(node.owed(at: 81) == [.preferDisk])
        _ = try node.handle(host("boot-2", at: 90), at: 90)
        #expect(node.owed(at: 91) == [])
    }

    @Test func aControllerThatWasAwayGivesTimeToBeHeardOf() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        node.resume(at: 1_000_000)
        #expect(try node.handle(.tick, at: 1_000_001) == [])
        #expect(node.name == "deploying")
        var atRest = try activeNode()
        atRest.resume(at: 1_000_000)
        #expect(atRest.deadline == nil)
    }

    @Test func aBootThatFailsLateDoesNotHarmWhatGoesOn() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(.imageWritten(""), at: 80)
        #expect(try node.handle(.networkBootFailed("the BMC was slow"), at: 81) == [])
        #expect(node.name == "deploying")
    }
}
