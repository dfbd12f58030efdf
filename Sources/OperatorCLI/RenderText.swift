public import OperatorAPI

/// What a node would get, for people.
public enum RenderText {
    /// `why` says of every parameter who gave it its value.
    public static func show(_ report: RenderReport, why: Bool, _ look: Appearance) -> String {
        var lines = [
            look.tinted(report.node.oneLine, .bold) + " as \(report.role.oneLine), \(report.operation.oneLine)"
        ]
        for step in report.steps {
            lines.append("")
            lines.append(look.tinted("step \(step.number)", .bold) + " \(step.service.oneLine)")
            if let other = step.other { lines.append("  " + other.oneLine) }
            for file in step.files { lines += show(file, look) }
            for task in step.tasks { lines += show(task, indent: "  ") }
            for container in step.containers {
                lines.append("  container \(container.name.oneLine): \(container.image.oneLine)")
                lines += container.settings.map { "    " + $0.oneLine }
            }
        }
        if let notes = report.notes, !notes.isEmpty { lines += [""] + notes.map(\.oneLine) }
        if why {
            for parameter in report.parameters {
                lines.append("")
                let value = parameter.isSecret ? "********" : parameter.value ?? "no value"
                lines.append(
                    look.tinted("\(parameter.service).\(parameter.name)".oneLine, .bold) + " = " + value.oneLine
                )
                for (index, origin) in parameter.origins.reversed().enumerated() {
                    lines.append((index == 0 ? "  by " : "  over ") + origin.oneLine)
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func show(_ task: RenderReport.Task, indent: String) -> [String] {
        var lines = [indent + "task " + task.title.oneLine]
        lines += task.arguments.map { indent + "  " + $0.oneLine }
        if let content = task.content { lines += block(content).map { indent + "  | " + $0 } }
        return lines + task.tasks.flatMap { show($0, indent: indent + "  ") }
    }

    /// The lines of a text, without the empty one behind its end.
    private static func block(_ text: String) -> [String] {
        var lines = text.cleanLines.map { "\($0)" }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }

    private static func show(_ file: RenderReport.File, _ look: Appearance) -> [String] {
        let owner = [file.owner, file.group].compactMap(\.self).joined(separator: ":")
        let head = "  file \(file.path) \(file.mode)" + (owner.isEmpty ? "" : " \(owner)")
        if let problem = file.problem { return [head.oneLine, "    " + look.tinted(problem.oneLine, .yellow)] }
        if let diff = file.diff {
            if diff.isEmpty { return [head.oneLine + ", as it is installed"] }
            return [head.oneLine + ", differs from what is installed"]
                + diff.map { line in
                    "    " + look.tinted(line.oneLine, line.hasPrefix("+") ? .green : line.hasPrefix("-") ? .red : nil)
                }
        }
        return [head.oneLine] + block(file.content ?? "").map { "    | " + $0 }
    }
}
