import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A kernel setting, in a file of settings and in the running kernel.
    static let sysctl = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let path = try arguments.text("sysctl_file") ?? "/etc/sysctl.conf"
        let quiet = try arguments.flag("ignoreerrors", or: false) ? ["-e"] : []
        let isAbsent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent"
        let value = isAbsent ? "" : onlySingleSpaces(try settingText(arguments))
        var text = try TextLines(path, creates: true, context)
        var isThere = false
        var kept: [[UInt8]] = []
        for line in text.lines {
            guard let setting = setting(in: TextLines.text(line)), setting.name == name else {
                kept.append(line)
                continue
            }
            // The first one stays in its place; others that say the same or another thing go.
            if isAbsent || isThere { continue }
            isThere = true
            kept.append(onlySingleSpaces(setting.value) == value ? line : TextLines.line("\(name)=\(value)"))
        }
        text.lines = kept
        if !isAbsent, !isThere {
            text.endLastLine()
            text.lines.append(TextLines.line("\(name)=\(value)"))
        }
        _ = try text.write("", arguments, context)
        var changed = text.changed
        if !isAbsent, try arguments.flag("sysctl_set", or: false) {
            let now = try context.run(["sysctl", "-e", "-n", name]).outputText
            if onlySingleSpaces(now) != value {
                try context.act(["sysctl"] + quiet + ["-w", "\(name)=\(value)"])
                changed = true
            }
        }
        if text.changed, try arguments.flag("reload", or: true) {
            try context.act(["sysctl"] + quiet + ["-p", context.files.place(path)])
        }
        return ["changed": .bool(changed)]
    }

    private static func settingText(_ arguments: ModuleArguments) throws -> String {
        guard let value = arguments["value"] else { throw ModuleFailure("sysctl: the parameter 'value' is missing") }
        switch value {
        case .bool(let flag): return flag ? "1" : "0"
        default: return try arguments.text("value") ?? ""
        }
    }

    private static func setting(in line: String) -> (name: String, value: String)? {
        let line = trimmed(line)
        guard !line.hasPrefix("#"), !line.hasPrefix(";"), let equals = line.firstIndex(of: "=") else { return nil }
        return (trimmed(String(line[..<equals])), trimmed(String(line[line.index(after: equals)...])))
    }

    private static func onlySingleSpaces(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
