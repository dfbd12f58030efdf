import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct RebootTests {
    /// The power goes when the node is told to restart, as it does.
    private struct EndingExecutor: CommandExecutor {
        let node: FakeNode
        func run(_ command: Command, until stop: StopFlag?) throws -> CommandResult {
            guard command.arguments == ["systemctl", "reboot"] else {
                return try ProcessExecutor().run(command, until: stop)
            }
            node["reboots"] = "\((Int(node["reboots"] ?? "0") ?? 0) + 1)"
            throw Crash()
        }
    }

    private func runner(_ bench: Bench, _ node: FakeNode, fault: JournalFault? = nil) -> BundleRunner {
        BundleRunner(
            stateFolder: bench.folder + "/state",
            root: bench.root,
            executor: EndingExecutor(node: node),
            clock: bench.clock,
            fault: fault,
            events: { _ in },
            gate: { _ in GateAnswer(open: true) }
        )
    }

    private let work = bundle(
        "r",
        [
            BundleStep(
                number: 1,
                service: "web",
                work: .tasks([
                    task("before", "copy", ["dest": "/etc/before", "content": "x"]),
                    task("again", "reboot", ["post_reboot_delay": 3]) { $0.register = "again" },
                    task("after", "copy", ["dest": "/etc/after", "content": "{{ again.rebooted }}"]),
                ])
            )
        ]
    )

    private func boot(_ bench: Bench, _ id: String) throws {
        _ = try FileChanges(files: NodeFiles(root: bench.root)) { _ in }.makeDirectory("/proc/sys/kernel/random")
        try bench.put(id + "\n", at: "/proc/sys/kernel/random/boot_id")
    }

    @Test func theRunGoesOnInTheNextBoot() async throws {
        let bench = try Bench()
        let node = FakeNode()
        try boot(bench, "one")
        guard case .failure = await runner(bench, node).attempt(work) else {
            Issue.record("it went on in the boot that was to end")
            return
        }
        #expect(bench.text("/etc/after") == nil)
        try boot(bench, "two")
        #expect(await runner(bench, node).run(work).failure == nil)
        #expect(bench.text("/etc/after") == "True")
        #expect(node["reboots"] == "1")
    }

    @Test func aRestartThatDidNotComeIsAskedForAgain() async throws {
        let bench = try Bench()
        let node = FakeNode()
        try boot(bench, "one")
        // The agent dies and the node does not.
        _ = await runner(bench, node).attempt(work)
        _ = await runner(bench, node).attempt(work)
        #expect(node["reboots"] == "2")
        try boot(bench, "two")
        #expect(await runner(bench, node).run(work).failure == nil)
        #expect(node["reboots"] == "2")
    }
}
