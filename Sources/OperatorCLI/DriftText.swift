public import InventoryDrift
public import OperatorAPI

/// Comparisons of inventories as text for people.
public enum DriftText {
    public static func drift(_ report: DriftReport, _ look: Appearance) -> String {
        let times = "inspected at \(look.clock(report.at)), compared with \(look.clock(report.baselineAt))"
        var lines = ["\(report.node.oneLine), \(times)"]
        guard !report.findings.isEmpty else { return lines[0] + ": nothing changed" }
        var table = Table("SEVERITY", "PART", "CHANGE")
        for finding in report.findings {
            table.add(
                Table.Cell(finding.severity, tint(finding.severity)),
                "\(finding.part)",
                "\(finding.change)"
            )
        }
        lines += ["", table.text(look)]
        return lines.joined(separator: "\n")
    }

    private static func tint(_ severity: String) -> Tint? {
        switch severity {
        case "block": .red
        case "warning": .yellow
        default: nil
        }
    }

    public static func differences(_ list: [Difference], _ before: String, _ after: String, _ look: Appearance)
        -> String
    {
        guard !list.isEmpty else { return "\(before.oneLine) and \(after.oneLine) do not differ" }
        var table = Table("FIELD", before.oneLine, after.oneLine)
        for difference in list {
            table.add("\(difference.path)", "\(difference.before ?? "-")", "\(difference.after ?? "-")")
        }
        return table.text(look)
    }

    public static func outliers(_ list: [(role: String, outlier: Outlier)], roles: Int, _ look: Appearance) -> String {
        guard !list.isEmpty else {
            return roles == 0 ? "no role has three nodes with inventories" : "no node stands out in its role"
        }
        var table = Table("ROLE", "NODE", "FACT", "VALUE", "USUAL")
        for (role, outlier) in list {
            table.add(
                "\(role)",
                "\(outlier.node)",
                "\(outlier.fact)",
                "\(outlier.value)",
                "\(outlier.usual) (\(outlier.count) of \(outlier.total))"
            )
        }
        return table.text(look)
    }
}
