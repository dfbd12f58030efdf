import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Replaces all that a pattern matches in a file, or in a part of it.
    static let replace = ModuleDefinition { arguments, context in
        let path = try arguments.requiredText("path")
        guard let pattern = try arguments.text("regexp") else {
            throw ModuleFailure("missing required arguments: regexp")
        }
        var text = try TextLines(path, creates: false, context)
        guard text.isThere else { throw ModuleFailure("Path \(path) does not exist !", fields: ["rc": 257]) }
        guard let contents = String(validating: text.lines.flatMap(\.self), as: UTF8.self) else {
            throw ModuleFailure("replace: \(path) is not UTF-8 text")
        }
        var section = (before: "", group: contents, after: "")
        if let bounds = try bounds(arguments) {
            let found = try searchPattern(bounds, dotMatchesAll: true).parts(of: contents, around: "subsection")
            guard let found else {
                let message = "Pattern for before/after params did not match the given file: \(bounds)"
                return ["changed": false, "rc": 0, "msg": .string(message)]
            }
            section = found
        }
        let replacement = try arguments.text("replace") ?? ""
        let (new, count) = try searchPattern(pattern, multiline: true).replacing(in: section.group, with: replacement)
        let differs = !new.utf8.elementsEqual(section.group.utf8)
        if count > 0, differs {
            text.lines = TextLines.split(Array((section.before + new + section.after).utf8))
        }
        let message = count > 0 && differs ? "\(count) replacements made" : ""
        let said = try text.write(message, arguments, context)
        var fields: Fields = ["changed": .bool(text.changed), "rc": 0, "msg": .string(said)]
        fields["diff"] = text.diff
        fields["backup_file"] = text.backup.map { .string($0) }
        return fields
    }

    private static func bounds(_ arguments: ModuleArguments) throws -> String? {
        let after = try arguments.text("after") ?? ""
        let before = try arguments.text("before") ?? ""
        switch (after.isEmpty, before.isEmpty) {
        case (true, true): return nil
        case (false, false): return "\(after)(?P<subsection>.*?)\(before)"
        case (false, true): return "\(after)(?P<subsection>.*)"
        case (true, false): return "(?P<subsection>.*)\(before)"
        }
    }
}
