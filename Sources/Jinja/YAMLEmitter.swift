import OrderedCollections

/// Writes values as YAML, laid out as libyaml does with Unicode allowed.
struct YAMLEmitter {
    let indent: Int
    let sortsKeys: Bool
    let width: Int
    /// Everything in flow style, nothing in it, or (nil) the innermost collections alone.
    let isFlow: Bool?
    private var text = ""
    private var column = 0

    init(indent: Int, sortsKeys: Bool, width: Int, isFlow: Bool?) {
        self.indent = indent
        self.sortsKeys = sortsKeys
        self.width = width > indent * 2 ? width : 80
        self.isFlow = isFlow
    }

    mutating func document(_ value: Value) -> String {
        emit(value, level: -1, isSimpleKey: false, inMapping: false)
        return text + "\n"
    }

    private mutating func write(_ part: String) {
        text += part
        if let line = part.utf8.lastIndex(of: 0x0A) {
            column = part[part.utf8.index(after: line)...].unicodeScalars.count
        } else {
            column += part.unicodeScalars.count
        }
    }

    private mutating func startLine(_ spaces: Int) {
        write("\n" + String(repeating: " ", count: max(0, spaces)))
    }

    private func usesFlow(_ value: Value) -> Bool {
        switch value {
        case .list(let items): items.isEmpty || isFlow ?? !items.contains(where: \.isCollection)
        case .dict(let entries): entries.isEmpty || isFlow ?? !entries.values.contains(where: \.isCollection)
        default: false
        }
    }

    private func ordered(_ entries: OrderedDictionary<String, Value>) -> [(key: String, value: Value)] {
        let pairs = entries.map { (key: $0.key, value: $0.value) }
        return sortsKeys ? pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : pairs
    }

    /// `level` is the column that the entries of the surrounding block stand in, or -1 at the root.
    private mutating func emit(_ value: Value, level: Int, isSimpleKey: Bool, inMapping: Bool) {
        switch value {
        case .list(let items):
            if usesFlow(value) { return emitFlow(value, level: level < 0 ? indent : level + indent) }
            // A list inside a mapping is not indented.
            let own = inMapping ? level : nextLevel(level)
            for (index, item) in items.enumerated() {
                if index > 0 || inMapping { startLine(own) }
                write("-")
                emitBlockItem(item, level: own)
            }
        case .dict(let entries):
            if usesFlow(value) { return emitFlow(value, level: level < 0 ? indent : level + indent) }
            let own = nextLevel(level)
            for (index, entry) in ordered(entries).enumerated() {
                if index > 0 || inMapping { startLine(own) }
                emitEntry(entry, level: own)
            }
        default: emitScalar(value, level: level, isSimpleKey: isSimpleKey, inFlow: false)
        }
    }

    private func nextLevel(_ level: Int) -> Int { level < 0 ? 0 : level + indent }

    /// What follows the `-` of a block sequence: a collection starts on the same line.
    private mutating func emitBlockItem(_ item: Value, level: Int) {
        if item.isCollection, !usesFlow(item) {
            write(String(repeating: " ", count: max(1, indent - 1)))
        } else {
            write(" ")
        }
        emit(item, level: level, isSimpleKey: false, inMapping: false)
    }

    private mutating func emitEntry(_ entry: (key: String, value: Value), level: Int) {
        let isSimple = entry.key.utf8.count <= 128 && !entry.key.utf8.contains(0x0A)
        if isSimple {
            emitScalar(.string(entry.key), level: level, isSimpleKey: true, inFlow: false)
            write(":")
        } else {
            write("? ")
            emitScalar(.string(entry.key), level: level, isSimpleKey: false, inFlow: false)
            startLine(level)
            write(":")
        }
        if !entry.value.isCollection || usesFlow(entry.value) { write(" ") }
        emit(entry.value, level: level, isSimpleKey: false, inMapping: true)
    }

    private mutating func emitFlow(_ value: Value, level: Int) {
        let isList = value.asList != nil
        write(isList ? "[" : "{")
        let count = value.asList?.count ?? value.asDict?.count ?? 0
        let entries = value.asDict.map(ordered) ?? []
        for index in 0..<count {
            if index > 0 { write(",") }
            if column > width {
                startLine(level)
            } else if index > 0 {
                write(" ")
            }
            if isList {
                emitInFlow(value.asList?[index] ?? .none, level: level)
            } else {
                emitScalar(.string(entries[index].key), level: level, isSimpleKey: true, inFlow: true)
                write(": ")
                emitInFlow(entries[index].value, level: level)
            }
        }
        write(isList ? "]" : "}")
    }

    private mutating func emitInFlow(_ value: Value, level: Int) {
        if value.isCollection {
            emitFlow(value, level: level + indent)
        } else {
            emitScalar(value, level: level, isSimpleKey: false, inFlow: true)
        }
    }

    // MARK: Scalars

    private mutating func emitScalar(_ value: Value, level: Int, isSimpleKey: Bool, inFlow: Bool) {
        switch value {
        case .undefined, .none: write("null")
        case .bool(let flag): write(flag ? "true" : "false")
        case .int(let number): write(String(number))
        case .double(let number): write(Self.text(of: number))
        case .string(let string):
            let foldIndent = inFlow ? level : nextLevel(level)
            switch YAMLScalar(string).style(isSimpleKey: isSimpleKey, inFlow: inFlow) {
            case .plain: writeFolded(string, indent: foldIndent, folds: !isSimpleKey)
            case .singleQuoted: writeSingleQuoted(string, indent: foldIndent, folds: !isSimpleKey)
            case .doubleQuoted: writeDoubleQuoted(string, indent: foldIndent, folds: !isSimpleKey)
            }
        case .list, .dict: break
        }
    }

    private static func text(of number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        let text = pythonText(of: number)
        guard !text.contains("."), let mark = text.firstIndex(of: "e") else { return text }
        return text[..<mark] + ".0" + text[mark...]
    }

    /// Single spaces beyond the width become line ends.
    private mutating func writeFolded(_ string: String, indent: Int, folds: Bool) {
        let scalars = Array(string.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let end = scalars[index...].firstIndex(of: " ") ?? scalars.count
            write(String(scalars: scalars[index..<end]))
            index = end
            guard index < scalars.count else { break }
            let after = scalars[index...].firstIndex { $0 != " " } ?? scalars.count
            let isInner = index > 0 && after < scalars.count
            if folds, after == index + 1, isInner, column > width {
                startLine(indent)
            } else {
                write(String(scalars: scalars[index..<after]))
            }
            index = after
        }
    }

    private mutating func writeSingleQuoted(_ string: String, indent: Int, folds: Bool) {
        write("'")
        let lines = string.split(separator: "\n", omittingEmptySubsequences: false)
        var breaks = 0
        for (index, line) in lines.enumerated() {
            if index > 0 {
                breaks += 1
                guard !line.isEmpty || index == lines.count - 1 else { continue }
                // One line end reads as a space, so each run of them is written with one more.
                write(String(repeating: "\n", count: breaks))
                startLine(indent)
                breaks = 0
            }
            writeFolded(
                line.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"),
                indent: indent,
                folds: folds
            )
        }
        write("'")
    }

    private mutating func writeDoubleQuoted(_ string: String, indent: Int, folds: Bool) {
        write("\"")
        let scalars = Array(string.unicodeScalars)
        var afterSpace = false
        for (index, scalar) in scalars.enumerated() {
            if scalar == " ", folds, !afterSpace, column > width, index > 0, index < scalars.count - 1 {
                startLine(indent)
                if scalars[index + 1] == " " { write("\\") }
                afterSpace = true
                continue
            }
            write(YAMLScalar.isPlainInDoubleQuotes(scalar) ? String(scalar) : YAMLScalar.escape(scalar))
            afterSpace = scalar == " "
        }
        write("\"")
    }
}

extension Value {
    var isCollection: Bool {
        switch self {
        case .list, .dict: true
        default: false
        }
    }
}
