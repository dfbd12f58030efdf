import AgentAPI
import Dispatch
import Jinja
import OrderedCollections
import Synchronization
import Testing

@testable import StepRunner

/// Bundles that the controller does not want any more while they run.
@Suite struct GiveUpTests {
    /// The task that runs a bundle, for whoever is to cancel it from inside.
    private final class Run: Sendable {
        private let task = Mutex<Task<InstructionReport.Outcome, Never>?>(nil)

        func cancel() { task.withLock { $0 }?.cancel() }

        /// Runs the bundle; only when `cancel` can reach it does it begin.
        func outcome(of bundle: Bundle, by runner: BundleRunner) async -> InstructionReport.Outcome {
            let (ready, mayBegin) = AsyncStream.makeStream(of: Void.self)
            let running = Task {
                _ = await ready.first { _ in true }
                return await runner.run(bundle)
            }
            task.withLock { $0 = running }
            mayBegin.yield()
            return await running.value
        }
    }

    private func work(rollsBack: Bool) -> Bundle {
        let items = [
            task("a", "copy", ["dest": "/etc/a", "content": "new\n"]),
            task("now", "command", ["_raw_params": "now"]),
            task("b", "copy", ["dest": "/etc/b", "content": "new\n"]),
        ]
        return bundle(
            "g",
            [BundleStep(number: 2, service: "web", work: .tasks(items))],
            rollback: [task("told", "copy", ["dest": "/etc/rolled", "content": "back\n"])],
            rollsBack: rollsBack
        )
    }

    /// A bench on which the command `now` has the run cancelled.
    private func bench(_ run: Run) throws -> Bench {
        let bench = try Bench { words in
            guard words == ["now"] else { return nil }
            run.cancel()
            return CommandResult(status: 0)
        }
        try bench.put("old\n", at: "/etc/a")
        return bench
    }

    @Test func itStopsBeforeTheNextTaskAndIsRolledBackToTheEnd() async throws {
        let run = Run()
        let bench = try bench(run)
        let failure = await run.outcome(of: work(rollsBack: true), by: bench.runner()).failure
        #expect(failure?.reason == "given up by the controller, at step 2 of web")
        #expect(failure?.rolledBack == true)
        #expect(failure?.step == 2)
        #expect(bench.text("/etc/a") == "old\n")
        #expect(bench.text("/etc/b") == nil)
        #expect(bench.text("/etc/rolled") == "back\n", "what puts things back is not stopped")
        #expect(bench.events.contains { $0.subject == "bundle" && $0.output == "given up by the controller" })
    }

    @Test func withoutTheWishToRollBackItStopsWhereItIs() async throws {
        let run = Run()
        let bench = try bench(run)
        let outcome = await run.outcome(of: work(rollsBack: false), by: bench.runner())
        #expect(outcome.failure?.rolledBack == false)
        #expect(bench.text("/etc/a") == "new\n")
        #expect(bench.text("/etc/b") == nil)
        #expect(await bench.run(work(rollsBack: false)) == outcome, "it does not go on when it is heard again")
    }

    @Test func whatIsGivenUpBeforeItBeginsDoesNothing() async throws {
        let bench = try bench(Run())
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await bench.run(work(rollsBack: false))
        }
        task.cancel()
        #expect(await task.value.failure?.reason == "given up by the controller, at step 2 of web")
        #expect(bench.commands.lines.isEmpty)
        #expect(!NodeFiles(root: "").exists(bench.folder + "/state/unsettled"))
    }

    @Test func aGateIsNotWaitedForAnyLonger() async throws {
        let (run, bench) = (Run(), try Bench())
        let runner = bench.runner(gate: { _ in
            run.cancel()
            try await Task.sleep(for: .seconds(3600))
            return GateAnswer(open: true)
        })
        let steps = [BundleStep(number: 1, service: "web", work: .gate(services: ["db"]))]
        let outcome = await run.outcome(of: bundle("g", steps), by: runner)
        #expect(outcome.failure?.reason == "given up by the controller, at step 1 of web")
    }

    @Test func aHealthCheckThatTakesLongIsEnded() async throws {
        let (run, bench) = (Run(), try Bench())
        let place = bench.root + "/tmp"
        let script = "trap 'echo yes > \(place)/ended; exit 0' TERM; echo yes > \(place)/begun; sleep 600 & wait"
        let check = HealthCheck(probe: .command(["sh", "-c", script]), deadline: 600)
        let steps = [BundleStep(number: 5, service: "web", work: .health([check]))]
        async let outcome = run.outcome(of: bundle("h", steps, rollsBack: true), by: bench.runner())
        while bench.text("/tmp/begun")?.isEmpty != false { await Task.yield() }
        run.cancel()
        let failure = await outcome.failure
        #expect(failure?.reason == "given up by the controller, at step 5 of web")
        #expect(failure?.rolledBack == true)
        #expect(bench.text("/tmp/ended") == "yes\n")
    }

    @Test func aRegistryThatIsAwayIsNotWaitedForAnyLonger() async throws {
        let run = Run()
        let pulls = Mutex(0)
        let bench = try Bench { words in
            guard words.starts(with: ["podman", "pull"]) else { return CommandResult(status: 0) }
            let count = pulls.withLock { count in
                count += 1
                return count
            }
            if count == 3 { run.cancel() }
            return CommandResult(status: 125, errors: Array("Error: dial tcp: connection refused\n".utf8))
        }
        let container = ContainerDefinition(name: "web", image: "r/web:1")
        let steps = [BundleStep(number: 3, service: "web", work: .containers([container]))]
        let outcome = await run.outcome(of: bundle("c", steps), by: bench.runner())
        #expect(outcome.failure?.reason == "given up by the controller, at step 3 of web")
        #expect(bench.commands.lines.count == 3, "nothing but pulls")
    }

    @Test func whatBlocksIsLeftAlone() {
        let (stop, hold) = (StopFlag(), DispatchSemaphore(value: 0))
        #expect(waitOutside(until: stop, blocking: { 7 }) == 7)
        stop.set()
        let answer = waitOutside(
            until: stop,
            blocking: { () -> Int in
                hold.wait()
                return 7
            }
        )
        #expect(answer == nil)
        hold.signal()
    }
}
