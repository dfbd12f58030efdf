import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Holds that a block of lines between two markers is in a file, or not.
    static let blockInFile = ModuleDefinition(
        parameters: [
            "path", "block", "marker", "marker_begin", "marker_end", "state", "create", "insertafter", "insertbefore",
            "backup", "mode", "owner", "group",
        ],
        aliases: ["dest": "path", "destfile": "path", "name": "path", "content": "block"]
    ) { arguments, context in
        let path = try arguments.requiredText("path")
        let isAbsent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "absent"
        var text = try TextLines(path, creates: arguments.flag("create", or: false), context)
        if !text.isThere {
            if isAbsent { return ["changed": false, "msg": "File \(path) not present"] }
            guard text.mayCreate else { throw ModuleFailure("Path \(path) does not exist !", fields: ["rc": 257]) }
        }
        let marker = try arguments.text("marker") ?? "# {mark} ANSIBLE MANAGED BLOCK"
        let begin = marked(marker, try arguments.text("marker_begin") ?? "BEGIN")
        let end = marked(marker, try arguments.text("marker_end") ?? "END")
        var block = try arguments.text("block") ?? ""
        while block.hasSuffix("\n") { block.removeLast() }
        var new: [String] = []
        if !isAbsent, !block.isEmpty {
            new = [begin] + block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [end]
        }
        if let first = text.lines.lastIndex(of: begin), let last = text.lines.lastIndex(of: end) {
            text.lines.replaceSubrange(min(first, last)...max(first, last), with: new)
        } else {
            // A single marker is what is left of a torn block.
            text.lines.removeAll { !new.isEmpty && ($0 == begin || $0 == end) }
            text.lines.insert(contentsOf: new, at: try place(in: text.lines, arguments))
        }
        let existed = text.isThere
        let backup = try text.write(arguments, context)
        let message =
            !text.changed ? "" : new.isEmpty ? "Block removed" : existed ? "Block inserted" : "File created"
        var fields: Fields = ["changed": .bool(text.changed), "msg": .string(message)]
        fields["backup_file"] = backup.map { .string($0) }
        return fields
    }

    private static func marked(_ marker: String, _ word: String) -> String {
        guard let range = marker.firstRange(of: "{mark}") else { return marker }
        return String(marker[..<range.lowerBound]) + word + String(marker[range.upperBound...])
    }

    private static func place(in lines: [String], _ arguments: ModuleArguments) throws -> Int {
        if let before = try arguments.text("insertbefore") {
            if before == "BOF" { return 0 }
            return try lines.lastIndex { try searches(before, in: $0) } ?? lines.count
        }
        let after = try arguments.text("insertafter") ?? "EOF"
        if after == "BOF" { return 0 }
        if after == "EOF" { return lines.count }
        return try lines.lastIndex { try searches(after, in: $0) }.map { $0 + 1 } ?? lines.count
    }
}
