public import OperatorAPI

/// Runs as text for people.
public enum RunText {
    public static func list(_ runs: [RunReport], _ look: Appearance) -> String {
        guard !runs.isEmpty else { return "no runs yet: rackwright plan, then rackwright apply" }
        var table = Table("RUN", "GEN", "OF", "STATE", "WAVE", "STARTED", "TOOK", "REASON")
        for run in runs {
            let reason = run.waitsForApproval && run.state == "running" ? approval(run) : run.remark ?? ""
            table.add(
                "\(run.id)",
                "\(run.generation)",
                "\(run.runbook.map(RunbookText.words) ?? "plan")",
                Table.Cell(run.state, tint(run)),
                "\(wave(run))",
                "\(look.clock(run.startedAt))",
                "\(Appearance.span(max(0, (run.endedAt ?? look.now) - run.startedAt)))",
                "\(reason)"
            )
        }
        return table.text(look)
    }

    public static func show(_ run: RunReport, _ look: Appearance) -> String {
        let what = run.runbook.map { "runbook \(RunbookText.words($0).oneLine), generation" } ?? "plan generation"
        var lines = [
            look.tinted("run \(run.id.oneLine)", .bold) + " of \(what) \(run.generation): "
                + look.tinted(run.state.oneLine, tint(run)) + losses(run)
        ]
        if let runbook = run.runbook { lines += RunbookText.start(runbook).map { "  " + $0.oneLine } }
        if run.state != "succeeded", let remark = run.remark { lines += remark.cleanLines.map { "  " + $0 } }
        let took = Appearance.span(max(0, (run.endedAt ?? look.now) - run.startedAt))
        lines.append("  started \(look.clock(run.startedAt)), " + (run.endedAt == nil ? "for \(took)" : "took \(took)"))
        if run.state == "running" {
            lines.append("  wave \(wave(run))" + (run.waitsForApproval ? ": \(approval(run))" : ""))
        }
        var table = Table("NODE", "WAVE", "STATE", "DETAIL")
        for node in run.nodes {
            table.add(
                "\(node.name)",
                "\(node.wave + 1)",
                Table.Cell(node.state, Appearance.tint(state: node.state)),
                "\(node.detail)"
            )
        }
        return (lines + [""] + table.lines(look)).joined(separator: "\n")
    }

    /// What must be read beside `succeeded`.
    static func losses(_ run: RunReport) -> String {
        run.state == "succeeded" ? run.losses.map { "; " + $0.oneLine } ?? "" : ""
    }

    static func tint(_ run: RunReport) -> Tint? {
        run.state == "succeeded" && run.losses != nil ? .yellow : Appearance.tint(state: run.state)
    }

    static func approval(_ run: RunReport) -> String {
        "waits for approval: rackwright run approve \(run.id)"
    }

    /// Waves are counted from 0 by the controller, from 1 for people.
    private static func wave(_ run: RunReport) -> String {
        "\(min(run.wave + 1, max(1, run.waves))) of \(run.waves)"
    }
}
