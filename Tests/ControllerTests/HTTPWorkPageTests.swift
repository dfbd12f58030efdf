import HTTPTypes
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// The pages of runs, plans and runbooks.
@Suite struct HTTPWorkPageTests {
    private static let hostile = "<script>alert(\"1\")</script>&'"

    private func expectEscaped(_ page: String) {
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;"))
    }

    private func run(_ state: String, _ members: [(name: String, wave: Int, state: String)]) -> RunReport {
        RunReport(
            id: "run-3",
            generation: 3,
            state: state,
            reason: nil,
            startedAt: 40,
            endedAt: state == "running" ? nil : 100,
            wave: 1,
            waves: 2,
            waitsForApproval: state == "running",
            nodes: members.map {
                .init(name: $0.name, id: "id-\($0.name)", wave: $0.wave, state: $0.state, detail: "why")
            }
        )
    }

    @Test func aRunShowsItsNodesByWaveWithLinksAndReasons() throws {
        var run = run("running", [("n1", 0, "done"), ("n2", 0, "rolled-back"), ("n3", 1, "pending")])
        run.runbook = .init(
            name: "greet",
            parameters: ["words": "\"hi\""],
            check: true,
            by: "ada",
            leftOut: ["n9 is left out"]
        )
        let page = try Pages().run(run, operator: "ada", now: 100)
        for text in [
            "Wave 1 <span class=\"dim\">1 done, 1 rolled-back</span>", "Wave 2 <span class=\"dim\">1 pending</span>",
            "<a href=\"/nodes/id-n2\">n2</a>", "<a href=\"/plans/3\">3</a>", "<a href=\"/runbooks/greet\">greet</a>",
            "1 of 3 rolled back: n2 (why)", "words=&quot;hi&quot;", "n9 is left out", "rackwright run approve run-3",
            "changes nothing", "http-equiv=\"refresh\"",
        ] {
            #expect(page.contains(text), "\(text) in\n\(page)")
        }
    }

    @Test func aSuccessWithLossesIsMarkedAndLooksAtItselfNoMore() throws {
        let ended = run("succeeded", [("n1", 0, "done"), ("n2", 1, "failed")])
        let page = try Pages().run(ended, operator: "ada", now: 100)
        #expect(page.contains("<span class=\"state warn\">succeeded</span>"))
        #expect(!page.contains("http-equiv=\"refresh\"") && !page.contains("waits for approval"))
        let list = try Pages().runs([ended], operator: "ada", now: 100)
        #expect(list.contains("<a href=\"/runs/run-3\">run-3</a>") && list.contains("1 of 2 failed: n2 (why)"))
        let good = try Pages().runs([run("succeeded", [("n1", 0, "done")])], operator: "ada", now: 100)
        #expect(good.contains("<span class=\"state good\">succeeded</span>"))
    }

    @Test func aPlanSaysWhatBecomesOfItsNodesAndWhetherItWasApplied() throws {
        let plan = PlanReport(
            generation: 3,
            parent: 2,
            createdAt: 10,
            nodes: [
                .init(
                    name: "n1",
                    id: "id-1",
                    role: "web",
                    operation: "upgrade",
                    image: "debian-13",
                    disk: "sda",
                    changes: ["web: version 1 to 2"],
                    steps: ["step 1 web: files /etc/web"]
                )
            ],
            unchanged: ["n2"],
            waves: [["n1"]],
            notes: ["n2: keeps its image"]
        )
        let fresh = try Pages().plan(plan, nil, operator: "ada", now: 100)
        for text in [
            "<a href=\"/nodes/id-1\">n1</a>", "web: version 1 to 2", "step 1 web: files /etc/web",
            "image debian-13, disk sda",
            "n2: keeps its image", "rackwright apply 3", "not applied", "<a href=\"/plans/2\">plan 2</a>",
            "web, wave 1",
        ] {
            #expect(fresh.contains(text), "\(text) in\n\(fresh)")
        }
        let applied = try Pages().plan(plan, run("failed", [("n1", 0, "failed")]), operator: "ada", now: 100)
        #expect(applied.contains("<a href=\"/runs/run-3\">run-3</a>") && !applied.contains("not applied"))
        let summaries = [
            PlanSummary(generation: 3, createdAt: 10, operations: ["upgrade": 1], unchanged: 1),
            PlanSummary(generation: 4, createdAt: 90, operations: ["runbook": 2], unchanged: 0, runbook: "greet"),
        ]
        let list = try Pages().plans(summaries, [run("failed", [])], operator: "ada", now: 100)
        #expect(list.contains("1 upgrade") && list.contains("<a href=\"/runbooks/greet\">runbook greet</a>"))
        #expect(list.contains("<a href=\"/runs/run-3\">run-3</a> <span class=\"state bad\">failed</span>"))
    }

    private static func runbook(_ text: String) -> RunbookReport {
        RunbookReport(
            name: text,
            description: text,
            roles: [text],
            parameters: [
                .init(name: text, type: "string", fallback: text, description: text, constraints: [text]),
                .init(name: "token", type: "secret", fallback: "hush-hush", description: nil, constraints: []),
            ],
            rollout: text,
            tasks: [text],
            rollbackTasks: [text]
        )
    }

    @Test func aRunbookIsShownWithItsParametersAndNoSecret() throws {
        var runbook = Self.runbook("greet")
        runbook.parameters.append(
            .init(name: "words", type: "string", fallback: nil, description: nil, constraints: [])
        )
        let page = try Pages().runbook(runbook, [], operator: "ada", now: 0)
        #expect(!page.contains("hush-hush"))
        #expect(page.contains("rackwright secret set greet.token"))
        #expect(page.contains("rackwright runbook run greet --set words=…") && page.contains("It was not run lately"))
        let list = try Pages().runbooks([runbook], operator: "ada")
        #expect(list.contains("<a href=\"/runbooks/greet\">greet</a>") && list.contains("greet, token, words"))
        #expect(!list.contains("hush-hush"))
    }

    @Test func whateverIsWrittenInThemIsEscaped() throws {
        let pages = try Pages()
        var run = run("running", [(Self.hostile, 0, Self.hostile)])
        (run.id, run.reason, run.nodes[0].detail) = (Self.hostile, Self.hostile, Self.hostile)
        run.runbook = .init(
            name: Self.hostile,
            parameters: [Self.hostile: Self.hostile],
            check: false,
            by: Self.hostile,
            leftOut: [Self.hostile]
        )
        expectEscaped(pages.run(run, operator: Self.hostile, now: 0))
        expectEscaped(pages.runs([run], operator: Self.hostile, now: 0))
        let plan = PlanReport(
            generation: 1,
            parent: 0,
            createdAt: 0,
            runbook: Self.hostile,
            nodes: [
                .init(
                    name: Self.hostile,
                    role: Self.hostile,
                    operation: Self.hostile,
                    image: Self.hostile,
                    disk: Self.hostile,
                    changes: [Self.hostile],
                    steps: [Self.hostile]
                )
            ],
            unchanged: [Self.hostile],
            waves: [[Self.hostile]],
            notes: [Self.hostile]
        )
        expectEscaped(pages.plan(plan, run, operator: "ada", now: 0))
        let summary = PlanSummary(
            generation: 1,
            createdAt: 0,
            operations: [Self.hostile: 1],
            unchanged: 0,
            runbook: Self.hostile
        )
        expectEscaped(pages.plans([summary], [run], operator: "ada", now: 0))
        expectEscaped(pages.runbooks([Self.runbook(Self.hostile)], operator: "ada"))
        expectEscaped(pages.runbook(Self.runbook(Self.hostile), [run], operator: "ada", now: 0))
    }

    @Test func emptyListsSayWhatToDo() throws {
        let pages = try Pages()
        #expect(pages.runs([], operator: "ada", now: 0).contains("Nothing was applied yet"))
        #expect(pages.plans([], [], operator: "ada", now: 0).contains("rackwright plan"))
        #expect(pages.runbooks([], operator: "ada").contains("runbooks/"))
    }

    /// The pages of a controller at work, each found by a link of another.
    @Test func thePagesLeadToEachOther() async throws {
        let bench = try Bench()
        _ = try await Fleet.deployed(bench)
        bench.runbooks.withLock { $0 = ["look.yaml": "name: look\nroles: [worker]\ntasks: [{name: see, command: ls}]"] }
        _ = try await bench.controller.start(runbook: "look", StartRunbook(nodes: ["node-2"]), by: "ada")
        _ = try await bench.controller.stop(run: "run-2", reason: "lunch")
        let controller = try bench.controller
        let sessions = Mutex<String?>(nil)
        let probe = try await RouteProbe(controller) { operators, router in
            sessions.withLock { $0 = operators.door.sessions.open(for: "ada") }
            PageRoutes(controller: controller, door: operators.door, pages: try Pages(), now: { bench.now }).add(
                to: router
            )
        }
        let session = try #require(sessions.withLock { $0 })
        func page(_ path: String) async throws -> String {
            let (status, body) = try await probe.answer(.get, path, "", token: nil, session: session)
            #expect(status == 200, "\(path)")
            return String(decoding: body, as: UTF8.self)
        }
        var seen: Set<String> = []
        var next = ["/"]
        while let path = next.popLast() {
            guard seen.insert(path).inserted else { continue }
            let text = try await page(path)
            next += text.split(separator: "<a href=\"").dropFirst().compactMap { $0.split(separator: "\"").first }.map(
                String.init
            )
        }
        let ids = try await controller.nodes().map(\.id)
        for path in [
            "/runs", "/runs/run-1", "/runs/run-2", "/plans", "/plans/1", "/plans/2", "/runbooks", "/runbooks/look",
            "/nodes/node-2", "/nodes/node-2/timeline",
        ] + ids.map({ "/nodes/\($0)" }) {
            #expect(seen.contains(path), "\(path) among \(seen.sorted())")
        }
        let node = try await page("/nodes/node-2")
        #expect(node.contains("/runs/run-2") && node.contains("/runs/run-1"))
        #expect(try await !page("/nodes/node-1").contains("/runs/run-2"), "it was not in that run")
        #expect(try await page("/runs/run-2").contains("lunch"))
        let (status, body) = try await probe.answer(.get, "/runs/run-9", "", token: nil, session: session)
        #expect(status == 404 && String(decoding: body, as: UTF8.self).contains("there is no run"))
        let stranger = try await probe.answer(.get, "/plans/1", "", token: nil)
        #expect(String(decoding: stranger.body, as: UTF8.self).contains("Log in"))
    }
}
