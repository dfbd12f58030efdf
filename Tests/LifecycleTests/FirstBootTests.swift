import Testing

@testable import Lifecycle

/// From the written image to the installed system's first call.
@Suite struct FirstBootTests {
    private func atFirstBoot() throws -> NodeLifecycle {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 70)
        _ = try node.handle(.imageWritten("written"), at: 80)
        return node
    }

    @Test func aSilentFirstBootIsRestartedToItsDiskOnceAndThenFails() throws {
        var node = try atFirstBoot()
        #expect(try node.handle(.tick, at: 980) == [.restartToDisk])
        #expect(node.name == "deploying")
        #expect(node.evidence.contains("restarted to its disk"))
        #expect(node.deadline == 1880)
        #expect(node.wanted(of: .ramdisk) == .bootInstalled(generation: 1), "nothing is written again")
        #expect(try node.handle(.tick, at: 1880) == [])
        #expect(node.name == "failed(deploying)")
        #expect(node.legalVerbs == ["retry", "abort", "verify"])
    }

    @Test func aMachineThatStartsAfterTheRestartGoesOn() throws {
        var node = try atFirstBoot()
        _ = try node.handle(.tick, at: 980)
        _ = try node.handle(.machineRestarted, at: 990)
        _ = try node.handle(host("boot-2", at: 1100), at: 1100)
        #expect(node.wanted(of: .host) == .runBundle(generation: 1))
    }

    @Test func itIsNotRestartedInMaintenance() throws {
        var node = try atFirstBoot()
        node.maintenance = "fan"
        #expect(try node.handle(.tick, at: 980) == [])
        #expect(node.evidence.contains("not booted again: in maintenance (fan)"))
    }

    @Test func aRetryStartsTheDiskAndWritesNothing() throws {
        var node = try atFirstBoot()
        _ = try node.handle(.tick, at: 980)
        _ = try node.handle(.tick, at: 1880)
        #expect(try node.handle(.retryRequested, at: 2000) == [.restartToDisk])
        #expect(node.wanted(of: .ramdisk) == .bootInstalled(generation: 1))
        #expect(!node.wantsRamdisk)
        #expect(try node.handle(.tick, at: 2900) == [], "the retry was the restart")
        #expect(node.name == "failed(deploying)")
    }

    @Test func aRetryOfAFailedWriteWritesAgain() throws {
        var node = try availableNode()
        _ = try node.handle(.deployRequested(generation: 1), at: 500)
        _ = try node.handle(.operationFailed("chunk 3", restored: false), at: 510)
        #expect(try node.handle(.retryRequested, at: 2000) == [.networkBoot])
        #expect(node.wanted(of: .ramdisk) == .writeImage(generation: 1))
    }

    @Test func aRestartThatNobodyKnowsOfIsOwedOnce() throws {
        var node = try atFirstBoot()
        #expect(node.resume(at: 100) == [.preferDisk])
        _ = try node.handle(.tick, at: node.deadline ?? 0)
        var known = node
        _ = try known.handle(.machineRestarted, at: 2000)
        #expect(known.resume(at: 2010) == [.preferDisk])
        #expect(node.resume(at: 2010) == [.restartToDisk], "the controller was stopped before it acted")
        #expect(node.resume(at: 2020) == [.preferDisk], "and no restart of the controller adds another")
    }

    @Test func aBMCThatDoesNotRestartTheMachineIsTheEvidence() throws {
        var node = try atFirstBoot()
        _ = try node.handle(.tick, at: 980)
        _ = try node.handle(.restartFailed("no answer in time"), at: 1000)
        _ = try node.handle(.tick, at: 1880)
        #expect(node.evidence.hasSuffix("last: the machine could not be restarted to its disk: no answer in time"))
    }
}
