import AgentAPI
import Jinja
import Testing

@testable import StepRunner

/// Checks after a runbook's tasks: of the runbook itself, and of the node's services.
@Suite struct RunbookHealthTests {
    private static let variables: Value = ["services": ["mend": ["mark": "runbook"], "web": ["mark": "service"]]]

    /// A task, a check of `service`, and a rollback task.
    private func work(_ service: String, _ command: String) -> Bundle {
        let tasks = [task("mend", "copy", ["dest": "/etc/mended", "content": "{{ mark }}"])]
        let check = HealthCheck(probe: .command(["sh", "-c", command, "{{ mark }}"]), interval: 1, deadline: 3)
        var work = bundle(
            "a",
            [
                BundleStep(number: 1, service: "mend", work: .tasks(tasks)),
                BundleStep(number: 5, service: service, work: .health([check])),
            ],
            variables: Self.variables,
            rollback: [task("undo", "debug", ["msg": "undone for the {{ mark }}"])],
            rollsBack: true
        )
        work.operation = .update
        work.rollbackService = "mend"
        return work
    }

    @Test(arguments: [("mend", "runbook"), ("web", "service")])
    func aCheckThatFailsFailsTheNodeWithWhatItSaw(service: String, mark: String) async throws {
        let bench = try Bench()
        let failure = try #require(await bench.run(work(service, "echo $0 is down; exit 3")).failure)
        #expect(failure.reason.hasPrefix("step 5 of \(service), health: sh -c echo"), "\(failure.reason)")
        #expect(failure.reason.contains("it ended with 3: \(mark) is down"), "its owner's parameters are seen")
        #expect(failure.rolledBack && bench.text("/etc/mended") == nil)
        #expect(bench.output(of: "undo") == "undone for the runbook")
    }

    @Test func aCheckThatHoldsLeavesWhatTheTasksDid() async throws {
        let bench = try Bench()
        let outcome = await bench.run(work("web", "test $0 = service"))
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.text("/etc/mended") == "runbook")
    }

    @Test func afterAPowerCutInTheCheckTheTasksAreNotDoneAgain() async throws {
        let bench = try Bench()
        let work = work("web", "test $0 = service")
        var found: Int?
        for number in 2...12 where found == nil {
            let other = try Bench()
            _ = await other.runner { $0 == number ? .before : .none }.attempt(work)
            if other.endings().last?.hasPrefix("health") == true { found = number }
        }
        let cut = try #require(found, "the check's end was never lost")
        _ = await bench.runner { $0 == cut ? .before : .none }.attempt(work)
        #expect(await bench.run(work).failure == nil)
        #expect(bench.endings().filter { $0.hasPrefix("mend") } == ["mend: changed"])
        #expect(bench.endings().filter { $0.hasPrefix("health") }.count == 2, "what was not known is asked again")
    }
}
