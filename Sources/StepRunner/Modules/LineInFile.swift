import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Holds that one line is in a file, or not.
    static let lineInFile = ModuleDefinition { arguments, context in
        let path = try arguments.requiredText("path")
        var text = try TextLines(path, creates: arguments.flag("create", or: false), context)
        let edit = try LineEdit(arguments)
        var message: String
        var fields: Fields = [:]
        if try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent" {
            guard text.isThere else { return ["changed": false, "msg": "file not present"] }
            let before = text.lines.count
            text.lines = try text.lines.filter { try !edit.isMeant($0) }
            let found = before - text.lines.count
            fields["found"] = .int(found)
            message = found > 0 ? "\(found) line(s) removed" : ""
        } else {
            guard text.isThere || text.mayCreate else {
                throw ModuleFailure("Destination \(path) does not exist !", fields: ["rc": 257])
            }
            message = try edit.insert(into: &text)
        }
        message = try text.write(message, arguments, context)
        fields["changed"] = .bool(text.changed)
        fields["msg"] = .string(message)
        fields["diff"] = text.contentDiff
        fields["backup"] = .string(text.backup ?? "")
        return fields
    }
}

/// What `lineinfile` looks for and what it puts there.
private struct LineEdit {
    /// With its newline.
    var line: [UInt8]
    var plain: String
    var regexp: Pattern?
    var search: [UInt8]?
    var after: String?
    var before: String?
    var place: Pattern?
    var backrefs: Bool
    var first: Bool

    init(_ arguments: ModuleArguments) throws {
        let isAbsent = try arguments.text("state") == "absent"
        plain = try arguments.text("line") ?? ""
        line = TextLines.line(plain)
        let pattern = try arguments.text("regexp")
        regexp = try pattern.map { try searchPattern($0) }
        search = try arguments.text("search_string").map { Array($0.utf8) }
        after = try arguments.text("insertafter")
        before = try arguments.text("insertbefore")
        backrefs = try arguments.flag("backrefs", or: false)
        first = try arguments.flag("firstmatch", or: false)
        if isAbsent {
            guard regexp != nil || search != nil || arguments.has("line") else {
                throw ModuleFailure("one of line, search_string, or regexp is required with state=absent")
            }
        } else {
            guard arguments.has("line") else { throw ModuleFailure("line is required with state=present") }
            if backrefs, regexp == nil { throw ModuleFailure("regexp is required with backrefs=true") }
        }
        if regexp != nil, search != nil {
            throw ModuleFailure("parameters are mutually exclusive: regexp|search_string")
        }
        if after != nil, before != nil {
            throw ModuleFailure("parameters are mutually exclusive: insertbefore|insertafter")
        }
        if after == nil, before == nil { after = "EOF" }
        if let after, after != "EOF", after != "BOF" { place = try searchPattern(after) }
        if let before, before != "BOF" { place = try searchPattern(before) }
    }

    /// Whether a line is one to remove.
    func isMeant(_ text: [UInt8]) throws -> Bool {
        if regexp == nil, search == nil { return TextLines.bare(text).elementsEqual(Array(plain.utf8)) }
        return try isMatched(text)
    }

    private func isMatched(_ text: [UInt8]) throws -> Bool {
        if let regexp { return try regexp.isFound(in: TextLines.text(text)) }
        if let search { return text.holds(search) }
        return false
    }

    /// Puts the line where it belongs; says what was done.
    func insert(into text: inout TextLines) throws -> String {
        let bare = Array(TextLines.bare(line))
        var match: Int?
        for (index, line) in text.lines.enumerated() where try isMatched(line) {
            match = index
            if first { break }
        }
        if let match {
            var new = line
            if backrefs, let regexp {
                let old = TextLines.text(text.lines[match])
                new = TextLines.line(try regexp.expanding(plain, of: old) ?? old)
            }
            guard text.lines[match] != new else { return "" }
            text.lines[match] = new
            return "line replaced"
        }
        var exact: Int?
        var spot: Int?
        for (index, line) in text.lines.enumerated() {
            if TextLines.bare(line).elementsEqual(bare) {
                exact = index
            } else if let place, try place.isFound(in: TextLines.text(line)) {
                spot = after == nil ? index : index + 1
                if first { break }
            }
        }
        if let exact {
            guard text.lines[exact] != line else { return "" }
            text.lines[exact] = line
            return "line replaced"
        }
        if backrefs { return "" }
        if before == "BOF" || after == "BOF" {
            text.lines.insert(line, at: 0)
        } else if let spot, after != "EOF" {
            // What stands there already is not put there again.
            let neighbour = spot == text.lines.count ? spot - 1 : spot
            if after != nil, TextLines.bare(text.lines[neighbour]).elementsEqual(bare) { return "" }
            if spot == text.lines.count { text.endLastLine() }
            text.lines.insert(line, at: spot)
        } else {
            text.endLastLine()
            text.lines.append(line)
        }
        return "line added"
    }
}

extension [UInt8] {
    /// Whether `part` is somewhere in it.
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        guard count >= part.count else { return false }
        for start in 0...(count - part.count) where self[start] == first {
            if self[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }
}

/// A pattern of `re.search`'s, with an error that says which.
func searchPattern(_ pattern: String, multiline: Bool = false, dotMatchesAll: Bool = false) throws -> Pattern {
    do {
        return try Pattern(pattern, multiline: multiline, dotMatchesAll: dotMatchesAll)
    } catch {
        throw ModuleFailure("the regular expression '\(pattern)': \(error.message)")
    }
}

/// Python's `re.search`.
func searches(_ pattern: String, in text: String) throws -> Bool {
    try searchPattern(pattern).isFound(in: text)
}
