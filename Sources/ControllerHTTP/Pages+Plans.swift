import OperatorAPI

/// Plans, all of them and one.
extension Pages {
    /// - Parameter runs: those of the plans that were applied
    func plans(_ plans: [PlanSummary], _ runs: [RunReport], operator: String, now: Double) -> String {
        let applied = Dictionary(runs.map { ($0.generation, $0) }) { first, _ in first }
        let rows = plans.reversed().map { plan in
            var values: [String: Any] = [
                "generation": "\(plan.generation)",
                "planHref": Self.href(plan: plan.generation),
                "made": Self.ago(plan.createdAt, now: now),
                "book": plan.runbook != nil,
                "bookName": plan.runbook ?? "",
                "bookHref": plan.runbook.map { Self.href(runbook: $0) } ?? "",
                "operations": plan.words,
                "unchanged": plan.unchanged == 0 ? "" : "\(plan.unchanged)",
            ]
            values.merge(Self.applied(applied[plan.generation])) { _, new in new }
            return values
        }
        return render("plans", "Plans", `operator`, refreshes: false, ["plans": rows])
    }

    /// One plan: what each of its nodes becomes.
    func plan(_ plan: PlanReport, _ run: RunReport?, operator: String, now: Double) -> String {
        var values = Self.applied(run)
        values["generation"] = "\(plan.generation)"
        values["facts"] = Self.facts([
            ("Run", run?.id, run.map { Self.href(run: $0.id) }),
            ("Apply it with", run == nil && !plan.nodes.isEmpty ? "rackwright apply \(plan.generation)" : nil, nil),
            ("Runbook", plan.runbook, plan.runbook.map { Self.href(runbook: $0) }),
            ("Made", plan.createdAt.map { "\(Self.clock($0)), \(Self.ago($0, now: now))" }, nil),
            ("Follows", plan.parent == 0 ? nil : "plan \(plan.parent)", Self.href(plan: plan.parent)),
            ("Waves", "\(plan.waves.count)", nil),
            ("Unchanged", plan.unchanged.joined(separator: ", "), nil),
        ])
        values["notes"] = plan.notes ?? []
        values["nodes"] = plan.nodes.map { node in
            let wave = plan.waves.firstIndex { $0.contains(node.name) } ?? 0
            let material = ["image \(node.image)", node.disk.map { "disk \($0)" }]
            return [
                "nodeName": node.name,
                "nodeHref": Self.href(node: node.id ?? node.name),
                "operation": node.operation,
                "role": node.role,
                "wave": "\(wave + 1)",
                "material": material.compactMap(\.self).joined(separator: ", "),
                "changes": node.changes,
                "hasSteps": !node.steps.isEmpty,
                "stepCount": node.steps.count == 1 ? "1 step" : "\(node.steps.count) steps",
                "steps": node.steps,
            ] as [String: Any]
        }
        return render("plan", "Plan \(plan.generation)", `operator`, refreshes: false, values)
    }

    /// What was made of a plan.
    private static func applied(_ run: RunReport?) -> [String: Any] {
        [
            "applied": run != nil,
            "runID": run?.id ?? "",
            "runHref": run.map { href(run: $0.id) } ?? "",
            "runState": run?.state ?? "",
            "tone": run.map { tone($0) } ?? "rest",
        ]
    }
}
