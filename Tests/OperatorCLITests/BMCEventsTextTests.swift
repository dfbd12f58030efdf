import OperatorAPI
import Testing

@testable import OperatorCLI

/// What BMCs tell by themselves, as text.
struct BMCEventsTextTests {
    @Test func whereEventsComeFromIsSaidInALine() {
        var report = BMCEventsReport(node: "n1", source: .subscribed, since: Samples.noon, checkedAt: Samples.noon)
        #expect(BMCEventsText.source(report, Samples.look).contains("none has come yet"))
        report.lastReceived = Samples.noon
        #expect(BMCEventsText.source(report, Samples.look).contains("the last came "))
        report.source = .polled
        report.reason = "no event service"
        let polled = BMCEventsText.source(report, Samples.look)
        #expect(polled.hasPrefix("the BMC's log is read every few minutes since "))
        #expect(polled.hasSuffix("it sends none: no event service"))
    }

    @Test func criticalEventsStandInTheExplanation() {
        let report = Samples.events("The board burns")
        let explanation = NodeExplanation(
            summary: Samples.node("n1", "active"),
            enteredAt: Samples.noon,
            nextActor: "nobody",
            legal: [],
            attemptsLeft: 0,
            events: report,
            timeline: []
        )
        let text = NodeText.explanation(explanation, Samples.look)
        #expect(text.contains("critical, as its BMC says"))
        #expect(text.contains("The board burns (The board burns)"))
        let table = BMCEventsText.report(report, Samples.look).split(separator: "\n")
        #expect(table.contains { $0.contains("critical") && $0.contains("The board burns (from the log)") })
        #expect(table.last == "the last 1 of 9")
    }

    @Test func aTestSaysWhetherItArrivedAndWhen() {
        let there = BMCEventTest(node: "n1", arrived: true, milliseconds: 42, text: "Test")
        #expect(BMCEventsText.test(there, Samples.look) == "n1: an event arrived after 42 ms: Test")
        let lost = BMCEventTest(node: "n1", arrived: false, text: "nothing came")
        #expect(BMCEventsText.test(lost, Samples.look) == "n1: no event arrived: nothing came")
    }
}
