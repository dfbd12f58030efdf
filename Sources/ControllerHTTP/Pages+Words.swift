import FoundationEssentials
import OperatorAPI

/// What is written the same way on all pages.
extension Pages {
    /// Where a page is; by a node's id where it may have another name by now.
    static func href(node: String) -> String { "/nodes/" + OperatorPath.segment(node) }
    static func href(run: String) -> String { "/runs/" + OperatorPath.segment(run) }
    static func href(plan: Int) -> String { "/plans/\(plan)" }
    static func href(runbook: String) -> String { "/runbooks/" + OperatorPath.segment(runbook) }

    /// A name, its value and where the value leads; without a value there is no fact.
    typealias Fact = (name: String, value: String?, href: String?)

    static func facts(_ facts: [Fact]) -> [[String: Any]] {
        facts.compactMap { fact in
            guard let value = fact.value, !value.isEmpty else { return nil }
            return ["name": fact.name, "value": value, "link": fact.href.map { [$0] } ?? []]
        }
    }

    /// The colour of a state, of a node or of a run.
    static func tone(_ state: String) -> String {
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

    static func ahead(_ instant: Double, now: Double) -> String {
        instant > now ? "in \(duration(instant - now))" : "passed \(duration(now - instant)) ago"
    }

    static func duration(_ seconds: Double) -> String {
        let seconds = Int(max(0, min(seconds, 1e12)))
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    static func clock(_ instant: Double) -> String {
        Date(timeIntervalSince1970: max(0, min(instant, 1e11))).formatted(.iso8601)
    }
}
