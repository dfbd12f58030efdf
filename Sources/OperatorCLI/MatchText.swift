public import OperatorAPI

/// Matches as text for people.
public enum MatchText {
    /// The roles first, with what they lack and how they are spread, then for every node and role why or why not.
    public static func match(_ report: MatchReport, _ look: Appearance) -> String {
        var table = Table("ROLE", "WANTED", "MISSING", "ASSIGNED")
        for role in report.roles {
            let wanted =
                role.maximum.map { $0 == role.minimum ? "\($0)" : "\(role.minimum) to \($0)" }
                ?? "\(role.minimum) or more"
            table.add(
                "\(role.name)",
                "\(wanted)",
                Table.Cell(role.missing == 0 ? "-" : "\(role.missing)", role.missing == 0 ? nil : .red),
                "\(role.assigned.isEmpty ? "-" : role.assigned.joined(separator: ", "))"
            )
        }
        var lines = report.roles.isEmpty ? ["the catalogue has no roles"] : table.lines(look)
        let remarks = (report.roles.compactMap(\.lack) + report.roles.compactMap(\.spreading)).map(\.oneLine)
        if !remarks.isEmpty { lines += [""] + remarks }
        for node in report.nodes {
            lines.append("")
            lines.append(
                look.tinted(node.name.oneLine, .bold) + (node.role.map { " becomes \($0.oneLine)" } ?? " gets no role")
            )
            if let remark = node.remark { lines.append("  " + look.tinted(remark.oneLine, .yellow)) }
            for verdict in node.verdicts {
                let score = verdict.qualifies ? "qualifies (score \(verdict.score))" : "does not qualify"
                lines.append("  \(verdict.role.oneLine): " + look.tinted(score, verdict.qualifies ? .green : .red))
                for failure in verdict.failures {
                    lines.append("    \(failure.requirement.oneLine): \(failure.observed.oneLine)")
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The match that there would be, and at the end what differs from now.
    public static func whatIf(_ report: WhatIfReport, _ look: Appearance) -> String {
        var lines = [match(report.match, look), ""]
        for change in report.changes {
            let (now, then) = (change.now ?? "no role", change.then ?? "no role")
            lines.append("\(look.tinted(change.node.oneLine, .bold)): \(now.oneLine) -> \(then.oneLine)")
        }
        if report.changes.isEmpty { lines.append("no node that is there changes its role") }
        return lines.joined(separator: "\n")
    }
}
