import Testing

@testable import Lifecycle

/// SplitMix64: the same sequence for the same seed.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite struct AnySequenceTests {
    /// Whatever happens in whatever order: there is a way out, no boot in maintenance, and boots are bounded.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func anySequenceOfEventsLeavesAWayOut(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var node = NodeLifecycle(at: 0)
        var now = 0.0
        var boots: [Int: Int] = [:]
        var restartsToDisk: [Int: Int] = [:]
        for _ in 0..<200 {
            now += Double.random(in: 0...600, using: &dice)
            if Int.random(in: 0..<20, using: &dice) == 0 { node.maintenance = node.maintenance == nil ? "fan" : nil }
            if Int.random(in: 0..<40, using: &dice) == 0 { node.quarantined = node.quarantined == nil ? "token" : nil }
            let event = anyEvent(&dice, now)
            let before = node
            var effects: [NodeLifecycle.Effect] = []
            if Int.random(in: 0..<5, using: &dice) == 0 {
                effects = node.resume(at: now)
                #expect(node.serial == before.serial, "a controller's restart begins nothing")
            } else {
                do {
                    effects = try node.handle(event, at: now)
                } catch {
                    #expect(node == before, "refused and yet changed by \(event)")
                    #expect(!error.legal.isEmpty, "\(error)")
                }
            }
            if effects.contains(.networkBoot) || effects.contains(.restartToDisk) {
                #expect(node.maintenance == nil && node.quarantined == nil, "booted by \(event) or a resume")
            }
            if effects.contains(.networkBoot) {
                boots[node.serial, default: 0] += 1
                #expect(boots[node.serial] ?? 0 <= 3, "a boot loop")
            }
            if effects.contains(.restartToDisk) {
                restartsToDisk[node.serial, default: 0] += 1
                #expect(restartsToDisk[node.serial] ?? 0 <= 2, "a loop of restarts")
                #expect(node.isAtFirstBoot)
            }
            if node.maintenance != nil { #expect(!node.owed(at: now).contains(.networkBoot)) }
            #expect(!node.legalVerbs.isEmpty || node.nextActor.hasPrefix("nobody"), "stuck in \(node.name)")
            if node.legalVerbs.contains("abort") && node.deadline == nil { #expect(node.name.hasPrefix("failed")) }
            #expect(node.generation >= before.generation || node.generation > 0)
            #expect(node.serial >= before.serial)
            #expect(node.attemptsLeft >= 0)
            if node.handwork != nil {
                #expect(
                    node.deadline != nil
                        && node.legalVerbs.contains("pressed")
                            != (node.maintenance != nil
                                || node.quarantined != nil)
                )
            }
            if node.handed != nil { #expect(node.deadline != nil || node.name.hasPrefix("failed")) }
        }
    }

    /// However often the controller is restarted, the machine is booted three times for one operation, and then it ends.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func aControllerThatIsRestartedAgainAndAgainEndsTheOperation(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var node = NodeLifecycle(at: 0)
        _ = try node.handle(.verifyRequested, at: 1)
        _ = try node.handle(.verified("yes"), at: 2)
        var boots = try node.handle(.inspectRequested, at: 3).count
        var now = 3.0
        for _ in 0..<400 where node.name == "inspecting" {
            now += Double.random(in: 1...240, using: &dice)
            let isRestart = Bool.random(using: &dice)
            let effects = isRestart ? node.resume(at: now) : try node.handle(.tick, at: now)
            boots += effects.count { $0 == .networkBoot }
            // Often enough the BMC had done it before the controller was stopped.
            if effects == [.networkBoot], Bool.random(using: &dice) { _ = try node.handle(.machineRestarted, at: now) }
        }
        #expect(node.name == "failed(inspecting)")
        #expect(boots <= 3)
        #expect(now < 20_000, "no restart puts the end off for ever")
    }

    private func anyEvent(_ dice: inout Dice, _ now: Double) -> NodeLifecycle.Event {
        let generation = Int.random(in: 1...5, using: &dice)
        let bootID = "boot-\(Int.random(in: 0..<4, using: &dice))"
        let events: [NodeLifecycle.Event] = [
            .verifyRequested, .verified("yes"), .verifyFailed("no"), .inspectRequested, .inventoryReported,
            .refused("no"), .deployRequested(generation: generation), .imageWritten("written"), .leavingRamdisk,
            .stepsFinished(generation: generation), .serviceRequested(generation: generation, operation: "upgrade"),
            .operationFailed("no", restored: Bool.random(using: &dice)), .networkBootFailed("no"),
            ramdisk(bootID, at: now), host(bootID, at: now, generation: generation), .tick, .retryRequested,
            .abortRequested, .machineRestarted, .restartFailed("no"), .instructed("write-1-1"), .progressed,
            .claimConfirmed(generation: generation), .personAsked("press it"), .handworkDone,
        ]
        return events.randomElement(using: &dice) ?? .tick
    }
}
