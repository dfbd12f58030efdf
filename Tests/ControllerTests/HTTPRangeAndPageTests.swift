import OperatorAPI
import Synchronization
import Testing

@testable import ControllerHTTP

struct HTTPRangeTests {
    @Test(arguments: [
        ("bytes=0-0", 0...0), ("bytes=0-", 0...99), ("bytes=90-200", 90...99), ("bytes=-10", 90...99),
        ("bytes=-200", 0...99), ("Bytes=5-7", 5...7), ("bytes=0-99999999999999999999999", 0...99),
    ])
    func aRangeIsCutToTheFile(header: String, expected: ClosedRange<Int>) {
        #expect(ByteRange(header, size: 100) == .part(expected))
    }

    @Test(arguments: ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"])
    func aRangePastTheEndCannotBeSatisfied(header: String) {
        #expect(ByteRange(header, size: 100) == .unsatisfiable)
    }

    @Test(arguments: [
        nil, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=+1-2", "lines=1-2", "bytes=1-2,4-5",
    ])
    func whatIsNoSingleRangeMeansTheWholeFile(header: String?) {
        #expect(ByteRange(header, size: 100) == .whole)
    }

    @Test func anEmptyFileHasNoRange() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", size: 0) == .unsatisfiable)
    }
}

struct HTTPPageTests {
    private static let hostile = "<script>alert(\"1\")</script>&'"

    private func node(_ name: String) -> NodeSummary {
        NodeSummary(
            id: "1",
            name: name,
            state: "deploying",
            role: name,
            generation: 3,
            address: name,
            rack: name,
            unit: "4",
            bmc: name,
            maintenance: name,
            evidence: name,
            progress: "image 42 %"
        )
    }

    private func expectEscaped(_ page: String) {
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;"))
    }

    @Test func whateverANodeSaysIsEscaped() throws {
        let pages = try Pages()
        let run = RunReport(
            id: Self.hostile,
            generation: 1,
            state: "running",
            reason: Self.hostile,
            startedAt: 0,
            endedAt: nil,
            wave: 1,
            waves: 2,
            waitsForApproval: true,
            nodes: [.init(name: Self.hostile, wave: 0, state: "started", detail: Self.hostile)]
        )
        let rack = pages.rack([node(Self.hostile)], [run], operator: Self.hostile, now: 100)
        expectEscaped(rack)
        #expect(rack.contains("value=\"42\""))
        #expect(rack.contains("waits for approval"))
        let explanation = NodeExplanation(
            summary: node(Self.hostile),
            enteredAt: 0,
            deadline: 200,
            nextActor: Self.hostile,
            legal: [Self.hostile],
            attemptsLeft: 1,
            failure: Self.hostile,
            lastFailure: [Self.hostile],
            formerNames: [Self.hostile],
            timeline: [TimelineItem(number: 1, at: 1e9, source: Self.hostile, text: Self.hostile)]
        )
        let page = pages.node(explanation, [run], operator: "ada", now: 100)
        expectEscaped(page)
        expectEscaped(pages.timeline(explanation.summary, explanation.timeline, operator: "ada"))
        #expect(page.contains("2001-09-09T01:46:40Z"))
        #expect(page.contains("in 100 s"))
        let verdict = MatchReport.VerdictReport(
            role: Self.hostile,
            qualifies: false,
            score: 0,
            failures: [.init(requirement: Self.hostile, observed: "0")]
        )
        let report = MatchReport(
            roles: [
                .init(
                    name: Self.hostile,
                    minimum: 1,
                    maximum: nil,
                    assigned: [Self.hostile],
                    missing: 1,
                    shortage: .init(obstacles: [.init(requirement: Self.hostile, nodes: [Self.hostile])]),
                    spread: .init(over: "rack", nodes: [Self.hostile: 1])
                )
            ],
            nodes: [
                .init(name: Self.hostile, role: nil, remark: "only its BMC told " + Self.hostile, verdicts: [verdict])
            ]
        )
        let match = pages.match(report, operator: "ada")
        expectEscaped(match)
        #expect(match.contains("lacks 1 node; 1 node fails only"), "the reasons of the command stand on the page")
        #expect(match.contains("over 1 rack: 1 in"))
        #expect(match.contains("only its BMC told "))
        expectEscaped(pages.login(problem: Self.hostile))
        expectEscaped(pages.problem("Not Found", [Self.hostile], operator: "ada"))
    }

    @Test func anEmptyRackSaysWhatToDo() throws {
        let page = try Pages().rack([], [], operator: "ada", now: 0)
        #expect(page.contains("No nodes yet"))
        #expect(page.contains("Nothing was applied yet"))
    }
}

struct HTTPSessionTests {
    @Test func aSessionEndsWhenItsTimeIsOver() {
        let clock = Clock()
        let sessions = SessionBoard { clock.now.withLock { $0 } }
        let id = sessions.open(for: "ada")
        #expect(id.count == 64)
        #expect(sessions.name(id) == "ada")
        #expect(sessions.name(cookies: "a=b; \(SessionBoard.cookie)=\(id)") == "ada")
        #expect(sessions.name(cookies: "\(SessionBoard.cookie)=") == nil)
        #expect(sessions.name(cookies: nil) == nil)
        #expect(sessions.name(cookies: "x\(SessionBoard.cookie)=\(id)") == nil)
        clock.now.withLock { $0 = SessionBoard.duration }
        #expect(sessions.name(id) == nil)
    }

    private final class Clock: Sendable {
        let now = Mutex(0.0)
    }
}

struct HTTPPathTests {
    @Test func namesSurviveTheirWayThroughAPath() {
        let path = OperatorPath.node("a b/ü%:1")
        #expect(path == "/api/v1/nodes/a%20b%2F%C3%BC%25:1")
        #expect(PercentEncoding.decoded(path.dropFirst(OperatorPath.nodes.count + 1)) == "a b/ü%:1")
        #expect(OperatorPath.container("lab/web:1") == "/api/v1/containers/lab/web:1")
        #expect(OperatorPath.timeline(":name") == "/api/v1/nodes/:name/timeline", "a pattern of the router stays one")
    }

    @Test(arguments: ["%", "%4", "%zz", "%ff"])
    func aBrokenEscapeIsRefused(text: String) {
        #expect(PercentEncoding.decoded(text) == nil)
    }

    @Test func aFormGivesItsFirstFields() {
        #expect(PercentEncoding.form(Array("token=a%2Bb+c&token=x&y".utf8)) == ["token": "a+b c", "y": ""])
    }
}
