import AgentAPI
import Jinja
import OrderedCollections
import Synchronization
import Testing

@testable import StepRunner

/// What may be said of a roll-back after a bundle that failed and was not rolled back.
@Suite struct UnsettledTests {
    /// A node on which units do not start after the command `break`, until it is mended.
    private final class Node: Sendable {
        private let broken = Mutex(false)
        func set(broken: Bool) { self.broken.withLock { $0 = broken } }

        func bench() throws -> Bench {
            try Bench { [self] words in
                if words == ["break"] {
                    set(broken: true)
                    return CommandResult(status: 1)
                }
                guard ["podman", "systemctl", "journalctl"].contains(words[0]) else { return nil }
                let fails = words.contains("restart") && broken.withLock { $0 }
                return CommandResult(status: fails ? 1 : 0, errors: fails ? Array("boom\n".utf8) : [])
            }
        }
    }

    private func web(_ id: String, _ version: Int, rollsBack: Bool = true, then: [TaskItem] = []) -> Bundle {
        let container = ContainerDefinition(name: "web", image: "r/web:\(version)")
        return bundle(
            id,
            [
                BundleStep(number: 3, service: "web", work: .containers([container])),
                BundleStep(number: 4, service: "web", work: .tasks(then)),
            ],
            rollsBack: rollsBack
        )
    }

    private let fails = [task("bad", "fail", [:])]
    private let restart = "systemctl restart rackwright-web.service"

    private func restarts(_ bench: Bench, during bundle: Bundle) async -> (Int, InstructionReport.Failure?) {
        let before = bench.commands.lines.count
        let failure = await bench.run(bundle).failure
        return (bench.commands.lines[before...].count { $0 == restart }, failure)
    }

    @Test func aRetryAfterARollbackThatFailedDoesNotClaimToHaveRolledBack() async throws {
        let node = Node()
        let bench = try node.bench()
        #expect(await bench.run(web("v1", 1)).failure == nil)
        let second = await bench.run(web("v2", 2, then: [task("break", "command", ["_raw_params": "break"])])).failure
        #expect(second?.rolledBack == false)
        #expect(second?.reason.contains("rolling back failed: restoring the container web") == true)

        node.set(broken: false)
        let (starts, third) = await restarts(bench, during: web("v2-again", 2, then: fails))
        #expect(starts == 2, "it is started, and put back")
        #expect(third?.rolledBack == false, "to what, nobody knows")
        #expect(third?.reason.contains("since v2 failed and was not rolled back") == true)

        #expect(await bench.run(web("v2-good", 2)).failure == nil)
        #expect(await bench.run(web("v3", 3, then: fails)).failure?.rolledBack == true, "a success settles it")
    }

    @Test func aContainerWhoseStartFailedIsNotTakenForCurrent() async throws {
        let node = Node()
        let bench = try node.bench()
        _ = await bench.run(web("v1", 1))
        _ = await bench.run(web("v2", 2, then: [task("break", "command", ["_raw_params": "break"])]))
        node.set(broken: false)
        // The unit file is that of version 1, and a unit of that name is active.
        let (starts, failure) = await restarts(bench, during: web("v1-again", 1))
        #expect(failure == nil)
        #expect(starts == 1)
        let (again, _) = await restarts(bench, during: web("v1-once-more", 1))
        #expect(again == 0)
    }

    @Test func aBundleThatFailedAndDoesNotRollBackLeavesWhatNoOtherCanRestore() async throws {
        let bench = try Node().bench()
        #expect(await bench.run(web("v1", 1)).failure == nil)
        #expect(await bench.run(web("v2", 2, rollsBack: false, then: fails)).failure?.rolledBack == false)
        #expect(await bench.run(web("v3", 3, then: fails)).failure?.rolledBack == false)
        #expect(await bench.run(web("v4", 4)).failure == nil)
        #expect(await bench.run(web("v5", 5, then: fails)).failure?.rolledBack == true)
    }

    @Test func aRunbookPutsBackWhatItFoundAndSettlesNothing() async throws {
        let bench = try Node().bench()
        func runbook(_ id: String, then: [TaskItem] = []) -> Bundle {
            let write = task("write", "copy", ["dest": "/etc/motd", "content": .string(id)])
            let step = BundleStep(number: 1, service: "greet", work: .tasks([write] + then))
            var made = bundle(id, [step], rollsBack: true)
            made.operation = .update
            return made
        }
        #expect(await bench.run(web("v1", 1)).failure == nil)
        #expect(await bench.run(web("v2", 2, rollsBack: false, then: fails)).failure?.rolledBack == false)
        #expect(await bench.run(runbook("first")).failure == nil)
        #expect(await bench.run(runbook("second", then: fails)).failure?.rolledBack == true)
        #expect(bench.text("/etc/motd") == "first")
        let third = await bench.run(web("v3", 3, then: fails)).failure
        #expect(third?.rolledBack == false, "the services are as in between as before the runbooks")
        #expect(third?.reason.contains("since v2 failed and was not rolled back") == true)
    }

    @Test func aBundleThatDidNothingLeavesNothing() async throws {
        let bench = try Node().bench()
        #expect(await bench.run(web("v1", 1)).failure == nil)
        let config = ConfigFile(path: "/etc/{{ nothing }}", template: "", templateName: "x")
        let idle = bundle("idle", [BundleStep(number: 1, service: "web", work: .files([config]))])
        #expect(await bench.run(idle).failure != nil)
        #expect(await bench.run(web("v2", 2, then: fails)).failure?.rolledBack == true)
    }

    /// The power goes at every line of the journal of a bundle that comes after one that was not rolled back.
    @Test func aPowerCutDoesNotHideTheBundleBefore() async throws {
        var line = 1
        while line < 100 {
            let (cut, bench) = (line, try Node().bench())
            _ = await bench.run(web("v1", 1, rollsBack: false, then: fails))
            let first = await bench.runner { $0 == cut ? .after : .none }.attempt(web("v2", 2, then: fails))
            if case .success = first { break }
            #expect(await bench.run(web("v2", 2, then: fails)).failure?.rolledBack == false, "line \(cut)")
            line += 1
        }
        #expect(line > 5)
    }
}
