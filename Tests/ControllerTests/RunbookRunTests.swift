import AgentAPI
import Crypto
import FoundationEssentials
import HTTPTypes
import Jinja
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

@Suite struct RunbookRunTests {
    private static let greet = """
        name: greet
        roles: [worker]
        parameters: {words: {type: string}, token: {type: secret}}
        rollout: {canary: 1, batch: 1, max_failed: 0}
        tasks:
          - {name: greet, copy: {content: "{{ words }} {{ token }}", dest: /etc/motd}}
        """
    private static let token = "hush-hush-1"

    /// A deployed fleet and a runbook with a secret.
    private func deployed(_ text: String = Self.greet) async throws -> (bench: Bench, agents: [TestAgent]) {
        let bench = try Bench()
        let agents = try await Fleet.deployed(bench)
        bench.runbooks.withLock { $0 = ["greet.yaml": text] }
        _ = try await bench.controller.setSecret("greet.token", SetSecret(value: Self.token))
        return (bench, agents)
    }

    private func start(_ bench: Bench, _ request: StartRunbook = StartRunbook(parameters: ["words": "hello"]))
        async throws -> RunReport
    {
        try await bench.controller.start(runbook: "greet", request, by: "ada")
    }

    private func bundle(_ instruction: Instruction, _ bench: Bench) throws -> Bundle {
        guard case .run(let signed) = instruction.action else { throw CancellationError() }
        return try signed.verified(with: try bench.controller.signingKey.publicKey)
    }

    private func reasons(_ body: () async throws -> Void) async -> [String] {
        do {
            try await body()
            return []
        } catch let problem as ControllerProblem {
            return problem.reasons
        } catch {
            return ["\(error)"]
        }
    }

    @Test func itGoesOverTheNodesInWavesAndLeavesThemWhatTheyWere() async throws {
        let (bench, agents) = try await deployed()
        let run = try await start(bench)
        #expect(run.id == "run-2" && run.generation == 2 && run.waves == 2)
        #expect(run.runbook?.name == "greet" && run.runbook?.by == "ada")
        #expect(run.runbook?.parameters == ["words": "\"hello\""])
        let evidence = try await bench.node("node-2").evidence
        #expect(evidence == "runbook greet (generation 2) began")
        #expect(try await bench.node("node-2").state == "servicing")
        #expect(try await bench.node("node-3").state == "active", "its wave has not come")
        let given = try await agents[1].call(.host)
        let found = try bundle(given, bench)
        #expect(found.variables["services"]?["greet"] == ["words": "hello", "token": .string(Self.token)])
        #expect(found.steps.map(\.service) == ["greet"])
        try await agents[1].succeed(given)
        let node = try await bench.node("node-2")
        #expect(node.state == "active" && node.evidence == "runbook greet (generation 2) is done")
        #expect(node.generation == 2, "so that the agent never goes back")
        try await agents[2].succeed(try await agents[2].call(.host))
        #expect(try await bench.controller.run("latest").state == "succeeded")
        #expect(try await bench.controller.makePlan().nodes == [], "nothing is left to do")
        bench.webVersion.withLock { $0 = "2" }
        let plan = try await bench.controller.makePlan()
        #expect(plan.generation == 3 && plan.parent == 2)
        #expect(plan.nodes.map(\.operation) == ["upgrade", "upgrade"])
        _ = try await bench.controller.apply(3)
        #expect(try bundle(try await agents[1].call(.host), bench).generation == 3)
    }

    @Test func whoStartedItWithWhatIsOnTheTimelineWithoutSecrets() async throws {
        let (bench, agents) = try await deployed()
        _ = try await start(bench, StartRunbook(parameters: ["words": "hello\nworld"], check: true))
        try await agents[1].succeed(try await agents[1].call(.host))
        let lines = try await bench.timeline("node-2")
        #expect(lines.contains("run-2: ada runs the runbook greet with words=\"hello\\nworld\", in check mode"))
        #expect(!lines.contains { $0.contains(Self.token) })
        #expect(try await bench.timeline("node-1").allSatisfy { !$0.contains("runbook") }, "it is no worker")
        let said = "\(try await bench.controller.run("run-2")) \(try await bench.controller.plan(2))"
        #expect(!said.contains(Self.token))
        for file in try FileManager.default.contentsOfDirectory(atPath: bench.folder) where file.hasPrefix("store") {
            let octets = try Data(contentsOf: URL(filePath: bench.folder + "/" + file))
            #expect(octets.firstRange(of: Data(Self.token.utf8)) == nil, "\(file)")
        }
        #expect(
            await reasons { _ = try await bench.controller.removeSecret("greet.token") } == [
                "run run-2 is under way and uses the secret 'greet.token'"
            ]
        )
    }

    @Test func secretsOfServicesAreKeptOutOfWhatItPrintsAndNotToldToIt() async throws {
        let bench = try Bench()
        bench.webHasSecret.withLock { $0 = true }
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: "of-the-web-9"))
        let agents = try await Fleet.deployed(bench)
        bench.runbooks.withLock { $0 = ["look.yaml": "name: look\nroles: [worker]\ntasks: [{command: ls}]"] }
        // A value that is not on the nodes yet stands in no runbook's way.
        _ = try await bench.controller.setSecret("web.password", SetSecret(value: "another-one-9"))
        _ = try await bench.controller.start(runbook: "look", StartRunbook(), by: "ada")
        let found = try bundle(try await agents[1].call(.host), bench)
        #expect(found.secrets == ["of-the-web-9"])
        #expect(!found.variables.json().contains("of-the-web-9"))
    }

    @Test func aControllerThatIsRestartedInTheMiddleGoesOn() async throws {
        let (bench, agents) = try await deployed()
        _ = try await start(bench)
        let given = try await agents[1].call(.host)
        try bench.restart()
        try await bench.controller.resume()
        try await bench.controller.tick()
        #expect(try await agents[1].call(.host) == given, "the same instruction is carried out once")
        try await agents[1].succeed(given)
        try bench.restart()
        try await bench.controller.resume()
        try await bench.controller.tick()
        #expect(try await bench.node("node-3").state == "servicing")
        try await agents[2].succeed(try await agents[2].call(.host))
        let run = try await bench.controller.run("latest")
        #expect(run.state == "succeeded" && run.runbook?.name == "greet")
    }

    @Test func theTagsThatWereChosenOutliveARestartAndAreShown() async throws {
        let (bench, agents) = try await deployed(Self.greet + "\n  - {name: rare, command: ls, tags: [never, rare]}")
        _ = try await start(
            bench,
            StartRunbook(parameters: ["words": "hi"], tags: ["rare", "untagged"], skipTags: ["always"])
        )
        try bench.restart()
        try await bench.controller.resume()
        try await bench.controller.tick()
        let found = try bundle(try await agents[1].call(.host), bench)
        guard case .tasks(let tasks)? = found.steps.first?.work else { throw CancellationError() }
        #expect(tasks.map(\.name) == ["greet", "rare"])
        let run = try await bench.controller.run("latest")
        #expect(run.runbook?.tags == ["rare", "untagged"] && run.runbook?.skipTags == ["always"])
        let words = "run-2: ada runs the runbook greet with words=\"hi\", tags rare, untagged, without tags always"
        #expect(try await bench.timeline("node-2").contains(words))
        #expect(
            await reasons { _ = try await start(bench, StartRunbook(parameters: ["words": "hi"], tags: ["rar"])) }
                .contains { $0.contains("run-2") },
            "one at a time"
        )
    }

    /// The controller dies at each of its transactions, and what is there then is whole.
    @Test(arguments: 0...6)
    func aControllerThatDiesAtTheStartLeavesAllOfItOrNothing(writes: Int) async throws {
        let (bench, agents) = try await deployed()
        bench.die(afterWrites: writes)
        _ = try? await start(bench)
        try bench.restart()
        try await bench.controller.resume()
        let runs = try await bench.controller.runs().filter { $0.runbook != nil }
        if runs.isEmpty { _ = try await start(bench) }
        try await bench.controller.tick()
        for agent in agents[1...] { try await agent.succeed(try await agent.call(.host)) }
        #expect(try await bench.controller.run("latest").state == "succeeded")
        #expect(try await bench.timeline("node-2").count { $0.contains("runs the runbook") } == 1)
    }

    @Test func twoRunsAtOnceAreRefusedEitherWay() async throws {
        let (bench, agents) = try await deployed()
        bench.webVersion.withLock { $0 = "2" }
        _ = try await bench.controller.makePlan()
        let run = try await start(bench)
        #expect(run.generation == 3)
        let busy = "run run-3 of runbook 'greet' is still under way; wait for it or stop it"
        #expect(await reasons { _ = try await start(bench) } == [busy])
        #expect(await reasons { _ = try await bench.controller.apply(2) } == [busy])
        for agent in agents[1...] { try await agent.succeed(try await agent.call(.host)) }
        #expect(
            await reasons { _ = try await bench.controller.apply(2) } == [
                "runbook 'greet' (generation 3) was run after plan 2 was made; make a new plan"
            ]
        )
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.apply(4)
        #expect(
            await reasons { _ = try await start(bench) } == ["run run-4 is still under way; wait for it or stop it"]
        )
        // Stopped, its canary goes on: a node at work is no runbook's.
        _ = try await bench.controller.stop(run: "run-4", reason: "")
        let only = StartRunbook(nodes: ["node-2"], parameters: ["words": "x"])
        #expect(
            await reasons { _ = try await start(bench, only) } == [
                "node-2: it is servicing, and a runbook is for nodes that do their work"
            ]
        )
        let rest = try await start(bench)
        #expect(rest.nodes.map(\.name) == ["node-3"])
        #expect(rest.runbook?.leftOut == ["node-2 is left out: it is servicing"])
    }

    @Test func whereItFailedAndPutBackWhatItChangedTheNodeIsActiveAndTheRunStops() async throws {
        let (bench, agents) = try await deployed()
        _ = try await start(bench)
        let given = try await agents[1].call(.host)
        let failure = InstructionReport.Failure(
            reason: "step 1 of greet, greet: no space",
            step: 1,
            service: "greet",
            task: "greet",
            rolledBack: true
        )
        let report = InstructionReport(instruction: given.id, outcome: .failed(failure))
        try await bench.controller.takeReport(report, from: agents[1].id)
        let node = try await bench.node("node-2")
        #expect(node.state == "active" && node.generation == 1)
        #expect(
            node.evidence == "runbook greet (generation 2) failed and was rolled back: step 1 of greet, greet: no space"
        )
        let run = try await bench.controller.run("latest")
        #expect(run.state == "failed" && run.nodes.map(\.state) == ["rolled-back", "pending"])
        #expect(try await bench.node("node-3").state == "active")
        let again = try await start(bench)
        #expect(again.generation == 3, "it may be started again")
    }

    @Test func whereItFailedAndLeftThingsAsTheyAreAnOperatorTriesItAgain() async throws {
        let (bench, agents) = try await deployed()
        _ = try await start(bench)
        try await agents[1].fail(try await agents[1].call(.host), "no space")
        #expect(try await bench.node("node-2").state == "failed(servicing)")
        #expect(try await bench.controller.run("latest").state == "failed")
        _ = try await bench.controller.act(.retry, on: "node-2", reason: "")
        try await agents[1].succeed(try await agents[1].call(.host))
        let node = try await bench.node("node-2")
        #expect(node.state == "active" && node.evidence == "runbook greet (generation 2) is done")
    }

    @Test func anOperatorGivesItUpOnANode() async throws {
        let (bench, agents) = try await deployed()
        _ = try await start(bench)
        let given = try await agents[1].call(.host)
        _ = try await bench.controller.act(.abort, on: "node-2", reason: "")
        #expect(try await bench.node("node-2").evidence.hasPrefix("runbook greet was aborted by the operator"))
        guard case .stop(given.id) = try await agents[1].call(.host, busyWith: given.id).action else {
            Issue.record("its agent is told to stop")
            return
        }
        #expect(try await bench.controller.makePlan().nodes == [])
        _ = try await agents[1].call(.host, generation: 2)
        #expect(try await bench.node("node-2").generation == 2, "it had come to its end before it heard of that")
        #expect(try await bench.controller.makePlan().nodes == [])
    }

    @Test func operatorsStartItOverHTTPByTheirToken() async throws {
        let (bench, _) = try await deployed()
        let probe = try await RouteProbe(bench.controller) { _, _ in }
        let body = "{\"nodes\": [\"node-3\"], \"parameters\": {\"words\": \"hi\"}, \"check\": false}"
        let path = OperatorPath.start(runbook: "greet")
        #expect(try await probe.answer(.post, path, body, token: nil).status == 401)
        let unknown = OperatorPath.start(runbook: "grete")
        #expect(try await probe.answer(.post, unknown, body, token: probe.token).status == 404)
        let (status, answer) = try await probe.answer(.post, path, body, token: probe.token)
        #expect(status == 201)
        let run = try JSONDecoder().decode(RunReport.self, from: answer)
        #expect(run.runbook?.by == "ada" && run.nodes.map(\.name) == ["node-3"])
        let list = try await probe.answer(.get, OperatorPath.runbooks, "", token: probe.token)
        let all = try JSONDecoder().decode([RunbookReport].self, from: list.body)
        #expect(all.map(\.name) == ["check-workers", "greet"])
        let one = try await probe.answer(.get, OperatorPath.runbook("greet"), "", token: probe.token)
        #expect(try JSONDecoder().decode(RunbookReport.self, from: one.body) == all[1])
        #expect(try await probe.answer(.get, OperatorPath.runbook("grete"), "", token: probe.token).status == 404)
    }
}
