import AgentAPI
import Glibc
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

/// Whatever a bundle fails of, it is rolled back and told without secrets.
@Suite struct FailureTests {
    private let told = task("told", "copy", ["dest": "/etc/a", "content": "new\n"]) {
        $0.notify = ["{{ hunter22 }}"]
    }

    private func bundle(_ items: [TaskItem], rollback: [TaskItem] = []) -> Bundle {
        StepRunnerTests.bundle(
            "f",
            [BundleStep(number: 4, service: "web", work: .tasks(items))],
            rollback: rollback,
            rollsBack: true,
            secrets: ["hunter22"]
        )
    }

    @Test func aHandlersNameThatCannotBeRenderedFailsTheTask() async throws {
        let bench = try Bench()
        let failure = try #require(await bench.run(bundle([told])).failure)
        #expect(failure.rolledBack)
        #expect(failure.step == 4)
        #expect(failure.task == "told (services/web.yaml:3:5), notify")
        #expect(failure.reason.contains("********"))
        #expect(!failure.reason.contains("hunter22"))
        #expect(bench.text("/etc/a") == nil)
    }

    @Test func suchAFailureIsRescuedLikeAnyOther() async throws {
        let bench = try Bench()
        var block = task("group", "debug", [:])
        block.body = .block(TaskItem.BlockBody(block: [told], rescue: [task("rescue", "debug", [:])]))
        #expect(await bench.run(bundle([block])).failure == nil)
        #expect(bench.endings() == ["told: changed", "rescue: unchanged"])
    }

    @Test func rollbackTasksThatFailSoAreToldWithoutSecrets() async throws {
        let bench = try Bench()
        let failure = try #require(await bench.run(bundle([task("bad", "fail", [:])], rollback: [told])).failure)
        #expect(!failure.rolledBack)
        #expect(failure.reason.contains("rolling back failed: told (services/web.yaml:3:5), notify: "))
        #expect(!failure.reason.contains("hunter22"))
    }

    @Test func aDamagedRecordOfAContainerFailsTheStepThatReadsIt() async throws {
        let bench = try Bench()
        let state = FileChanges(files: NodeFiles(root: "")) { _ in }
        _ = try state.makeDirectory(bench.folder + "/state/containers")
        _ = try state.write(Array("{".utf8), to: bench.folder + "/state/containers/x.json")
        let steps = [
            BundleStep(
                number: 1,
                service: "web",
                work: .tasks([task("a", "copy", ["dest": "/etc/a", "content": "x"])])
            ),
            BundleStep(number: 2, service: "web", work: .removeContainers(keeping: [])),
        ]
        let outcome = await bench.run(StepRunnerTests.bundle("r", steps, rollsBack: true))
        #expect(outcome.failure?.reason.hasPrefix("step 2 of web, containers on the node: ") == true, "\(outcome)")
        #expect(outcome.failure?.rolledBack == true)
        #expect(bench.text("/etc/a") == nil)
    }

    @Test func aMetaTaskMayBeRendered() async throws {
        let bench = try Bench()
        let outcome = await bench.tasks(
            [
                task("a", "copy", ["dest": "/etc/a", "content": "x"]) { $0.notify = ["h"] },
                task("flush", "meta", ["_raw_params": "{{ what }}"]),
                task("b", "debug", [:]),
                task("h", "debug", [:]) { $0.listen = ["h"] },
            ],
            variables: ["what": "flush_handlers"]
        )
        #expect(outcome.failure == nil, "\(outcome)")
        #expect(bench.endings() == ["a: changed", "h: unchanged", "flush: unchanged", "b: unchanged"])
    }

    @Test func aPipeThatIsGoneIsNotSaidToBeRestored() async throws {
        let bench = try Bench()
        #expect(unsafe mkfifo(bench.root + "/etc/pipe", 0o600) == 0)
        let items = [task("gone", "file", ["path": "/etc/pipe", "state": "absent"]), task("bad", "fail", [:])]
        let failure = await bench.run(bundle(items)).failure
        #expect(failure?.rolledBack == false)
        #expect(failure?.reason.contains("restoring /etc/pipe: it was neither file") == true)
    }
}
