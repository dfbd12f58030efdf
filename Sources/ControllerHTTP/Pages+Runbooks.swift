import OperatorAPI

/// The catalogue's runbooks, all of them and one.
extension Pages {
    func runbooks(_ runbooks: [RunbookReport], operator: String) -> String {
        let rows = runbooks.map { runbook in
            [
                "bookName": runbook.name,
                "bookHref": Self.href(runbook: runbook.name),
                "description": runbook.description ?? "",
                "roles": Self.roles(runbook),
                "parameterNames": runbook.parameters.map(\.name).joined(separator: ", "),
                "taskCount": "\(runbook.tasks.count)",
            ]
        }
        return render("runbooks", "Runbooks", `operator`, refreshes: false, ["runbooks": rows])
    }

    /// One runbook: what it does, with what, and its runs.
    func runbook(_ runbook: RunbookReport, _ runs: [RunReport], operator: String, now: Double) -> String {
        var values = Self.rows(runs, now: now, none: "It was not run lately.")
        values["bookName"] = runbook.name
        if let description = runbook.description { values["description"] = [description] }
        values["facts"] = Self.facts([
            ("Nodes", Self.roles(runbook), nil), ("Rollout", runbook.rollout, nil),
            ("Start it with", runbook.command, nil),
        ])
        values["hasParameters"] = !runbook.parameters.isEmpty
        values["parameters"] = runbook.parameters.map { parameter in
            [
                "parameter": parameter.name,
                "type": parameter.type,
                "fallback": Self.fallback(parameter, of: runbook),
                "constraints": parameter.constraints.joined(separator: ", "),
                "purpose": parameter.description ?? "",
            ]
        }
        values["tasks"] = runbook.tasks
        values["hasRollback"] = !runbook.rollbackTasks.isEmpty
        values["rollbackTasks"] = runbook.rollbackTasks
        return render("runbook", "Runbook \(runbook.name)", `operator`, refreshes: false, values)
    }

    private static func roles(_ runbook: RunbookReport) -> String {
        runbook.roles.isEmpty ? "as named with --node" : "of " + runbook.roles.joined(separator: ", ")
    }

    /// A secret's value is nobody's to read, not even the catalogue's.
    private static func fallback(_ parameter: RunbookReport.Parameter, of runbook: RunbookReport) -> String {
        guard !parameter.isSecret else { return "rackwright secret set \(runbook.name).\(parameter.name)" }
        return parameter.fallback ?? "must be given"
    }
}
