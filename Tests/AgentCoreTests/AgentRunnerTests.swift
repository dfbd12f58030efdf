import AgentAPI
import Testing

@testable import AgentCore

struct AgentRunnerTests {
    /// Does its work until it is cancelled.
    private struct EndlessWork: InstructionWork {
        func carryOut(_ instruction: Instruction) async -> InstructionResult {
            while (try? await Task.sleep(for: .seconds(3600))) != nil {}
            return InstructionResult(.failed(instruction.id, "cancelled: \(Task.isCancelled)"))
        }

        func leave(_ departure: Departure) async {}
    }

    @Test func workThatIsGivenUpIsCancelledAndReported() async throws {
        let controller = FakeController(saying: Instruction(id: "stop-i", action: .stop(instruction: "i")))
        var memory = AgentMemory()
        memory.current = Instruction(id: "i", action: .sendInventory())
        let runner = AgentRunner(
            machine: AgentMachine(mode: .ramdisk, memory: memory),
            description: CheckIn(mode: .ramdisk, bootID: "b", agentVersion: "0", generation: 0),
            controller: controller,
            work: EndlessWork(),
            outbox: EventOutbox(bootID: "b", controller: controller),
            keep: { _ in }
        )
        let running = Task { await runner.run() }
        let report = await controller.reports.first { _ in true }
        running.cancel()
        #expect(report == .failed("i", "cancelled: true"))
    }
}
