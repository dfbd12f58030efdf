import AgentAPI
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// Brings the bench's nodes along.
enum Fleet {
    /// Nodes with their inventories in: node-1 fits control, the others are workers.
    static func inspected(_ bench: Bench) async throws -> [TestAgent] {
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: twoNodes))
        var agents: [TestAgent] = []
        for number in 1...3 {
            let agent = try await TestAgent(bench, "node-\(number)", mac: "52:54:00:00:00:0\(number)")
            #expect(try await bench.until { try await bench.node(agent.name).state == "manageable" })
            _ = try await bench.controller.act(.inspect, on: agent.name, reason: "")
            #expect(
                try await bench.until { bench.resets.withLock { $0.contains("10.0.0.\(number)") } },
                "the machine was booted"
            )
            let instruction = try await agent.call(.ramdisk)
            guard case .sendInventory = instruction.action else { throw CancellationError() }
            try await agent.inventory(instruction, memory: number == 1 ? 2048 : 1024)
            #expect(try await bench.node(agent.name).state == "available")
            agents.append(agent)
        }
        return agents
    }

    /// Carries a node from its write to its first check-in as a host; gives the instruction to run the bundle.
    static func bringToSteps(_ agent: inout TestAgent) async throws -> Instruction {
        let write = try await agent.call(.ramdisk)
        guard case .writeImage(let image) = write.action else { throw CancellationError() }
        #expect(image.rootDisk.serial == "S-\(agent.name)")
        try await agent.succeed(write)
        let boot = try await agent.call(.ramdisk)
        guard case .boot = boot.action else { throw CancellationError() }
        try await agent.succeed(boot)
        agent.boot += 1
        let run = try await agent.call(.host)
        guard case .run = run.action else { throw CancellationError() }
        return run
    }

    static func deployed(_ bench: Bench) async throws -> [TestAgent] {
        var agents = try await inspected(bench)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(1)
        for index in agents.indices {
            let run = try await bringToSteps(&agents[index])
            try await agents[index].succeed(run)
        }
        #expect(try await bench.controller.run("latest").state == "succeeded")
        return agents
    }
}
