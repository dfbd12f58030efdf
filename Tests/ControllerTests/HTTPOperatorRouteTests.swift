import FoundationEssentials
import HTTPTypes
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// The operators' routes without a socket.
struct HTTPOperatorRouteTests {
    private let bench: Bench
    private let jobs = JobBoard()
    private let probe: RouteProbe

    private var token: String { probe.token }

    init() async throws {
        bench = try Bench()
        _ = try await Fleet.inspected(bench)
        let (controller, jobs) = (try bench.controller, jobs)
        probe = try await RouteProbe(controller) { operators, router in
            BMCSearchRoutes(controller: controller, jobs: jobs, operators: operators).add(to: router)
        }
    }

    private func answer(_ method: HTTPRequest.Method, _ path: String, _ body: String = "", token: String? = nil)
        async throws -> (status: Int, body: Data)
    {
        try await probe.answer(method, path, body, token: token)
    }

    private func errors(_ data: Data) throws -> [String] {
        try JSONDecoder().decode(APIProblem.self, from: data).errors
    }

    @Test func whatIfIsAnsweredForAnOperator() async throws {
        let question = "{\"without\": [\"node-1\"]}"
        let (status, body) = try await answer(.post, OperatorPath.whatIf, question, token: token)
        #expect(status == 200)
        let report = try JSONDecoder().decode(WhatIfReport.self, from: body)
        #expect(report.match.roles.map(\.missing) == [1, 0])
        #expect(report.changes.first == WhatIfReport.Change(node: "node-1", now: "control", then: nil))
        let plain = try await answer(.get, OperatorPath.match, token: token)
        #expect(try JSONDecoder().decode(MatchReport.self, from: plain.body).nodes.count == 3)
    }

    @Test func whatIfIsRefusedWithTheReason() async throws {
        let question = "{\"without\": [\"node-9\"]}"
        #expect(try await answer(.post, OperatorPath.whatIf, question).status == 401)
        let unknown = try await answer(.post, OperatorPath.whatIf, question, token: token)
        #expect(unknown.status == 400)
        #expect(try errors(unknown.body) == ["there is no node 'node-9' to leave out"])
        let broken = try await answer(.post, OperatorPath.whatIf, "{\"nodes\": [{}]}", token: token)
        #expect(broken.status == 400)
        #expect(try errors(broken.body).first?.contains("nodes") ?? false)
    }

    @Test func aSearchForBMCsIsAJobThatCanBeEnded() async throws {
        let question = try JSONEncoder().encode(
            ScanBMCs(
                ranges: ["10.9.0.0/16"],
                credentials: [.init(name: "a", user: "u", password: "hush")],
                concurrency: 1,
                rate: 1
            )
        )
        let text = String(decoding: question, as: UTF8.self)
        #expect(try await answer(.post, OperatorPath.scans, text).status == 401)
        let (status, body) = try await answer(.post, OperatorPath.scans, text, token: token)
        #expect(status == 202)
        let job = try JSONDecoder().decode(JobReport.self, from: body)
        #expect(!job.finished)
        #expect(try await answer(.delete, OperatorPath.job(job.id), token: token).status == 200)
        #expect(try await bench.until { await jobs.report(job.id)?.finished == true })
        let ended = try #require(await jobs.report(job.id))
        #expect(ended.errors.isEmpty && ended.scan?.addresses == 65_534 && ended.scan?.found.isEmpty == true)
        #expect(try await answer(.delete, OperatorPath.job("job-99"), token: token).status == 404)
        let senseless = try await answer(.post, OperatorPath.scans, text.replacing("10.9", with: "10,9"), token: token)
        #expect(senseless.status == 400)
        #expect(!String(decoding: senseless.body, as: UTF8.self).contains("hush"))
    }

    @Test func whatANodeWouldGetIsShownToAnOperatorAlone() async throws {
        let path = OperatorPath.rendering("node-2")
        #expect(try await answer(.get, path).status == 401)
        let (status, body) = try await answer(.get, path, token: token)
        #expect(status == 200)
        let report = try JSONDecoder().decode(RenderReport.self, from: body)
        #expect(report.role == "worker" && report.operation == "deploy")
        #expect(report.steps.flatMap(\.files).contains { $0.content?.contains("node = node-2") ?? false })
        #expect(try await answer(.get, OperatorPath.rendering("node-9"), token: token).status == 404)
    }

    @Test func plansAreListedForAnOperator() async throws {
        #expect(try await answer(.get, OperatorPath.plans).status == 401)
        _ = try await bench.controller.makePlan()
        _ = try await bench.controller.makePlan()
        func plans(_ query: String) async throws -> [PlanSummary] {
            let (status, body) = try await answer(.get, OperatorPath.plans + query, token: token)
            #expect(status == 200)
            return try JSONDecoder().decode([PlanSummary].self, from: body)
        }
        let all = try await plans("")
        #expect(all.map(\.generation) == [1, 2] && all.first?.operations == ["deploy": 3])
        #expect(try await plans("?limit=1") == all.suffix(1))
    }

    @Test func networksAreShownWithWhoHasWhichAddress() async throws {
        let network = "name: internal\nvlan: 20\ncidr: 172.16.2.0/24\npools: [172.16.2.10-172.16.2.19]"
        bench.network.withLock { $0 = network }
        func networks() async throws -> [NetworkReport] {
            let (status, body) = try await answer(.get, OperatorPath.networks, token: token)
            #expect(status == 200)
            return try JSONDecoder().decode([NetworkReport].self, from: body)
        }
        #expect(try await answer(.get, OperatorPath.networks).status == 401)
        let before = try #require(try await networks().first)
        #expect(before.addresses.isEmpty && before.subnets.first?.free == 10 && before.roles == ["worker"])
        _ = try await bench.controller.makePlan()
        let after = try #require(try await networks().first)
        #expect(after.addresses.map(\.address).first == "172.16.2.10")
        #expect(after.addresses.compactMap(\.node) == after.addresses.compactMap(\.node).sorted())
        #expect(after.subnets.first?.free == 10 - after.addresses.count)
        _ = try await bench.controller.makePlan()
        #expect(try await networks().first == after, "a second plan gives the same")
        // Another plan has other addresses: what the first has is no longer its own.
        bench.network.withLock { $0 = network.replacing("172.16.2", with: "172.16.3") }
        _ = try await bench.controller.makePlan()
        await #expect(throws: ControllerProblem.self) { try await bench.controller.apply(1) }
    }
}
