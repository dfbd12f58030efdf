import OperatorAPI

/// Runs, all of them and one.
extension Pages {
    func runs(_ runs: [RunReport], operator: String, now: Double) -> String {
        let isBusy = runs.contains { $0.state == "running" }
        return render("runs", "Runs", `operator`, refreshes: isBusy, Self.rows(runs, now: now))
    }

    /// One run: its nodes wave by wave.
    func run(_ run: RunReport, operator: String, now: Double) -> String {
        let given = run.runbook?.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } ?? []
        var values = Self.row(run, now: now)
        values["facts"] = Self.facts([
            ("Plan", "\(run.generation)", Self.href(plan: run.generation)),
            ("Runbook", run.runbook?.name, run.runbook.map { Self.href(runbook: $0.name) }),
            ("Check", run.runbook?.check == true ? "says what would change, and changes nothing" : nil, nil),
            ("Started by", run.runbook?.by, nil),
            ("With", given.joined(separator: ", "), nil),
            ("Started", "\(Self.clock(run.startedAt)), \(Self.ago(run.startedAt, now: now))", nil),
            ("Ended", run.endedAt.map { "\(Self.clock($0)), after \(Self.duration($0 - run.startedAt))" }, nil),
            ("Wave", Self.wave(run), nil),
            ("Nodes", Self.tally(run.nodes), nil),
        ])
        if let remark = run.remark { values["said"] = [remark] }
        values["saidClass"] = run.state == "failed" ? "problem" : "warn"
        values["leftOut"] = run.runbook?.leftOut ?? []
        values["waves"] = Dictionary(grouping: run.nodes, by: \.wave).sorted { $0.key < $1.key }.map { wave, members in
            [
                "title": "Wave \(wave + 1)", "waveTally": Self.tally(members),
                "members": members.map { member in
                    [
                        "memberName": member.name, "memberHref": Self.href(node: member.id ?? member.name),
                        "memberState": member.state, "memberTone": Self.tone(member.state), "detail": member.detail,
                    ]
                },
            ] as [String: Any]
        }
        return render("run", run.id, `operator`, refreshes: run.state == "running", values)
    }

    /// What the rows of runs are made of, the newest first.
    static func rows(_ runs: [RunReport], now: Double, none: String = "Nothing was applied yet.") -> [String: Any] {
        ["runs": runs.reversed().map { row($0, now: now) }, "noRuns": none]
    }

    private static func row(_ run: RunReport, now: Double) -> [String: Any] {
        [
            "id": run.id,
            "runHref": href(run: run.id),
            "generation": "\(run.generation)",
            "planHref": href(plan: run.generation),
            "book": run.runbook != nil,
            "bookName": run.runbook?.name ?? "",
            "bookHref": run.runbook.map { href(runbook: $0.name) } ?? "",
            "state": run.state,
            "tone": tone(run),
            "approval": run.waitsForApproval,
            "remark": run.remark ?? "",
            "wave": wave(run),
            "started": ago(run.startedAt, now: now),
            "took": duration((run.endedAt ?? now) - run.startedAt),
            "tally": tally(run.nodes),
        ]
    }

    /// A success with losses is not as green as another.
    static func tone(_ run: RunReport) -> String {
        run.state == "succeeded" && run.losses != nil ? "warn" : tone(run.state)
    }

    /// Waves are counted from 0 by the controller, from 1 for people.
    private static func wave(_ run: RunReport) -> String { "\(min(run.wave + 1, run.waves)) of \(run.waves)" }

    /// `2 done, 1 rolled-back`, in the order in which states come.
    private static func tally(_ nodes: [RunReport.NodeReport]) -> String {
        let counts = Dictionary(nodes.map { ($0.state, 1) }, uniquingKeysWith: +)
        let order = ["done", "started", "pending", "rolled-back", "failed"]
        return order.compactMap { state in counts[state].map { "\($0) \(state)" } }.joined(separator: ", ")
    }
}
