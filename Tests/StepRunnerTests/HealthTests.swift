import AgentAPI
import Jinja
import OrderedCollections
import Testing

@testable import StepRunner

@Suite struct HealthTests {
    private func check(_ bench: Bench, _ probe: HealthCheck.Probe) async -> InstructionReport.Failure? {
        let step = BundleStep(
            number: 5,
            service: "web",
            work: .health([HealthCheck(probe: probe, interval: 2, deadline: 5)])
        )
        return await bench.run(bundle("h", [step], variables: ["path": "v3"])).failure
    }

    @Test func aServiceThatComesUpInTimeIsHealthy() async throws {
        let bench = try Bench()
        let server = try LoopbackServer([
            LoopbackServer.answer("503 Service Unavailable", "starting"),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwel\r\n4;x=y\r\ncome\r\n0\r\n\r\n",
        ])
        let failure = await check(bench, .http(url: server.url + "/{{ path }}", contains: "welcome"))
        #expect(failure == nil)
        #expect(bench.clock.now() == 1002)
    }

    @Test func theFailureSaysWhatWasSeenLast() async throws {
        let server = try LoopbackServer([LoopbackServer.answer("500 Internal Server Error", "no database")])
        let status = try await check(Bench(), .http(url: server.url, contains: nil))
        #expect(status?.reason.contains("it answered 500 Internal Server Error: no database") == true)
        #expect(status?.step == 5)
        let text = try LoopbackServer([LoopbackServer.answer("200 OK", "it works")])
        let body = try await check(Bench(), .http(url: text.url, contains: "welcome"))
        #expect(body?.reason.contains("it answered 200, but without 'welcome': it works") == true)
        text.stop()
        let refused = try await check(Bench(), .tcp(host: "127.0.0.1", port: 1))
        #expect(refused?.reason.contains("127.0.0.1:1: Connection refused") == true)
        let command = try await check(Bench(), .command(["sh", "-c", "echo broken; exit 2"]))
        #expect(command?.reason.contains("it ended with 2: broken") == true)
    }

    @Test func aPortThatAcceptsIsHealthy() async throws {
        let server = try LoopbackServer([""])
        #expect(try await check(Bench(), .tcp(host: "localhost", port: server.port)) == nil)
    }

    @Test func uriGivesStatusContentAndJSON() async throws {
        let bench = try Bench()
        let json = LoopbackServer.answer(
            "201 Created",
            "{\"a\": [1]}",
            "Content-Type: application/json\r\nX-Request-Id: 7\r\n"
        )
        let server = try LoopbackServer([json])
        let arguments: Value = [
            "url": .string(server.url), "method": "POST", "body": ["x": 1], "body_format": "json",
            "status_code": [200, 201],
            "return_content": true,
        ]
        let outcome = await bench.tasks([
            task("post", "uri", arguments) { $0.register = "r" },
            task(
                "check",
                "assert",
                ["that": ["r.status == 201", "r.json.a[0] == 1", "r.x_request_id == '7'", "'a' in r.content"]]
            ),
            task("port", "wait_for", ["port": .int(server.port)]),
            task("bad", "uri", ["url": .string(server.url)]),
        ])
        #expect(outcome.failure?.reason.contains("Status code was 201 and not [200]") == true, "\(outcome)")
    }

    @Test(arguments: ["https://x", "http://", "http://x:port/", "http://a b/", "ftp://x"])
    func whatIsNotAnHTTPURLIsRefused(url: String) {
        #expect(throws: ConnectionError.self) { try HTTPTarget(url) }
    }

    @Test func aURLHasItsParts() throws {
        let target = try HTTPTarget("http://[::1]:8080/a?b#c")
        #expect((target.host, target.port, target.path) == ("::1", 8080, "/a?b"))
        #expect(try HTTPTarget("http://web?x").path == "/?x")
    }
}
