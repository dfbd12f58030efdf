import OperatorAPI
import OperatorCLI
import Testing

struct NodeTextTests {
    @Test func aListIsAlignedWithoutColoursOrTrailingSpaces() {
        var first = Samples.node("n1", "active")
        first.role = "compute"
        first.generation = 3
        first.rack = "r1"
        first.unit = "12"
        first.power = "on"
        var second = Samples.node("controller-2", "deploying", evidence: "writing", progress: "image 42 %")
        second.power = "off"
        second.powerProblem = "no answer in time"
        #expect(
            NodeText.list([first, second], Samples.look) == """
                NODE          STATE      POWER  ROLE     GEN  ADDRESS  PLACE  EVIDENCE
                n1            active     on     compute  3    -        r1/12  as expected
                controller-2  deploying  off?   -        -    -        -      image 42 %; writing
                """
        )
    }

    @Test func coloursDoNotDisturbTheColumnsAndTheWidthIsKept() {
        var look = Samples.look
        let nodes = [Samples.node("n1", "failed(deploying)", evidence: String(repeating: "long ", count: 40))]
        look.hasColors = true
        look.width = 80
        let lines = NodeText.list(nodes, look).split(separator: "\n")
        #expect(lines[1].contains("\u{1B}[31mfailed(deploying)\u{1B}[0m"))
        look.hasColors = false
        #expect(NodeText.list(nodes, look).split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func whatAMachineReportsCannotSteerTheTerminal() {
        let hostile = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31m\u{202E}x\r\ny"
        let node = Samples.node("n1", "active", evidence: hostile)
        var texts = [NodeText.list([node], Samples.look)]
        let item = TimelineItem(number: 1, at: Samples.noon, source: "agent\u{1B}", text: hostile)
        texts.append(NodeText.timeline(item, Samples.look))
        let explanation = NodeExplanation(
            summary: node,
            enteredAt: Samples.noon,
            nextActor: hostile,
            legal: [],
            attemptsLeft: 0,
            failure: hostile,
            lastFailure: [hostile],
            inventory: hostile,
            drift: [hostile],
            events: Samples.events(hostile),
            timeline: [item]
        )
        texts.append(NodeText.explanation(explanation, Samples.look))
        texts.append(BMCEventsText.report(Samples.events(hostile), Samples.look))
        texts.append(BMCEventsText.test(BMCEventTest(node: hostile, arrived: false, text: hostile), Samples.look))
        for text in texts {
            #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 32 || (127..<160).contains($0.value)) })
            #expect(!text.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func anExplanationSaysWhoActsNextUntilWhenAndWhatFailed() {
        var summary = Samples.node("n1", "failed(deploying)", evidence: "step 2 failed")
        summary.role = "web"
        summary.quarantined = "rolled back twice"
        let text = NodeText.explanation(
            NodeExplanation(
                summary: summary,
                enteredAt: Samples.noon - 185,
                deadline: Samples.noon + 1800,
                nextActor: "operator: rackwright node retry or abort",
                legal: ["retry", "abort"],
                attemptsLeft: 2,
                agent: "host, 3 s ago",
                failure: "the image's digest is wrong",
                lastFailure: ["step 2 web", "dnf: no such package\nexit 1"],
                drift: ["disk S1 is gone (block)"],
                timeline: [TimelineItem(number: 7, at: Samples.noon - 60, source: "agent", text: "step 2 failed")]
            ),
            Samples.look
        )
        for line in [
            "n1 is failed(deploying), role web", "  since       11:56:55 (3m)", "  deadline    12:30:00 (in 30m)",
            "  who is next operator: rackwright node retry or abort", "  allowed     retry, abort",
            "  quarantined rolled back twice", "  the image's digest is wrong", "  | dnf: no such package",
            "  | exit 1", "hardware, since the inspection before", "  disk S1 is gone (block)",
            "  11:59:00  agent       step 2 failed",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) in\n\(text)")
        }
    }

    @Test func attemptsAreSaidOnlyWhereTheyMean() {
        func says(_ state: String, _ left: Int) -> Bool {
            let explanation = NodeExplanation(
                summary: Samples.node("n1", state),
                enteredAt: Samples.noon,
                nextActor: "operator",
                legal: [],
                attemptsLeft: left,
                timeline: []
            )
            return NodeText.explanation(explanation, Samples.look).contains("  attempts    \(left) left")
        }
        #expect(!says("active", 0))
        #expect(!says("enroll", 0))
        #expect(says("deploying(writing)", 0))
        #expect(says("failed(deploying)", 0))
    }

    @Test func anotherNameIsSaidWithWhatHasTheOldOneStill() {
        let report = RenameReport(
            before: "n1",
            node: Samples.node("web-1", "active"),
            remarks: ["its installed system keeps the host name 'n1'"]
        )
        #expect(
            NodeText.renamed(report, Samples.look) == """
                n1 is now web-1: active
                note: its installed system keeps the host name 'n1'
                """
        )
        var explanation = NodeExplanation(
            summary: report.node,
            enteredAt: Samples.noon,
            nextActor: "nobody",
            legal: [],
            attemptsLeft: 0,
            formerNames: ["n0", "n1"],
            timeline: []
        )
        #expect(NodeText.explanation(explanation, Samples.look).contains("  was called  n1, n0\n"))
        explanation.formerNames = nil
        #expect(!NodeText.explanation(explanation, Samples.look).contains("was called"))
    }

    @Test func aListAsJSONAlwaysHasTheRole() throws {
        var second = Samples.node("n2", "active")
        second.role = "web"
        let text = try JSONText.of(nodes: [Samples.node("n1", "enroll"), second])
        #expect(text.contains("\"role\" : null"))
        #expect(text.contains("\"role\" : \"web\""))
        #expect(text.contains("\"generation\" : 0"))
        #expect(text.hasPrefix("["))
    }
}
