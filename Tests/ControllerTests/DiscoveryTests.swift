import AgentAPI
import Boot
import Inventory
import Octets
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

@Suite struct DiscoveryTests {
    private let stranger = "52:54:00:00:00:99"

    private func request(_ text: String) throws -> BootRequest {
        BootRequest(mac: try #require(MACAddress(text)), firmware: .uefiX64, stage: .iPXE, transport: .http)
    }

    /// The token in a script that starts the ramdisk.
    private func token(in script: String) -> String? {
        script.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("rackwright.token=") }
            .map { String($0.dropFirst("rackwright.token=".count)) }
    }

    @Test func anUnknownMachineIsLeftAloneUnlessTheCatalogueAllowsDiscovery() async throws {
        let bench = try Bench()
        let script = try await bench.controller.bootScript(for: request(stranger), attempt: 0)
        #expect(token(in: script) == nil)
        #expect(try await bench.controller.nodes().isEmpty)
    }

    @Test func aMachineThatBootsUnaskedIsReportedAndCanBeEnrolled() async throws {
        let bench = try Bench()
        try bench.restart(discovery: true)
        let controller = try bench.controller
        let peer = BootPeer.machine(try #require(MACAddress(stranger)))
        let script = try await controller.bootScript(for: request(stranger), attempt: 0, peer: peer)
        let token = try #require(self.token(in: script))
        let found = try #require(try await controller.nodes().first)
        #expect(found.name == "found-525400000099" && found.state == "enroll" && found.bmc == "none")

        let agent = try await TestAgent(bench, found.name, mac: stranger)
        _ = try await controller.enroll(agent.request(token: token, uuid: "7d1f0a52-0001-4c1e-9d3a-000000000099"))
        let asked = try await agent.call(.ramdisk)
        guard case .sendInventory(checks: .quick?) = asked.action else {
            Issue.record("\(asked)")
            return
        }
        try await agent.inventory(asked, memory: 4096)
        #expect(try await controller.inventory(found.name).memory.total == 4096 << 20)
        guard case .wait = try await agent.call(.ramdisk).action else {
            Issue.record("it is asked for its inventory again and again")
            return
        }
        await #expect(throws: ControllerProblem.self, "its BMC is not known") {
            try await controller.act(.inspect, on: found.name, reason: "")
        }

        // An operator gives it a name and a BMC; what it told of itself stays.
        let csv =
            "name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac\nnew-1,ipmi,10.0.0.9,admin,\(Bench.password),\(stranger)\n"
        let enrolled = try await controller.enroll(EnrollNodes(file: "nodes.csv", csv: csv))
        #expect(enrolled.map(\.id) == [found.id] && enrolled.first?.name == "new-1")
        try await bench.settle("new-1")
        #expect(try await bench.node("new-1").state == "manageable")
        #expect(try await controller.inventory("new-1").memory.total == 4096 << 20)
    }

    @Test func theBMCThatADiscoveredMachineToldIsEnrolledWithIt() async throws {
        let bench = try Bench()
        try bench.restart(discovery: true)
        let controller = try bench.controller
        let head = "name,bmc_protocol,bmc_address,bmc_user,bmc_password,mac\n"
        let file = EnrollNodes(file: "nodes.csv", csv: head + "new-1,ipmi,,admin,\(Bench.password),\(stranger)\n")
        let refused = await #expect(throws: ControllerProblem.self) { try await controller.enroll(file) }
        #expect(
            refused?.reasons == [
                "nodes.csv:2: 'bmc_address' is empty, and no machine of this name or MAC was discovered"
            ]
        )
        let peer = BootPeer.machine(try #require(MACAddress(stranger)))
        let script = try await controller.bootScript(for: request(stranger), attempt: 0, peer: peer)
        let token = try #require(self.token(in: script))
        let found = try #require(try await controller.nodes().first)
        let agent = try await TestAgent(bench, found.name, mac: stranger)
        _ = try await controller.enroll(agent.request(token: token, uuid: "7d1f0a52-0001-4c1e-9d3a-000000000099"))
        try await agent.inventory(try await agent.call(.ramdisk), memory: 4096, bmc: "10.0.0.9")
        #expect(try await bench.node(found.name).bmc == "found at 10.0.0.9")
        let enrolled = try await controller.enroll(file)
        #expect(enrolled.first?.id == found.id && enrolled.first?.bmc == "ipmi://10.0.0.9")
    }

    @Test func aFloodOfStrangersIsLetInSlowly() async throws {
        let bench = try Bench()
        try bench.restart(discovery: true)
        for number in 0..<60 {
            let digits = (number < 16 ? "0" : "") + String(number, radix: 16)
            _ = try await bench.controller.bootScript(for: request("52:54:00:00:01:" + digits), attempt: 0)
        }
        #expect(try await bench.controller.nodes().count == DiscoveryGate.perMinute)
        _ = try await bench.controller.bootScript(for: request("52:54:00:00:01:00"), attempt: 1)
        #expect(try await bench.controller.nodes().count == DiscoveryGate.perMinute, "one machine is one node")
        bench.clock.withLock { $0 += 61 }
        _ = try await bench.controller.bootScript(for: request("52:54:00:00:02:01"), attempt: 0)
        #expect(try await bench.controller.nodes().count == DiscoveryGate.perMinute + 1)
    }
}
