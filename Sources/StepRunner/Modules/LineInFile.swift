import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Holds that one line is in a file, or not.
    static let lineInFile = ModuleDefinition(
        parameters: [
            "path", "line", "regexp", "search_string", "state", "insertafter", "insertbefore", "create", "backup",
            "backrefs", "firstmatch", "mode", "owner", "group",
        ],
        aliases: ["dest": "path", "destfile": "path", "name": "path", "regex": "regexp", "value": "line"]
    ) { arguments, context in
        let path = try arguments.requiredText("path")
        var text = try TextLines(path, creates: arguments.flag("create", or: false), context)
        let edit = try LineEdit(arguments)
        let message: String
        var fields: Fields = [:]
        if try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent" {
            let before = text.lines.count
            if text.isThere { text.lines = try text.lines.filter { try !edit.matches($0) } }
            let found = before - text.lines.count
            fields["found"] = .int(found)
            message = found > 0 ? "\(found) line(s) removed" : ""
        } else {
            guard text.isThere || text.mayCreate else {
                throw ModuleFailure("Destination \(path) does not exist !", fields: ["rc": 257])
            }
            message = try edit.insert(into: &text.lines)
        }
        let backup = try text.write(arguments, context)
        fields["changed"] = .bool(text.changed)
        fields["msg"] = .string(message)
        fields["backup"] = .string(backup ?? "")
        return fields
    }
}

/// What `lineinfile` looks for and what it puts there.
private struct LineEdit {
    var line: String
    var regexp: String?
    var search: String?
    var after: String?
    var before: String?
    var backrefs: Bool
    var first: Bool

    init(_ arguments: ModuleArguments) throws {
        let isAbsent = try arguments.text("state") == "absent"
        regexp = try arguments.text("regexp")
        search = try arguments.text("search_string")
        line = try arguments.text("line") ?? ""
        after = try arguments.text("insertafter")
        before = try arguments.text("insertbefore")
        backrefs = try arguments.flag("backrefs", or: false)
        first = try arguments.flag("firstmatch", or: false)
        if isAbsent {
            guard regexp != nil || search != nil || arguments.has("line") else {
                throw ModuleFailure("lineinfile: one of line, search_string, or regexp is required with state=absent")
            }
        } else {
            guard arguments.has("line") else { throw ModuleFailure("lineinfile: line is required with state=present") }
            if backrefs, regexp == nil { throw ModuleFailure("lineinfile: regexp is required with backrefs=true") }
        }
        if regexp != nil, search != nil {
            throw ModuleFailure("lineinfile: 'regexp' and 'search_string' exclude each other")
        }
        if after != nil, before != nil {
            throw ModuleFailure("lineinfile: 'insertafter' and 'insertbefore' exclude each other")
        }
        if after == nil, before == nil { after = "EOF" }
    }

    func matches(_ text: String) throws -> Bool {
        if let regexp { return try searches(regexp, in: text) }
        if let search { return text.firstRange(of: search) != nil }
        return text == line
    }

    /// Puts the line where it belongs; says what was done.
    func insert(into lines: inout [String]) throws -> String {
        var match: Int?
        var place: Int?
        for (index, text) in lines.enumerated() {
            if try matches(text) {
                match = index
                if first { break }
            } else if let after, after != "EOF", after != "BOF", try searches(after, in: text) {
                if !first || place == nil { place = index + 1 }
            } else if let before, before != "BOF", try searches(before, in: text) {
                if !first || place == nil { place = index }
            }
        }
        if let match {
            let new = try backrefs ? expanded(lines[match]) : line
            guard lines[match] != new else { return "" }
            lines[match] = new
            return "line replaced"
        }
        if backrefs { return "" }
        if before == "BOF" || after == "BOF" {
            lines.insert(line, at: 0)
        } else if let place {
            lines.insert(line, at: place)
        } else {
            lines.append(line)
        }
        return "line added"
    }

    /// The line with `\1` and `\g<name>` replaced by what the groups matched.
    private func expanded(_ text: String) throws -> String {
        let variables: Fields = [
            "text": .string(text), "pattern": .string("^.*?(?:\(regexp ?? "")).*$"), "line": .string(line),
        ]
        return try Rendering.evaluate("text | regex_replace(pattern, line)", variables).description
    }
}

/// Python's `re.search`, as Jinja's `search` test has it.
func searches(_ pattern: String, in text: String) throws -> Bool {
    do {
        return try Rendering.evaluate("text is search(pattern)", ["text": .string(text), "pattern": .string(pattern)])
            .isTruthy
    } catch let error as JinjaError {
        throw ModuleFailure("the regular expression '\(pattern)': \(error.message)")
    }
}
