import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A source of RPM packages: a section in a file of `/etc/yum.repos.d`.
    static let yumRepository = ModuleDefinition { arguments, context in
        let name = try arguments.requiredText("name")
        let folder = try arguments.text("reposdir") ?? "/etc/yum.repos.d"
        let path = "\(folder)/\(try arguments.text("file") ?? name).repo"
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        guard try context.files.status(folder, followingLinks: true)?.kind == .directory else {
            throw ModuleFailure("Repo directory '\(folder)' does not exist.")
        }
        var settings: [String: String] = [:]
        if isPresent {
            guard arguments.has("baseurl") || arguments.has("metalink") || arguments.has("mirrorlist") else {
                throw ModuleFailure("Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.")
            }
            guard arguments.has("description") else { throw ModuleFailure("Parameter 'description' is required.") }
            let own: Set<String> = ["name", "description", "file", "reposdir", "state", "mode", "owner", "group"]
            for key in arguments.values.keys where !own.contains(key) {
                guard let value = arguments[key] else { continue }
                let separator = ["baseurl", "gpgkey"].contains(key) ? "\n" : " "
                settings[key] =
                    value.asBool.map { $0 ? "1" : "0" } ?? value.asList?.map(\.description).joined(separator: separator)
                    ?? value.description
            }
            settings["name"] = try arguments.requiredText("description")
            if settings["sslverify"] == nil, arguments.has("sslverify") { settings["sslverify"] = "1" }
        }
        var text = try TextLines(path, creates: true, context)
        let old = text.lines
        let header = Array("[\(name)]".utf8)
        let start = text.lines.firstIndex { TextLines.bare($0).elementsEqual(header) }
        let end = start.map { start in
            text.lines[(start + 1)...].firstIndex { $0.first == UInt8(ascii: "[") } ?? text.lines.count
        }
        var section: [[UInt8]] = []
        if isPresent {
            section = [TextLines.line("[\(name)]")]
            for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
                let indented = value.split(separator: "\n").joined(separator: "\n\t")
                section += TextLines.split(TextLines.line("\(key) = \(indented)"))
            }
            section.append([0x0A])
        }
        if let start, let end {
            text.lines.replaceSubrange(start..<end, with: section)
        } else if isPresent {
            text.endLastLine()
            text.lines += section
        }
        var fields: Fields = [
            "changed": false, "repo": .string(name), "state": .string(isPresent ? "present" : "absent"),
        ]
        func told(_ new: [[UInt8]]) -> Value {
            func contents(_ lines: [[UInt8]]) -> Value {
                .string(String(decoding: lines.flatMap(\.self), as: UTF8.self))
            }
            let header = Value.string(path)
            return [
                "before": contents(old), "after": contents(new), "before_header": header, "after_header": header,
            ]
        }
        fields["diff"] = told(text.lines)
        guard text.isThere || isPresent else { return fields }
        if !isPresent, text.lines.allSatisfy({ TextLines.bare($0).isEmpty }) {
            fields["changed"] = .bool(try context.changes.remove(path))
            return fields
        }
        guard isPresent || start != nil else { return fields }
        _ = try text.write("", arguments, context)
        fields["changed"] = .bool(text.changed)
        return fields
    }
}
