public import OperatorAPI

/// Nodes as text for people.
public enum NodeText {
    public static func list(_ nodes: [NodeSummary], _ look: Appearance) -> String {
        guard !nodes.isEmpty else { return "no nodes yet: rackwright node enroll FILE.csv" }
        var table = Table("NODE", "STATE", "POWER", "ROLE", "GEN", "ADDRESS", "PLACE", "EVIDENCE")
        for node in nodes {
            table.add(
                "\(node.name)",
                Table.Cell(state(node), Appearance.tint(state: node.state)),
                power(node),
                "\(node.role ?? "-")",
                "\(node.generation == 0 ? "-" : String(node.generation))",
                "\(node.address ?? "-")",
                "\(place(node) ?? "-")",
                "\(evidence(node))"
            )
        }
        return table.text(look)
    }

    /// One node's line in a list that is watched.
    static func line(_ node: NodeSummary, nameWidth: Int, _ look: Appearance) -> String {
        let name = node.name.oneLine
        let gap = String(repeating: " ", count: max(0, nameWidth - name.count) + 2)
        let state = state(node).oneLine
        let stateGap = String(repeating: " ", count: max(0, 12 - state.count) + 2)
        let used = name.count + gap.count + state.count + stateGap.count
        var rest = evidence(node).oneLine
        if let width = look.width { rest = rest.cut(to: max(0, width - used - 1)) }
        return name + gap + look.tinted(state, Appearance.tint(state: node.state)) + stateGap + rest
    }

    static func state(_ node: NodeSummary) -> String {
        node.state + (node.maintenance == nil ? "" : " maintenance") + (node.quarantined == nil ? "" : " quarantined")
    }

    /// A question mark where the BMC does not say so any more.
    private static func power(_ node: NodeSummary) -> Table.Cell {
        let word = node.power ?? (node.powerProblem == nil ? "-" : "")
        return Table.Cell(word + (node.powerProblem == nil ? "" : "?"), node.powerProblem == nil ? nil : .yellow)
    }

    private static func evidence(_ node: NodeSummary) -> String {
        guard let progress = node.progress else { return node.evidence }
        return node.evidence.isEmpty ? progress : "\(progress); \(node.evidence)"
    }

    private static func place(_ node: NodeSummary) -> String? {
        guard let rack = node.rack else { return node.unit.map { "unit \($0)" } }
        return rack + (node.unit.map { "/\($0)" } ?? "")
    }

    /// Everything about a node on one screen.
    public static func explanation(_ node: NodeExplanation, _ look: Appearance) -> String {
        let summary = node.summary
        var lines = [
            look.tinted(summary.name.oneLine, .bold) + " is "
                + look.tinted(summary.state.oneLine, Appearance.tint(state: summary.state))
                + (summary.role.map { ", role \($0.oneLine)" } ?? ", no role")
                + (summary.generation == 0 ? "" : ", plan generation \(summary.generation)"), "",
        ]
        func fact(_ name: String, _ value: String?, _ tint: Tint? = nil) {
            guard let value, !value.isEmpty else { return }
            let head = name + String(repeating: " ", count: max(0, 12 - name.count))
            lines.append("  " + look.tinted(head, .faint) + look.tinted(value.oneLine, tint))
        }
        fact("was called", node.formerNames?.reversed().joined(separator: ", "))
        fact("since", "\(look.clock(node.enteredAt)) (\(look.age(node.enteredAt)))")
        fact("deadline", node.deadline.map { deadline($0, look) } ?? "none: this state may last")
        fact("evidence", summary.evidence)
        fact("progress", summary.progress)
        fact("who is next", node.nextActor)
        fact("allowed", node.legal.isEmpty ? "nothing" : node.legal.joined(separator: ", "))
        let rests = ["active", "available", "manageable", "enroll"].contains(summary.state)
        if !rests || node.attemptsLeft != 0 { fact("attempts", "\(node.attemptsLeft) left") }
        fact("maintenance", summary.maintenance, .yellow)
        fact("quarantined", summary.quarantined, .red)
        fact("agent", node.agent ?? "has not called")
        fact("address", summary.address)
        fact("place", place(summary))
        fact(
            "labels",
            summary.labels?.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        )
        fact("reserved", summary.reserved, .yellow)
        fact("BMC", summary.bmc)
        fact("power", summary.power.map { $0 + (summary.powerSeenAt.map { ", seen \(look.age($0))" } ?? "") })
        fact("BMC silent", summary.powerProblem, .yellow)
        fact("events", node.events.map { BMCEventsText.source($0, look) })
        fact("inventory", node.inventory)
        fact("ramdisk", node.ramdisk)
        if let failure = node.failure {
            lines += ["", look.tinted("failed", .red)] + failure.cleanLines.map { "  " + $0 }
        }
        if !node.lastFailure.isEmpty {
            lines += ["", look.tinted("last failure of a bundle", .red)]
            lines += node.lastFailure.flatMap(\.cleanLines).map { "  | " + $0 }
        }
        let critical = node.events.map { BMCEventsText.critical($0, look) } ?? []
        if !critical.isEmpty {
            lines += ["", look.tinted("critical, as its BMC says", .red)] + critical.map { "  " + $0 }
        }
        if let drift = node.drift, !drift.isEmpty {
            lines += ["", look.tinted("hardware, since the inspection before", .yellow)]
            lines += drift.map { "  " + $0.oneLine }
        }
        lines += ["", look.tinted("last entries of the timeline", .faint)]
        lines += node.timeline.map { "  " + timeline($0, look) }
        return lines.joined(separator: "\n")
    }

    /// What came of another name, and what has the old one still.
    public static func renamed(_ report: RenameReport, _ look: Appearance) -> String {
        let name = look.tinted(report.node.name.oneLine, .bold)
        let head = "\(report.before.oneLine) is now \(name): \(report.node.state.oneLine)"
        return ([head] + report.remarks.map { look.tinted("note", .yellow) + ": " + $0.oneLine }).joined(
            separator: "\n"
        )
    }

    private static func deadline(_ instant: Double, _ look: Appearance) -> String {
        let away = Appearance.span(instant - look.now)
        return look.clock(instant) + (instant >= look.now ? " (in \(away))" : " (\(away) ago)")
    }

    /// One entry; the lines of a long one are indented.
    public static func timeline(_ item: TimelineItem, _ look: Appearance) -> String {
        let source = item.source.oneLine
        let head = look.tinted(look.clock(item.at), .faint) + "  " + look.tinted(source, .cyan)
        let gap = String(repeating: " ", count: max(0, 10 - source.count) + 2)
        return head + gap + item.text.cleanLines.joined(separator: "\n            ")
    }
}
