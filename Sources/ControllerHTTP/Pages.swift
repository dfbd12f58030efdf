import FoundationEssentials
import Mustache
import OperatorAPI

/// The pages: what the controller knows, as HTML. The same reports give the same text.
struct Pages: Sendable {
    private let library: MustacheLibrary

    init() throws {
        var library = MustacheLibrary()
        try library.register(PageTemplates.head, named: "head")
        try library.register(PageTemplates.foot, named: "foot")
        try library.register(PageTemplates.login, named: "login")
        try library.register(PageTemplates.rack, named: "rack")
        try library.register(PageTemplates.node, named: "node")
        try library.register(PageTemplates.match, named: "match")
        try library.register(PageTemplates.problem, named: "problem")
        self.library = library
    }

    private func render(_ name: String, _ title: String, _ operator: String?, refreshes: Bool, _ values: [String: Any])
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
        let values: [String: Any] = [
            "counts": counts.sorted { $0.key < $1.key }.map { state, count in
                ["name": state, "count": "\(count)", "tone": Self.tone(state)]
            },
            "nodes": nodes.map(Self.row),
            "runs": runs.reversed().prefix(10).map { run in
                var values: [String: Any] = [
                    "id": run.id,
                    "generation": "\(run.generation)" + (run.runbook.map { ", runbook \($0.name)" } ?? ""),
                    "state": run.state,
                    "tone": Self.tone(run.state),
                    "reason": run.reason ?? "",
                    "wave": "\(min(run.wave + 1, run.waves)) of \(run.waves)",
                    "started": Self.ago(run.startedAt, now: now),
                    "members": run.nodes.map { member in
                        [
                            "name": member.name, "state": member.state, "detail": member.detail,
                            "tone": Self.tone(member.state),
                        ]
                    },
                ]
                values["approval"] = run.waitsForApproval
                return values
            },
        ]
        return render("rack", "Rack", `operator`, refreshes: true, values)
    }

    /// Everything about one node.
    func node(_ explanation: NodeExplanation, _ timeline: [TimelineItem], operator: String, now: Double) -> String {
        let summary = explanation.summary
        var facts: [(String, String?)] = [
            ("Evidence", summary.evidence),
            ("Next to act", explanation.nextActor),
            ("In this state", "since \(Self.ago(explanation.enteredAt, now: now))"),
            ("Deadline", explanation.deadline.map { Self.ahead($0, now: now) }),
            ("Attempts left", "\(explanation.attemptsLeft)"),
            ("What can be done", explanation.legal.joined(separator: ", ")),
            ("Agent", explanation.agent),
            ("Role", summary.role),
            ("Plan generation", "\(summary.generation)"),
            ("Address", summary.address),
            ("BMC", summary.bmc),
            ("Progress", summary.progress),
            ("Maintenance", summary.maintenance),
            ("Quarantined", summary.quarantined),
            (
                "Hardware",
                explanation.drift.map { $0.isEmpty ? "as at the inspection before" : $0.joined(separator: "; ") }
            ),
            ("Id", summary.id),
        ]
        facts.removeAll { $0.1?.isEmpty ?? true }
        var values: [String: Any] = [
            "node": Self.row(summary),
            "facts": facts.map { ["name": $0.0, "value": $0.1 ?? ""] },
            "hasLastFailure": !explanation.lastFailure.isEmpty,
            "lastFailure": explanation.lastFailure,
            "timeline": timeline.reversed().map { item in
                ["at": Self.clock(item.at), "source": item.source, "text": item.text]
            },
        ]
        if let failure = explanation.failure { values["failure"] = failure }
        return render("node", summary.name, `operator`, refreshes: true, values)
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
                var values: [String: Any] = ["name": node.name, "role": role, "verdicts": verdicts]
                if let remark = node.remark { values["remark"] = remark }
                return values
            },
        ]
        return render("match", "Match", `operator`, refreshes: true, values)
    }

    private static func row(_ node: NodeSummary) -> [String: Any] {
        var values: [String: Any] = [
            "name": node.name,
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

    /// The colour of a state, of a node or of a run.
    private static func tone(_ state: String) -> String {
        switch state.prefix(while: \.isLetter) {
        case "active", "succeeded", "done": "good"
        case "verifying", "inspecting", "deploying", "servicing", "testing", "running", "started": "busy"
        case "rolled", "stopped": "warn"
        case "failed": "bad"
        default: "rest"
        }
    }

    static func ago(_ instant: Double, now: Double) -> String {
        "\(duration(now - instant)) ago"
    }

    private static func ahead(_ instant: Double, now: Double) -> String {
        instant > now ? "in \(duration(instant - now))" : "passed \(duration(now - instant)) ago"
    }

    private static func duration(_ seconds: Double) -> String {
        let seconds = Int(max(0, min(seconds, 1e12)))
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    private static func clock(_ instant: Double) -> String {
        Date(timeIntervalSince1970: max(0, min(instant, 1e11))).formatted(.iso8601)
    }
}
