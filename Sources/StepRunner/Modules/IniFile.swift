import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Settings in the sections of a file, as `[section]` and `option = value`.
    static let iniFile = ModuleDefinition { arguments, context in
        let path = try arguments.requiredText("path")
        let state = try arguments.choice("state", of: ["present", "absent"], or: "present")
        let creates = try arguments.flag("create", or: true)
        var text = try TextLines(path, creates: creates, context)
        guard text.isThere || creates else {
            throw ModuleFailure("Destination \(path) does not exist!", fields: ["rc": 257])
        }
        var edit = try IniEdit(arguments, isPresent: state == "present")
        let old = text.lines
        // As Ansible reads it: line ends are newlines, and a mark of the byte order is none of the text.
        text.lines = TextLines.split(Self.plain(old.flatMap(\.self)))
        let read = text.lines.flatMap(\.self)
        // An empty file has an empty line, as Ansible has it.
        if text.lines.isEmpty { text.lines = [[0x0A]] }
        let lacksEnd = text.lines.last?.last != 0x0A
        text.endLastLine()
        edit.perform(on: &text.lines)
        let differs = edit.changed || lacksEnd
        let new = text.lines.flatMap(\.self)
        if !differs { text.lines = old }
        _ = try text.write(differs ? edit.message : "", arguments, context)
        var fields: Fields = [
            "changed": .bool(text.changed), "msg": .string(edit.message), "path": .string(path),
        ]
        fields["diff"] = text.contentsDiff(from: read, to: differs ? new : read)
        fields["backup_file"] = text.backup.map { .string($0) }
        fields.merge(placeFields(path, context)) { $1 }
        return fields
    }

    private static func plain(_ octets: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(octets.count)
        var last: UInt8 = 0
        for octet in octets.starts(with: [0xEF, 0xBB, 0xBF]) ? octets.dropFirst(3) : octets[...] {
            if octet != 0x0A || last != 0x0D { plain.append(octet == 0x0D ? 0x0A : octet) }
            last = octet
        }
        return plain
    }
}

/// A change to the lines of one section.
private struct IniEdit {
    let section: String
    let option: String?
    var values: [String]
    let isPresent: Bool
    let isExclusive: Bool
    let format: String
    let ignoresSpaces: Bool
    let allowsNoValue: Bool
    let editsInactive: Bool
    let conditions: [(option: String, values: [String])]
    private(set) var changed = false
    private(set) var message = "OK"

    init(_ arguments: ModuleArguments, isPresent: Bool) throws {
        self.isPresent = isPresent
        section = trimmed(try arguments.text("section") ?? "")
        option = try arguments.text("option")
        if arguments.has("value"), arguments.has("values") {
            throw ModuleFailure("parameters are mutually exclusive: value|values")
        }
        var values: [String] = []
        let given = try arguments.text("value").map { [$0] } ?? arguments.list("values").map(\.description)
        for value in given where !values.contains(value) { values.append(value) }
        self.values = values
        isExclusive = try arguments.flag("exclusive", or: true)
        format = try arguments.flag("no_extra_spaces", or: false) ? "=" : " = "
        ignoresSpaces = try arguments.flag("ignore_spaces", or: false)
        allowsNoValue = try arguments.flag("allow_no_value", or: false)
        editsInactive = try arguments.flag("modify_inactive_option", or: true)
        conditions = arguments.list("section_has_values").map { condition in
            let values = condition["value"].map { [$0.description] } ?? condition["values"]?.asList?.map(\.description)
            return (condition["option"]?.description ?? "", values ?? [])
        }
        if isPresent, !allowsNoValue, values.isEmpty {
            throw ModuleFailure("Parameter 'value(s)' must be defined if state=present and allow_no_value=False.")
        }
    }

    mutating func perform(on lines: inout [[UInt8]]) {
        guard let range = bounds(in: lines) else {
            if isPresent { addSection(to: &lines) }
            return
        }
        var inner = Array(lines[range])
        if isPresent { present(&inner, header: section.isEmpty ? 0 : 1) } else { absent(&inner) }
        lines.replaceSubrange(range, with: inner)
    }

    // MARK: Sections

    private func isHeader(_ line: [UInt8]) -> Bool { line.first == UInt8(ascii: "[") }

    /// The section with its header; lines before all sections when none is named.
    private func bounds(in lines: [[UInt8]]) -> Range<Int>? {
        if section.isEmpty { return 0..<(lines.firstIndex(where: isHeader) ?? lines.count) }
        var start = 0
        while let header = lines[start...].firstIndex(where: { isHeader($0) && name(of: $0) == section }) {
            let end = lines[(header + 1)...].firstIndex(where: isHeader) ?? lines.count
            if hasValues(lines[header..<end]) { return header..<end }
            start = end
        }
        return nil
    }

    private func name(of line: [UInt8]) -> String? {
        guard let end = line.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        return trimmed(String(decoding: line[1..<end], as: UTF8.self))
    }

    private func hasValues(_ lines: ArraySlice<[UInt8]>) -> Bool {
        conditions.allSatisfy { condition in
            lines.contains { line in
                guard let found = IniLine(line, condition.option) else { return false }
                return condition.values.isEmpty || condition.values.contains(found.value)
            }
        }
    }

    private mutating func addSection(to lines: inout [[UInt8]]) {
        if !section.isEmpty { lines.append(TextLines.line("[\(section)]")) }
        for condition in conditions where condition.option != option {
            for value in condition.values { lines.append(written(condition.option, value)) }
            if condition.values.isEmpty, allowsNoValue { lines.append(TextLines.line(condition.option)) }
        }
        for condition in conditions where condition.option == option && !isExclusive {
            for value in condition.values where !values.contains(value) { values.append(value) }
        }
        message = "section and option added"
        if let option, !values.isEmpty {
            for value in values { lines.append(written(option, value)) }
        } else if let option, allowsNoValue {
            lines.append(TextLines.line(option))
        } else {
            message = "only section added"
        }
        changed = true
    }

    // MARK: Options

    private func written(_ option: String, _ value: String) -> [UInt8] {
        Array("\(option)\(format)\(value)\n".utf8)
    }

    private func found(_ line: [UInt8], _ option: String) -> IniLine? {
        guard let found = IniLine(line, option), editsInactive || !found.isInactive else { return nil }
        return found
    }

    private mutating func update(_ line: inout [UInt8], _ option: String, to new: [UInt8]) {
        var differs = line != new
        if ignoresSpaces, let old = IniLine(line, option), !old.isInactive {
            differs = old.value != IniLine(new, option)?.value
        }
        guard differs else { return }
        line = new
        changed = true
        message = "option changed"
    }

    private mutating func present(_ lines: inout [[UInt8]], header: Int) {
        guard let option else { return }
        var isDone = Array(repeating: false, count: lines.count)
        var hasBare = false
        for index in lines.indices {
            guard let line = found(lines[index], option) else { continue }
            if !values.isEmpty, let place = values.firstIndex(of: line.value) {
                let isBare = line.value.isEmpty && allowsNoValue
                if isBare { hasBare = true }
                let new = isBare ? TextLines.line(option) : written(option, line.value)
                update(&lines[index], option, to: new)
                isDone[index] = true
                values.remove(at: place)
            } else if values.isEmpty, allowsNoValue {
                update(&lines[index], option, to: TextLines.line(option))
                isDone[index] = true
                hasBare = true
                break
            }
        }
        if isExclusive, !allowsNoValue {
            for index in lines.indices where !values.isEmpty && !isDone[index] {
                guard found(lines[index], option) != nil else { continue }
                update(&lines[index], option, to: written(option, values.removeFirst()))
                isDone[index] = true
            }
            for index in lines.indices.reversed() where index >= header && !isDone[index] {
                guard found(lines[index], option) != nil else { continue }
                lines.remove(at: index)
                changed = true
                message = "option changed"
            }
        }
        guard !values.isEmpty || allowsNoValue && !hasBare && values.isEmpty else { return }
        let end = (lines.lastIndex { !Self.isBlankOrComment($0) } ?? header - 1) + 1
        let new = values.isEmpty ? [TextLines.line(option)] : values.map { written(option, $0) }
        lines.insert(contentsOf: new, at: max(end, 0))
        changed = true
        message = "option added"
    }

    private static func isBlankOrComment(_ line: [UInt8]) -> Bool {
        let rest = TextLines.bare(line).drop { $0 == 0x20 || $0 == 0x09 }
        return rest.isEmpty || rest.first == UInt8(ascii: "#") || rest.first == UInt8(ascii: ";")
    }

    private mutating func absent(_ lines: inout [[UInt8]]) {
        guard let option else {
            changed = !lines.isEmpty
            if changed { message = "section removed" }
            lines = []
            return
        }
        let kept = lines.filter { line in
            guard let found = IniLine(line, option), !found.isInactive else { return true }
            return !isExclusive && !values.contains(found.value)
        }
        guard kept.count != lines.count else { return }
        lines = kept
        changed = true
        message = "option changed"
    }
}

/// A line that sets an option, maybe commented out.
private struct IniLine {
    var isInactive: Bool
    var value: String

    init?(_ line: [UInt8], _ option: String) {
        var rest = TextLines.bare(line).drop { $0 == 0x20 || $0 == 0x09 }
        isInactive = rest.first == UInt8(ascii: "#") || rest.first == UInt8(ascii: ";")
        if isInactive { rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 } }
        let name = Array(option.utf8)
        guard rest.starts(with: name) else { return nil }
        rest = rest.dropFirst(name.count).drop { $0 == 0x20 || $0 == 0x09 }
        guard rest.isEmpty || rest.first == UInt8(ascii: "=") else { return nil }
        value = String(decoding: rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }
}
