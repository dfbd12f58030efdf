import AgentAPI
import BMC
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore

/// Nodes without a BMC: by a webhook, and by a person.
struct HandworkTests {
    private let table = """
        name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac
        hand-1,manual,,,,52:54:00:00:00:01
        hand-2,manual,,,,52:54:00:00:00:02
        plug-1,webhook,https://lab.example/power,,\(Bench.password),52:54:00:00:00:03
        plug-2,webhook,https://lab.example/power,,\(Bench.password),52:54:00:00:00:04
        """

    private func enrolled() async throws -> Bench {
        let bench = try Bench()
        _ = try await bench.controller.enroll(EnrollNodes(file: "nodes.csv", csv: table))
        for name in ["hand-1", "hand-2", "plug-1", "plug-2"] {
            #expect(try await bench.until { try await bench.node(name).state == "manageable" })
        }
        return bench
    }

    @Test func onePersonAndOneServiceDoForManyNodes() async throws {
        let bench = try await enrolled()
        #expect(
            try await bench.controller.nodes().map(\.bmc) == [
                "none: a person acts", "none: a person acts", "webhook https://lab.example/power",
                "webhook https://lab.example/power",
            ]
        )
        let nodes = try await bench.controller.store.read { try $0.all(NodeRecord.self, .node) }
        let named = nodes.sorted { $0.name < $1.name }
        var systems: [String?] = []
        for node in named { systems.append(try await bench.controller.gate(node).endpoint.system) }
        #expect(systems == [nil, nil, "plug-1", "plug-2"], "the service is told which node is meant")
        let first = try await bench.controller.gate(named[0])
        #expect(try await bench.controller.gate(named[1]) !== first)
    }

    @Test func aPersonIsAskedAndTheMachinesCallIsTheAnswer() async throws {
        let bench = try await enrolled()
        _ = try await bench.controller.act(.inspect, on: "hand-1", reason: "")
        #expect(try await bench.until { try await bench.controller.explain("hand-1").nextActor.hasPrefix("a person") })
        let asked = try await bench.controller.explain("hand-1")
        #expect(asked.nextActor.contains("switch the machine on, or restart it, and let it boot from the network"))
        #expect(asked.deadline == bench.now + 86_400)
        #expect(asked.legal.contains("pressed"))
        #expect(try await bench.timeline("hand-1").contains { $0.contains("rackwright node pressed hand-1") })
        #expect(bench.resets.withLock { $0 }.isEmpty)

        bench.pass(600)
        let said = try await bench.controller.act(.pressed, on: "hand-1", reason: "with a stick")
        #expect(said.hasPrefix("hand-1: inspecting"))
        #expect(try await bench.controller.explain("hand-1").deadline == bench.now + 1200)
        #expect(try await bench.timeline("hand-1").contains("operator: pressed (with a stick)"))
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.act(.pressed, on: "hand-1", reason: "")
        }
        #expect(problem?.kind == .conflict)

        // Without a word, the call of the machine's agent is enough.
        _ = try await bench.controller.act(.inspect, on: "hand-2", reason: "")
        #expect(try await bench.until { try await bench.controller.explain("hand-2").nextActor.hasPrefix("a person") })
        let agent = try await TestAgent(bench, "hand-2", mac: "52:54:00:00:00:02")
        let instruction = try await agent.call(.ramdisk)
        #expect(try await bench.controller.explain("hand-2").nextActor.hasPrefix("the machine"))
        try await agent.inventory(instruction, memory: 2048)
        #expect(try await bench.node("hand-2").state == "available")
    }

    @Test func aPersonIsNotAskedAgainByAControllerThatWasRestarted() async throws {
        let bench = try await enrolled()
        _ = try await bench.controller.act(.inspect, on: "hand-1", reason: "")
        #expect(try await bench.until { try await bench.controller.explain("hand-1").nextActor.hasPrefix("a person") })
        let before = try await bench.timeline("hand-1").count { $0.contains("a person must act") }
        try bench.restart()
        try await bench.controller.resume()
        try await bench.settle("hand-1")
        #expect(try await bench.controller.explain("hand-1").nextActor.hasPrefix("a person"))
        #expect(try await bench.timeline("hand-1").count { $0.contains("a person must act") } == before)
    }

    @Test func rowsThatLackWhatTheirProtocolNeedsAreRefused() {
        func reasons(_ row: String) -> [String] {
            let head = "name,bmc_protocol,bmc_address,bmc_user,bmc_password\n"
            do {
                _ = try NodeTable(csv: head + row, file: "t.csv")
                return []
            } catch {
                return error.reasons
            }
        }
        #expect(reasons("a,manual,,,").isEmpty)
        #expect(reasons("a,manual,10.0.0.1,,").first?.contains("no bmc_address") == true)
        #expect(reasons("a,webhook,https://x/y,,s").isEmpty)
        #expect(reasons("a,webhook,https://x/y,,") == ["t.csv:2: 'bmc_password' is empty"])
        #expect(reasons("a,webhook,x/y,,s").first?.contains("its URL") == true)
        #expect(reasons("a,webhook,,,s").count == 2)
        #expect(reasons("a,ipmi,10.0.0.1,,s") == ["t.csv:2: 'bmc_user' is empty"])
        #expect(reasons("a,telnet,10.0.0.1,u,s").first?.contains("redfish, ipmi, webhook, manual") == true)
    }
}
