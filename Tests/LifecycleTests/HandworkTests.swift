import Testing

@testable import Lifecycle

/// Machines without a BMC, at which a person acts.
struct HandworkTests {
    private func inspecting() throws -> NodeLifecycle {
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified("a person"), at: 2)
        #expect(try node.handle(.inspectRequested, at: 3) == [.networkBoot])
        #expect(try node.handle(.personAsked("press it"), at: 4) == [])
        return node
    }

    @Test func aPersonHasADayAndIsNamed() throws {
        let node = try inspecting()
        #expect(node.deadline == 86_404.0)
        #expect(node.nextActor.hasPrefix("a person: press it"))
        #expect(node.legalVerbs == ["pressed", "abort"])
        #expect(node.evidence == "waiting for a person: press it")
        #expect(node.owed(at: 5000).isEmpty, "a controller that was restarted asks nobody again")
    }

    @Test func whoPressedSaysSoAndTheMachineHasItsTime() throws {
        var node = try inspecting()
        #expect(try node.handle(.handworkDone, at: 1000) == [])
        #expect(node.handwork == nil)
        #expect(node.deadline == 1000 + NodeLifecycle.bootSeconds)
        #expect(node.nextActor.hasPrefix("the machine"))
        #expect(throws: NodeLifecycle.Refusal.self) { try node.handle(.handworkDone, at: 1001) }
        _ = try node.handle(ramdisk("boot-1", at: 1100), at: 1100)
        _ = try node.handle(.inventoryReported, at: 1101)
        #expect(node.name == "available")
    }

    @Test func aMachineThatCallsNeedsNoWord() throws {
        var node = try inspecting()
        _ = try node.handle(ramdisk("boot-1", at: 500), at: 500)
        #expect(node.handwork == nil)
        #expect(node.deadline == 500 + NodeLifecycle.bootSeconds)
        _ = try node.handle(.inventoryReported, at: 501)
        #expect(node.name == "available")
    }

    @Test func whoForgetsIsAskedAgainAndThenItHasFailed() throws {
        var node = try inspecting()
        var now = 4.0
        for _ in 0..<2 {
            now += 86_400
            #expect(try node.handle(.tick, at: now) == [.networkBoot])
            _ = try node.handle(.personAsked("press it"), at: now)
        }
        now += 86_400
        #expect(try node.handle(.tick, at: now) == [])
        #expect(node.name == "failed(inspecting)")
        #expect(node.handwork == nil)
    }

    @Test func nobodyIsAskedWhereNothingIsWaitedFor() throws {
        var node = try availableNode()
        let before = node
        #expect(try node.handle(.personAsked("press it"), at: 900) == [])
        #expect(node == before)
        var asked = try inspecting()
        _ = try asked.handle(.abortRequested, at: 900)
        #expect(asked.handwork == nil)
    }
}
