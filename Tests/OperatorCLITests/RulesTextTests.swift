import OperatorAPI
import OperatorCLI
import Testing

@Suite struct RulesTextTests {
    @Test func aReplaySaysWhatWouldChangeAndWhichConditionDoesNotHold() {
        let report = RulesReport(nodes: [
            RulesReport.Node(
                name: "node-1",
                changes: [RulesReport.Change(what: "rack", before: nil, after: "r1\u{1B}[2J", rule: "place")],
                rules: [RulesReport.Verdict(rule: "place", matches: true, failures: [])],
                remarks: ["rule 'late': rack r2: rule 'place' comes first with r1"]
            ),
            RulesReport.Node(
                name: "node-2",
                changes: [],
                rules: [
                    RulesReport.Verdict(
                        rule: "place",
                        matches: false,
                        failures: [MatchReport.Failure(requirement: "cpu.threads >= 8", observed: "cpu.threads is 2")]
                    )
                ],
                remarks: []
            ),
        ])
        let text = RulesText.report(report, Samples.look)
        #expect(!text.contains("\u{1B}"))
        for line in [
            "node-1: 1 change", "  rule 'late': rack r2: rule 'place' comes first with r1", "  rule place: is for it",
            "node-2: nothing would change", "  rule place: is not for it", "    cpu.threads >= 8: cpu.threads is 2",
            "1 of 2 nodes would change",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)\n\(text)")
        }
    }

    @Test func whatWasAppliedIsSaidOfNodesThatChanged() {
        let change = RulesReport.Change(what: "rack", before: "r1", after: "r2\u{1B}[2J", rule: "place")
        let report = RulesReport(nodes: [
            RulesReport.Node(name: "node-1", changes: [change], rules: [], remarks: []),
            RulesReport.Node(name: "node-2", changes: [], rules: [], remarks: []),
            RulesReport.Node(name: "node-3", changes: [], rules: [], remarks: ["it is not inspected yet"]),
        ])
        let text = RulesText.applied(report, dryRun: false, Samples.look)
        #expect(!text.contains("\u{1B}") && !text.contains("node-2"))
        #expect(text.contains("  rack: r1 -> r2") && text.contains("node-3\n  it is not inspected yet"))
        #expect(text.hasSuffix("1 of 3 nodes has changed"))
        #expect(RulesText.applied(report, dryRun: true, Samples.look).hasSuffix("1 of 3 nodes would change"))
    }
}
