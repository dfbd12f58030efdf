import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Holds that a block of lines between two markers is in a file, or not.
    static let blockInFile = ModuleDefinition { arguments, context in
        let path = try arguments.requiredText("path")
        let isAbsent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent"
        var text = try TextLines(path, creates: arguments.flag("create", or: false), context)
        guard text.isThere || text.mayCreate else {
            throw ModuleFailure("Path \(path) does not exist !", fields: ["rc": 257])
        }
        if !text.isThere, isAbsent { return ["changed": false, "msg": "File \(path) not present"] }
        let marker = try arguments.text("marker") ?? "# {mark} ANSIBLE MANAGED BLOCK"
        let begin = marked(marker, try arguments.text("marker_begin") ?? "BEGIN")
        let end = marked(marker, try arguments.text("marker_end") ?? "END")
        let block = try arguments.text("block") ?? ""
        let new =
            isAbsent || block.isEmpty ? [] : [begin] + TextLines.split(TextLines.line(block)) + [end]
        let old = text.lines
        var spot: Int
        if let first = text.lines.lastIndex(of: begin), let last = text.lines.lastIndex(of: end) {
            spot = min(first, last)
            text.lines.removeSubrange(spot...max(first, last))
        } else {
            spot = try place(in: text.lines, arguments)
        }
        if spot > 0, text.lines[spot - 1].last != 0x0A { text.lines[spot - 1].append(0x0A) }
        if !isAbsent, try arguments.flag("prepend_newline", or: false), spot > 0, text.lines[spot - 1] != [0x0A] {
            text.lines.insert([0x0A], at: spot)
            spot += 1
        }
        text.lines.insert(contentsOf: new, at: spot)
        let next = spot + new.count
        if !isAbsent, try arguments.flag("append_newline", or: false), next < text.lines.count,
            text.lines[next] != [0x0A]
        {
            text.lines.insert([0x0A], at: next)
        }
        let existed = text.isThere
        let differs = text.lines != old || !existed
        let message = !differs ? "" : !existed ? "File created" : new.isEmpty ? "Block removed" : "Block inserted"
        let said = try text.write(message, arguments, context)
        var fields: Fields = ["changed": .bool(text.changed), "msg": .string(said)]
        fields["diff"] = text.contentDiff
        fields["backup_file"] = text.backup.map { .string($0) }
        return fields
    }

    private static func marked(_ marker: String, _ word: String) -> [UInt8] {
        guard let range = marker.firstRange(of: "{mark}") else { return Array((marker + "\n").utf8) }
        return Array((marker[..<range.lowerBound] + word + marker[range.upperBound...] + "\n").utf8)
    }

    private static func place(in lines: [[UInt8]], _ arguments: ModuleArguments) throws -> Int {
        func last(_ pattern: String) throws -> Int? {
            let pattern = try searchPattern(pattern)
            return try lines.lastIndex { try pattern.isFound(in: TextLines.text($0)) }
        }
        if let before = try arguments.text("insertbefore") {
            if arguments.has("insertafter") {
                throw ModuleFailure("parameters are mutually exclusive: insertbefore|insertafter")
            }
            if before == "BOF" { return 0 }
            return try last(before) ?? lines.count
        }
        let after = try arguments.text("insertafter") ?? "EOF"
        if after == "BOF" { return 0 }
        if after == "EOF" { return lines.count }
        return try last(after).map { $0 + 1 } ?? lines.count
    }
}
