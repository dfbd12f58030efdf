public import OperatorAPI

/// What rules would make of nodes as text for people.
public enum RulesText {
    /// For each node what would be otherwise, which rules are for it, and which condition of the others does not hold.
    public static func report(_ report: RulesReport, _ look: Appearance) -> String {
        var lines: [String] = []
        for node in report.nodes {
            if !lines.isEmpty { lines.append("") }
            let count = node.changes.count
            let head = count == 0 ? "nothing would change" : "\(count) change\(count == 1 ? "" : "s")"
            lines.append(look.tinted(node.name.oneLine, .bold) + ": " + head)
            for change in node.changes {
                let rule = change.rule.map { " (rule '\($0)')" } ?? ""
                let words = "\(change.what): \(change.before ?? "none") -> \(change.after ?? "none")\(rule)"
                lines.append("  " + look.tinted(words.oneLine, .green))
            }
            lines += node.remarks.map { "  " + look.tinted($0.oneLine, .yellow) }
            for rule in node.rules {
                lines.append("  rule \(rule.rule): \(rule.matches ? "is for it" : "is not for it")".oneLine)
                lines += rule.failures.map { "    \($0.requirement.oneLine): \($0.observed.oneLine)" }
            }
        }
        let changed = report.nodes.count { !$0.changes.isEmpty }
        lines += lines.isEmpty ? ["no nodes"] : ["", "\(changed) of \(report.nodes.count) nodes would change"]
        return lines.joined(separator: "\n")
    }
}
