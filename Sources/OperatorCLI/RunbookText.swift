import Catalog
public import OperatorAPI

/// Runbooks as text for people.
public enum RunbookText {
    public static func list(_ runbooks: [RunbookReport], _ look: Appearance) -> String {
        guard !runbooks.isEmpty else { return "the catalogue has no runbooks: they are files of runbooks/" }
        var table = Table("RUNBOOK", "ROLES", "PARAMETERS", "TASKS", "FOR")
        for runbook in runbooks {
            let names = runbook.parameters.map(\.name)
            table.add(
                "\(runbook.name)",
                "\(runbook.roles.isEmpty ? "-" : runbook.roles.joined(separator: ", "))",
                "\(names.isEmpty ? "-" : names.joined(separator: ", "))",
                "\(runbook.tasks.count)",
                "\(runbook.description ?? "")"
            )
        }
        return table.text(look)
    }

    public static func show(_ runbook: RunbookReport, _ look: Appearance) -> String {
        var lines = [look.tinted("runbook \(runbook.name.oneLine)", .bold)]
        if let description = runbook.description { lines += description.cleanLines.map { "  " + $0 } }
        func rows(_ name: String, _ texts: [String]) {
            for (index, text) in texts.enumerated() {
                let head = index == 0 ? name : ""
                lines.append("  " + head + String(repeating: " ", count: max(1, 11 - head.count)) + text.oneLine)
            }
        }
        rows("nodes", [runbook.roles.isEmpty ? "as named with --node" : "of " + runbook.roles.joined(separator: ", ")])
        rows("rollout", [runbook.rollout])
        rows("parameters", runbook.parameters.map { words($0, of: runbook.name) })
        rows("tasks", runbook.tasks)
        rows("tags", runbook.tags.isEmpty ? [] : [runbook.tags.joined(separator: ", ")])
        rows("health", runbook.health)
        rows("rollback", runbook.rollbackTasks)
        lines.append("start it with: \(runbook.command)".oneLine)
        return lines.joined(separator: "\n")
    }

    private static func words(_ parameter: RunbookReport.Parameter, of runbook: String) -> String {
        var text = ([parameter.type] + parameter.constraints).joined(separator: ", ")
        if parameter.isSecret {
            text += "; set it: rackwright secret set \(runbook).\(parameter.name)"
        } else {
            text += parameter.fallback.map { "; \($0) without one" } ?? "; must be given"
        }
        return "\(parameter.name): \(text)" + (parameter.description.map { ": \($0)" } ?? "")
    }

    /// `rotate-logs`, or `rotate-logs (check)`
    static func words(_ runbook: RunReport.Runbook) -> String { runbook.name + (runbook.check ? " (check)" : "") }

    /// Who started it, with what, and who is not part of it.
    static func start(_ runbook: RunReport.Runbook) -> [String] {
        let given = runbook.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let who = "by \(runbook.by)" + (given.isEmpty ? "" : " with " + given.joined(separator: ", "))
        let choice = TagChoice(only: runbook.tags ?? [], skipped: runbook.skipTags ?? [])
        return [([who] + choice.words).joined(separator: ", ")] + runbook.leftOut
    }

    /// Tags as `--tags` takes them: several with commas between them; nil for none.
    public static func tags(_ words: [String]) -> [String]? {
        let tags = words.flatMap { $0.split(separator: ",") }.map { $0.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty }
        return tags.isEmpty ? nil : tags
    }

    /// What `--set NAME=VALUE` gives.
    ///
    /// - Throws: which of them is none, or gives a parameter that another gave
    public static func parameters(_ words: [String]) throws(ClientProblem) -> [String: String] {
        var found: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw ClientProblem("--set takes NAME=VALUE, found '\(word)'")
            }
            let name = String(word[..<equals])
            guard found.updateValue(String(word[word.index(after: equals)...]), forKey: name) == nil else {
                throw ClientProblem("--set gives '\(name)' twice")
            }
        }
        return found
    }
}
