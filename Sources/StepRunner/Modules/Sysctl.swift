import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A kernel setting, in a file of settings and in the running kernel.
    static let sysctl = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let name = try arguments.requiredText("name")
        let path = try arguments.text("sysctl_file") ?? "/etc/sysctl.conf"
        let quiet = try arguments.flag("ignoreerrors", or: false) ? ["-e"] : []
        let isAbsent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent"
        let value = isAbsent ? "" : try settingText(arguments)
        var text = try TextLines(path, creates: true, context)
        var found: String?
        var known: Set<String> = []
        var lines: [[UInt8]] = []
        for line in text.lines {
            let plain = trimmed(TextLines.text(line))
            guard let setting = setting(in: plain) else {
                lines.append(TextLines.line(plain))
                continue
            }
            // Of what is said twice the last holds, and the first one's place is kept.
            if setting.name == name { found = setting.value }
            guard known.insert(setting.name).inserted else { continue }
            if setting.name != name {
                lines.append(TextLines.line("\(setting.name)=\(setting.value)"))
            } else if !isAbsent {
                lines.append(TextLines.line("\(name)=\(value)"))
            }
        }
        if !isAbsent, found == nil { lines.append(TextLines.line("\(name)=\(value)")) }
        let differs = isAbsent ? found?.isEmpty == false : found != value
        // The whole file is put in order when something in it changes, and left as it is when not.
        if differs { text.lines = lines }
        _ = try text.write("", arguments, context)
        var changed = differs
        let setsNow = try !isAbsent && arguments.flag("sysctl_set", or: false)
        let reloads = try arguments.flag("reload", or: true)
        if setsNow || reloads && !isAbsent && !differs {
            let now = try context.run(["sysctl", "-e", "-n", name])
            if now.status != 0 || words(now.outputText) != words(value) {
                changed = true
                if setsNow { try context.act(["sysctl"] + quiet + ["-w", "\(name)=\(value)"]) }
            }
        }
        if changed, reloads { try context.act(["sysctl"] + quiet + ["-p", context.files.place(path)]) }
        return ["changed": .bool(changed)]
    }

    private static func settingText(_ arguments: ModuleArguments) throws -> String {
        guard let value = arguments["value"] else { throw ModuleFailure("sysctl: the parameter 'value' is missing") }
        if case .bool(let flag) = value { return flag ? "1" : "0" }
        let text = trimmed(try arguments.text("value") ?? "")
        guard !text.isEmpty else { throw ModuleFailure("sysctl: the parameter 'value' is empty") }
        switch text.lowercased() {
        case "y", "yes", "on", "true", "t": return "1"
        case "n", "no", "off", "false", "f": return "0"
        default: return text
        }
    }

    private static func setting(in line: String) -> (name: String, value: String)? {
        guard !line.hasPrefix("#"), !line.hasPrefix(";"), let equals = line.firstIndex(of: "=") else { return nil }
        return (trimmed(String(line[..<equals])), trimmed(String(line[line.index(after: equals)...])))
    }

    private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
}
