import AgentAPI
import Boot
import FoundationEssentials
import HTTPTypes
import Matching
import Octets
import OperatorAPI
import Store
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// A node gets another name, and all that is known of it stays its own.
@Suite struct RenameTests {
    @discardableResult
    private func rename(_ bench: Bench, _ old: String = "node-2", to new: String = "web-1", reason: String = "")
        async throws -> RenameReport
    {
        try await bench.controller.rename(old, RenameNode(name: new, reason: reason), by: "ada")
    }

    private func reasons(_ body: () async throws -> Void) async throws -> [String] {
        do {
            try await body()
            return []
        } catch let problem as ControllerProblem {
            return problem.reasons
        }
    }

    @Test func whoRenamedItIsOnItsTimelineWhichStaysItsOwn() async throws {
        let bench = try await Bench.enrolled()
        let before = try await bench.node("node-2")
        let report = try await rename(bench, reason: "new\nowner")
        #expect(report.before == "node-2" && report.node.name == "web-1" && report.node.id == before.id)
        #expect(report.remarks.isEmpty, "nothing is installed, and the catalogue says nothing of either name")
        let lines = try await bench.timeline("web-1")
        #expect(lines.first == "enrolled from nodes.csv")
        #expect(lines.last == "ada renamed it: node-2 is now web-1 (new owner)")
        #expect(try await bench.controller.explain(before.id).summary.name == "web-1")
        #expect(try await bench.controller.explain("web-1").formerNames == ["node-2"])
        #expect(try await bench.controller.nodes().map(\.name) == ["node-1", "node-3", "web-1"])
        #expect(
            try await reasons { _ = try await bench.controller.explain("node-2") } == [
                "there is no node 'node-2' any more; web-1 was called so"
            ]
        )
        try await rename(bench, "web-1", to: "node-2")
        #expect(try await bench.controller.explain("node-2").formerNames == ["web-1"])
    }

    @Test func itsAgentAndItsConsoleGoOnUnderTheNewName() async throws {
        let bench = try Bench()
        var agents = try await Fleet.deployed(bench)
        let attachment = try await bench.controller.attachConsole(of: "node-3", operator: "ada")
        let report = try await rename(bench, "node-3", to: "web-1")
        #expect(
            report.remarks == [
                "its installed system keeps the host name 'node-3' until it is deployed again or a service sets it",
                "services that list nodes are told of it by a plan (rackwright plan); its own files follow when a plan changes it",
            ]
        )
        let input = ConsoleInput(data: Data("kept\r".utf8))
        try await bench.controller.typeIntoConsole(of: "node-3", attachment: attachment.id, input)
        #expect(
            try await bench.until {
                let octets = try await bench.controller.consoleRecord(of: "web-1", limit: 1000)
                return String(decoding: octets, as: UTF8.self).contains("KEPT")
            }
        )
        _ = try await bench.controller.detachConsole(of: "node-3", attachment: attachment.id)
        let old = agents[2]
        agents[2] = try await TestAgent(bench, "web-1", mac: old.mac)
        #expect(agents[2].id == old.id)
        guard case .wait = try await agents[2].call(.host).action else {
            Issue.record("its agent is not let in, or told to do something")
            return
        }
        bench.webVersion.withLock { $0 = "2" }
        let plan = try await bench.controller.makePlan()
        #expect(plan.nodes.map(\.name) == ["node-1", "node-2", "web-1"], "the first is only told of the name")
        _ = try await bench.controller.apply(plan.generation)
        let run = try await bench.controller.run("latest")
        #expect(run.nodes.contains { $0.name == "web-1" })
    }

    @Test func aNameIsRefusedAsAtEnrolment() async throws {
        let bench = try await Bench.enrolled()
        for name in ["", "-a", "a.b", "ü", String(repeating: "a", count: 64)] {
            let said = try await reasons { try await rename(bench, to: name) }
            #expect(said.first?.contains("may have up to 63 letters, digits and inner '-' only") == true, "\(name)")
        }
        #expect(
            try await reasons { try await rename(bench, to: "Node-3") } == [
                "the name 'Node-3' is taken by node 'node-3' (manageable, BMC redfish://10.0.0.3): "
                    + "choose another, or rename or delete that one first"
            ]
        )
        let id = try await bench.node("node-3").id
        #expect(try await reasons { try await rename(bench, to: id) }.first?.contains("is taken by") == true)
        #expect(try await reasons { try await rename(bench, to: "node-2") } == ["node-2 is called so already"])
        #expect(try await reasons { try await rename(bench, "node-9", to: "a") }.first?.contains("no node") == true)
        try await rename(bench, to: "NODE-2")
        let csv = "name,bmc_protocol,bmc_address,bmc_user,bmc_password\nnode-2,ipmi,10.0.0.9,u,p\n"
        #expect(
            try await reasons { _ = try await bench.controller.enroll(EnrollNodes(file: "n.csv", csv: csv)) } == [
                "n.csv:2: a node 'NODE-2' is already enrolled (BMC 10.0.0.2)"
            ]
        )
    }

    @Test func aNodeThatAPlanIsCarriedOutOnKeepsItsName() async throws {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        bench.webVersion.withLock { $0 = "2" }
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(2)
        for name in ["node-2", "node-3"] {
            #expect(
                try await reasons { try await rename(bench, name) } == [
                    "\(name) is part of run run-2, which is under way; rename it after that: "
                        + "rackwright run wait run-2, or rackwright run stop run-2"
                ]
            )
        }
        try await rename(bench, "node-1", to: "control-1")
        _ = try await bench.controller.stop(run: "run-2", reason: "")
        let busy = try await reasons { try await rename(bench) }
        #expect(busy.first?.hasPrefix("node-2 is servicing by plan 2, which has its name") == true, "\(busy)")
        try await agents[1].fail(try await agents[1].call(.host), "no space")
        let failed = try await reasons { try await rename(bench) }
        #expect(failed.first?.hasPrefix("node-2 is failed(servicing) by plan 2") == true, "it could be tried again")
        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        try await rename(bench)
        #expect(try await bench.controller.run("run-2").nodes.map(\.name) == ["node-2", "node-3"], "as it was then")
        #expect(try await bench.controller.run("run-2").nodes.first?.id == agents[1].id)
    }

    @Test func aPlanWithTheOldNameIsRefusedAndSaidToBe() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        _ = try await bench.controller.makePlan()
        let report = try await rename(bench)
        #expect(
            report.remarks == ["plan 1, which was not applied, has the old name and is refused now: rackwright plan"]
        )
        #expect(
            try await reasons { _ = try await bench.controller.apply(1) } == [
                "node-2 was renamed to web-1 after plan 1 was made; make a new plan"
            ]
        )
        let plan = try await bench.controller.makePlan()
        #expect(plan.nodes.map(\.name) == ["node-1", "node-3", "web-1"])
        _ = try await bench.controller.enroll(
            EnrollNodes(file: "more.csv", csv: "name,bmc_protocol,bmc_address,bmc_user,bmc_password\nx,manual,,,\n")
        )
        #expect(try await rename(bench, "x", to: "y").remarks.isEmpty, "no plan speaks of it")
        _ = try await bench.controller.apply(plan.generation)
    }

    @Test func aPlanThatOnlyTellsOthersOfTheNodeIsRefusedToo() async throws {
        let bench = try Bench()
        _ = try await Fleet.deployed(bench)
        bench.webVersion.withLock { $0 = "2" }
        let plan = try await bench.controller.makePlan()
        #expect(plan.unchanged == ["node-1"])
        try await rename(bench, "node-1", to: "control-1")
        try await rename(bench, "control-1", to: "control-2")
        #expect(
            try await reasons { _ = try await bench.controller.apply(plan.generation) } == [
                "control-1 was renamed to control-2 after plan 2 was made; make a new plan"
            ]
        )
    }

    @Test func aPlanThatIsBeingMadeMeanwhileIsNotKept() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        bench.beforeWrites.withLock { $0 = [{ try await rename(bench) }] }
        #expect(
            try await reasons { _ = try await bench.controller.makePlan() } == [
                "node-2 was renamed to web-1 just now; make the plan again"
            ]
        )
        #expect(try await bench.controller.makePlan().generation == 1)
    }

    @Test func aControllerThatDiesMeanwhileHasDoneAllOfItOrNothing() async throws {
        let bench = try await Bench.enrolled()
        bench.die(afterWrites: 0)
        _ = try? await rename(bench)
        try bench.restart()
        #expect(try await bench.node("node-2").name == "node-2")
        #expect(try await bench.timeline("node-2").allSatisfy { !$0.contains("renamed") })
        bench.die(afterWrites: 1)
        try await rename(bench)
        try bench.restart()
        #expect(try await bench.timeline("web-1").last == "ada renamed it: node-2 is now web-1")
    }

    @Test func whatTheCatalogueSaysOfEitherNameIsToldWithItsPlace() async throws {
        let bench = try await Bench.enrolled()
        bench.network.withLock {
            $0 = """
                name: internal
                cidr: 172.16.2.0/24
                addresses:
                  node-2: [172.16.2.9]
                  web-1: [172.16.2.8]
                """
        }
        #expect(
            try await rename(bench).remarks == [
                "networks/n.yaml:4:3: network 'internal' gives an address to 'node-2', which no node is called any more",
                "networks/n.yaml:5:3: network 'internal' gives an address to 'web-1': from the next plan on it is this one",
            ]
        )
        bench.network.withLock { $0 = "name: [" }
        #expect(
            try await rename(bench, "web-1", to: "web-2").remarks == [
                "the catalogue cannot be read: whether it says something of 'web-1' is not known"
            ]
        )
    }

    @Test func aMachineThatNobodyEnrolledIsNamedByItsRow() async throws {
        let bench = try Bench()
        try bench.restart(discovery: true)
        let mac = try #require(MACAddress("52:54:00:00:00:99"))
        let request = BootRequest(mac: mac, firmware: .uefiX64, stage: .iPXE, transport: .http)
        let id = try #require(await bench.controller.discover(request))
        let name = try await bench.node(id).name
        let said = try await reasons { try await rename(bench, name, to: "web-1") }
        #expect(said.first?.contains("by a row of a CSV that has the name 'web-1' and its MAC") == true, "\(said)")
    }

    @Test func anOperatorsNameIsNoRulesAnyMore() async throws {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        try await bench.controller.store.write { transaction in
            var record = try transaction.node(named: "node-2")
            record.ruled = RuledRecord(name: .init("node-2", by: "by-rack"))
            try transaction.put(.node, record.id, encoding: record)
        }
        #expect(try await rename(bench).remarks == ["rule 'by-rack' does not name it any more"])
        bench.rules.withLock { $0 = ["r.yaml": "name: by-rack\nactions: {name: r1-a}\n"] }
        _ = try await bench.controller.applyRules(ApplyRules(nodes: ["web-1"]))
        #expect(try await bench.controller.nodes().contains { $0.name == "web-1" })
    }

    @Test func operatorsDoItOverHTTPByTheirToken() async throws {
        let bench = try await Bench.enrolled()
        let probe = try await RouteProbe(bench.controller) { _, _ in }
        let (path, body) = (OperatorPath.rename("node-2"), "{\"name\": \"web-1\", \"reason\": \"\"}")
        #expect(try await probe.answer(.post, path, body, token: nil).status == 401)
        let (status, answer) = try await probe.answer(.post, path, body, token: probe.token)
        #expect(status == 200)
        #expect(try JSONDecoder().decode(RenameReport.self, from: answer).node.name == "web-1")
        #expect(try await bench.timeline("web-1").last?.hasPrefix("ada renamed it") == true)
        #expect(try await probe.answer(.post, path, body, token: probe.token).status == 404)
        let taken = try await probe.answer(.post, OperatorPath.rename("node-3"), body, token: probe.token)
        #expect(taken.status == 409)
    }
}
