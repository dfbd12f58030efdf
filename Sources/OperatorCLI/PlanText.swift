public import OperatorAPI

/// Plans as text for people.
public enum PlanText {
    public static func list(_ plans: [PlanSummary], _ look: Appearance) -> String {
        guard !plans.isEmpty else { return "no plans yet: rackwright plan" }
        var table = Table("PLAN", "MADE", "FOR", "NODES", "UNCHANGED")
        for plan in plans {
            table.add(
                "\(plan.generation)",
                "\(look.clock(plan.createdAt))",
                "\(plan.runbook.map { "runbook \($0)" } ?? "what nodes are made of")",
                "\(plan.words)",
                "\(plan.unchanged)"
            )
        }
        return table.text(look)
    }

    /// What every node becomes. `isFresh` says at the end how to go on.
    public static func plan(_ plan: PlanReport, isFresh: Bool, _ look: Appearance) -> String {
        let notes = (plan.notes ?? []).map { look.tinted("note", .yellow) + ": " + $0.oneLine }
        guard !plan.nodes.isEmpty else {
            let kept = plan.unchanged.map(\.oneLine).joined(separator: ", ")
            return ((kept.isEmpty ? [] : ["unchanged: \(kept)"]) + notes + ["nothing to do"]).joined(separator: "\n")
        }
        let parent = plan.parent == 0 ? "" : ", after generation \(plan.parent)"
        var lines = [look.tinted("plan generation \(plan.generation)", .bold) + parent]
        for node in plan.nodes {
            let tint: Tint = node.operation == "deploy" ? .green : .yellow
            lines.append("")
            lines.append(
                look.tinted(node.operation.oneLine, tint) + " " + look.tinted(node.name.oneLine, .bold)
                    + " as \(node.role.oneLine)"
            )
            lines.append("  image    \(node.image.oneLine)")
            if let disk = node.disk { lines.append("  disk     \(disk.oneLine)") }
            for (index, change) in node.changes.enumerated() {
                lines.append((index == 0 ? "  changes  " : "           ") + change.oneLine)
            }
            for (index, step) in node.steps.enumerated() {
                lines.append((index == 0 ? "  steps    " : "           ") + step.oneLine)
            }
        }
        lines.append("")
        if !plan.unchanged.isEmpty {
            lines.append("unchanged: \(plan.unchanged.map(\.oneLine).joined(separator: ", "))")
        }
        lines += notes
        for (index, wave) in plan.waves.enumerated() {
            lines.append("wave \(index + 1): \(wave.map(\.oneLine).joined(separator: ", "))")
        }
        if isFresh { lines.append("apply it with: rackwright apply \(plan.generation)") }
        return lines.joined(separator: "\n")
    }
}
