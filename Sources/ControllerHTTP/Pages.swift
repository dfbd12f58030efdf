import FoundationEssentials
import Mustache
import OperatorAPI

/// The pages: what the controller knows, as HTML. The same reports give the same text.
struct Pages: Sendable {
    private let library: MustacheLibrary

    init() throws {
        var library = MustacheLibrary()
        for (name, template) in PageTemplates.all { try library.register(template, named: name) }
        self.library = library
    }

    func render(_ name: String, _ title: String, _ operator: String?, refreshes: Bool, _ values: [String: Any])
        -> String
    {
        var values = values
        values["title"] = title
        values["refreshes"] = refreshes
        if let `operator` { values["operator"] = `operator` }
        return library.render(values, withTemplate: name) ?? ""
    }

    func login(problem: String?) -> String {
        render("login", "Log in", nil, refreshes: false, problem.map { ["problem": $0] } ?? [:])
    }

    func problem(_ title: String, _ reasons: [String], operator: String?) -> String {
        render("problem", title, `operator`, refreshes: true, ["reasons": reasons])
    }

    /// The whole rack at a glance.
    func rack(_ nodes: [NodeSummary], _ runs: [RunReport], operator: String, now: Double) -> String {
        var counts: [String: Int] = [:]
        for node in nodes { counts[node.state, default: 0] += 1 }
        var values: [String: Any] = [
            "counts": counts.sorted { $0.key < $1.key }.map { state, count in
                ["name": state, "count": "\(count)", "tone": Self.tone(state)]
            },
            "nodes": nodes.map(Self.row),
        ]
        values.merge(Self.rows(runs, now: now)) { _, new in new }
        return render("rack", "Rack", `operator`, refreshes: true, values)
    }

    /// Everything about one node.
    func node(_ explanation: NodeExplanation, _ runs: [RunReport], operator: String, now: Double) -> String {
        let summary = explanation.summary
        let facts: [Fact] = [
            ("Evidence", summary.evidence, nil),
            ("Next to act", explanation.nextActor, nil),
            ("In this state", "since \(Self.ago(explanation.enteredAt, now: now))", nil),
            ("Deadline", explanation.deadline.map { Self.ahead($0, now: now) }, nil),
            ("Attempts left", "\(explanation.attemptsLeft)", nil),
            ("What can be done", explanation.legal.joined(separator: ", "), nil),
            ("Agent", explanation.agent, nil),
            ("Role", summary.role, nil),
            (
                "Plan generation", summary.generation == 0 ? nil : "\(summary.generation)",
                Self.href(plan: summary.generation)
            ),
            ("Address", summary.address, nil),
            ("BMC", summary.bmc, nil),
            ("Progress", summary.progress, nil),
            ("Maintenance", summary.maintenance, nil),
            ("Quarantined", summary.quarantined, nil),
            (
                "Hardware",
                explanation.drift.map { $0.isEmpty ? "as at the inspection before" : $0.joined(separator: "; ") }, nil
            ),
            ("Was called", explanation.formerNames?.reversed().joined(separator: ", "), nil),
            ("Id", summary.id, nil),
        ]
        var values: [String: Any] = [
            "node": Self.row(summary),
            "facts": Self.facts(facts),
            "hasLastFailure": !explanation.lastFailure.isEmpty,
            "lastFailure": explanation.lastFailure,
            "timeline": Self.rows(explanation.timeline),
        ]
        values.merge(Self.rows(runs, now: now, none: "It was in no run lately.")) { _, new in new }
        if let failure = explanation.failure { values["failure"] = failure }
        return render("node", summary.name, `operator`, refreshes: true, values)
    }

    /// All that happened to a node, the newest first.
    func timeline(_ node: NodeSummary, _ items: [TimelineItem], operator: String) -> String {
        let values: [String: Any] = ["node": Self.row(node), "timeline": Self.rows(items)]
        return render("timeline", "Timeline of \(node.name)", `operator`, refreshes: false, values)
    }

    private static func rows(_ items: [TimelineItem]) -> [[String: String]] {
        items.reversed().map { ["at": clock($0.at), "source": $0.source, "text": $0.text] }
    }

    /// Which node gets which role, and why not another.
    func match(_ report: MatchReport, operator: String) -> String {
        let values: [String: Any] = [
            "roles": report.roles.map { role in
                [
                    "name": role.name,
                    "wanted": role.maximum.map { $0 == role.minimum ? "\($0)" : "\(role.minimum) to \($0)" }
                        ?? "\(role.minimum) or more",
                    "assigned": role.assigned.joined(separator: ", "),
                    "missing": "\(role.missing)",
                    "tone": role.missing == 0 ? "good" : "bad",
                ]
            },
            "lacks": report.roles.compactMap(\.lack),
            "spreads": report.roles.compactMap(\.spreading),
            "nodes": report.nodes.map { node in
                let verdicts: [[String: Any]] = node.verdicts.map { verdict in
                    [
                        "role": verdict.role,
                        "score": verdict.qualifies ? "score \(verdict.score)" : "does not qualify",
                        "tone": verdict.qualifies ? "good" : "bad",
                        "failures": verdict.failures.map {
                            ["requirement": $0.requirement, "observed": $0.observed]
                        },
                    ]
                }
                let role = node.role.map { "becomes \($0)" } ?? "gets no role"
                var values: [String: Any] = [
                    "name": node.name, "href": Self.href(node: node.name), "role": role, "verdicts": verdicts,
                ]
                if let remark = node.remark { values["remark"] = remark }
                return values
            },
        ]
        return render("match", "Match", `operator`, refreshes: true, values)
    }

    private static func row(_ node: NodeSummary) -> [String: Any] {
        var values: [String: Any] = [
            "name": node.name,
            "href": Self.href(node: node.name),
            "state": node.state,
            "tone": tone(node.state),
            "role": node.role ?? "",
            "generation": node.generation == 0 ? "" : "\(node.generation)",
            "address": node.address ?? "",
            "place": [node.rack, node.unit].compactMap(\.self).joined(separator: " / "),
            "bmc": node.bmc,
            "progress": node.progress ?? "",
            "evidence": node.evidence,
        ]
        if node.quarantined != nil {
            values["flag"] = "quarantined"
        } else if node.maintenance != nil {
            values["flag"] = "maintenance"
        }
        if let progress = node.progress {
            // `image 42 %`: the number before the percent sign.
            let words = progress.split(separator: " ")
            if words.last == "%", let percent = words.dropLast().last.flatMap({ Int($0) }) {
                values["percent"] = "\(percent)"
            }
        }
        return values
    }
}
