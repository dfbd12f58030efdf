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
            lines += changes(of: node, look)
            for rule in node.rules {
                lines.append("  rule \(rule.rule): \(rule.matches ? "is for it" : "is not for it")".oneLine)
                lines += rule.failures.map { "    \($0.requirement.oneLine): \($0.observed.oneLine)" }
            }
        }
        let changed = report.nodes.count { !$0.changes.isEmpty }
        lines += lines.isEmpty ? ["no nodes"] : ["", "\(changed) of \(report.nodes.count) nodes would change"]
        return lines.joined(separator: "\n")
    }

    /// What rules made of nodes, or would; nodes of which nothing is to be said are left out.
    public static func applied(_ report: RulesReport, dryRun: Bool, _ look: Appearance) -> String {
        var lines: [String] = []
        for node in report.nodes where !node.changes.isEmpty || !node.remarks.isEmpty {
            lines.append(look.tinted(node.name.oneLine, .bold))
            lines += changes(of: node, look)
        }
        let changed = report.nodes.count { !$0.changes.isEmpty }
        let end = dryRun ? "would change" : changed == 1 ? "has changed" : "have changed"
        return (lines + ["\(changed) of \(report.nodes.count) nodes \(end)"]).joined(separator: "\n")
    }

    private static func changes(of node: RulesReport.Node, _ look: Appearance) -> [String] {
        let changes = node.changes.map { change in
            let rule = change.rule.map { " (rule '\($0)')" } ?? ""
            let words = "\(change.what): \(change.before ?? "none") -> \(change.after ?? "none")\(rule)"
            return "  " + look.tinted(words.oneLine, .green)
        }
        return changes + node.remarks.map { "  " + look.tinted($0.oneLine, .yellow) }
    }
}
