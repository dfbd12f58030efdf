import OrderedCollections

/// Reads YAML 1.1 as Python's `safe_load` does, for `from_yaml`: block and flow collections, all kinds of scalars,
/// anchors, aliases and merges. Bounded in depth and in what it unfolds to.
struct YAMLReader {
    private static let maximumDepth = 100
    private static let maximumNodes = 200_000

    let text: [Unicode.Scalar]
    var position = 0
    var anchors: [String: (value: Value, nodes: Int)] = [:]
    private var nodes = 0

    init(_ source: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in source.unicodeScalars {
            // Each kind of line end is one.
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        text = scalars.map { $0 == "\r" ? "\n" : $0 }
    }

    /// All documents, which `---` divides.
    mutating func documents() throws -> [Value] {
        var found: [Value] = []
        while true {
            try skipToToken()
            while current == "%", column == 0 {
                skipLine()
                try skipToToken()
            }
            if isMarker("...") {
                position += 3
                continue
            }
            let isMarked = isMarker("---")
            guard current != nil || isMarked else { return found }
            if isMarked { position += 3 }
            anchors = [:]
            found.append(try node(in: -1, depth: 0))
            try skipToToken()
            guard current == nil || isMarker("---") || isMarker("...") else {
                throw failure("neither a value nor the end was found")
            }
        }
    }

    func failure(_ message: String) -> JinjaError {
        let line = text.prefix(position).count { $0 == "\n" } + 1
        return JinjaError(
            "reading YAML, \(message) in line \(line), column \(column + 1)",
            template: "YAML",
            line: line
        )
    }

    // MARK: Characters

    var current: Unicode.Scalar? { at(0) }

    func at(_ offset: Int) -> Unicode.Scalar? {
        text.indices.contains(position + offset) ? text[position + offset] : nil
    }

    func isBlank(_ scalar: Unicode.Scalar?) -> Bool {
        scalar == nil || scalar == " " || scalar == "\n" || scalar == "\t"
    }

    var column: Int {
        var start = position
        while start > 0, text[start - 1] != "\n" { start -= 1 }
        return position - start
    }

    func isMarker(_ marker: String) -> Bool {
        guard column == 0, text[position...].starts(with: marker.unicodeScalars) else { return false }
        return isBlank(at(3))
    }

    mutating func skipLine() {
        while let scalar = current, scalar != "\n" { position += 1 }
    }

    mutating func skipSpaces() {
        while current == " " || current == "\t" { position += 1 }
    }

    /// Whether only spaces or a comment follow on this line; skips them.
    mutating func endsLine() -> Bool {
        let start = position
        skipSpaces()
        if current == "#",
            start == 0 || position > start || isBlank(text[start - 1])
                || "\"'}]".unicodeScalars.contains(text[start - 1])
        {
            skipLine()
        }
        if current == nil || current == "\n" { return true }
        return false
    }

    /// To the next thing that is no space, line end or comment.
    mutating func skipToToken() throws {
        while endsLine(), current != nil { position += 1 }
        let isIndented = position > 0 && text[position - 1] == "\t" && current != nil
        if isIndented, text[(position - column)..<position].allSatisfy({ $0 == " " || $0 == "\t" }) {
            throw failure("a tab was found where indentation belongs")
        }
    }

    // MARK: Nodes

    mutating func note(_ more: Int = 1) throws {
        nodes += more
        guard nodes <= Self.maximumNodes else { throw failure("more than \(Self.maximumNodes) values (aliases?)") }
    }

    /// A value further to the right than `parent`; nothing where there is none. With `isInline` it follows a key on the
    /// key's line, and lists and maps of their own lines may only begin on the next.
    private mutating func node(in parent: Int, depth: Int, isInline: Bool = false) throws -> Value {
        guard depth < Self.maximumDepth else { throw failure("lists and maps nested too deep") }
        try note()
        let before = nodes
        var anchor: String?
        var isText = false
        var isInline = isInline
        while true {
            let line = position
            try skipToToken()
            if text[line..<position].contains("\n") { isInline = false }
            guard current != nil, !isMarker("---"), !isMarker("..."), column > parent || isInline else {
                return try remembered(isText ? "" : .none, anchor, before)
            }
            if current == "&", !isBlank(at(1)) {
                position += 1
                anchor = word()
            } else if current == "!" {
                isText = try tag() || isText
            } else {
                break
            }
        }
        return try remembered(try content(in: parent, depth, isInline, isText), anchor, before)
    }

    private mutating func remembered(_ value: Value, _ anchor: String?, _ before: Int) throws -> Value {
        if let anchor { anchors[anchor] = (value, nodes - before + 1) }
        return value
    }

    /// A tag; true when it asks for a text.
    mutating func tag() throws -> Bool {
        let name = word()
        switch name {
        case "!!str": return true
        case "!", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map": return false
        default: throw failure("the tag '\(name)' is unknown")
        }
    }

    mutating func word() -> String {
        let start = position
        while let scalar = current, !isBlank(scalar), !",[]{}".unicodeScalars.contains(scalar) { position += 1 }
        return String(scalars: text[start..<position])
    }

    mutating func alias() throws -> Value {
        position += 1
        let name = word()
        guard let anchor = anchors[name] else { throw failure("the alias '\(name)' has no anchor") }
        try note(anchor.nodes)
        return anchor.value
    }

    private mutating func content(in parent: Int, _ depth: Int, _ isInline: Bool, _ isText: Bool) throws -> Value {
        let place = column
        if current == "-", isBlank(at(1)) {
            guard !isInline else { throw failure("a list must begin on a line of its own") }
            return try list(at: place, depth)
        }
        if current == "?", isBlank(at(1)) {
            guard !isInline else { throw failure("a map must begin on a line of its own") }
            return try map(at: place, depth)
        }
        if current == "|" || current == ">" { return .string(try blockScalar(in: parent)) }
        let start = position
        let value = try simple(depth, isText: isText)
        if isKeyEnd, !text[start..<position].contains("\n") {
            guard !isInline else { throw failure("a map must begin on a line of its own") }
            position = start
            return try map(at: place, depth)
        }
        guard case .plain(var words) = value else { return value.value(isText: isText) }
        try foldPlain(&words, in: parent)
        return isText ? .string(words) : YAMLScalar.resolved(words)
    }

    /// Whether a `:` follows that ends a key.
    private var isKeyEnd: Bool {
        var offset = 0
        while at(offset) == " " || at(offset) == "\t" { offset += 1 }
        return at(offset) == ":" && isBlank(at(offset + 1))
    }

    enum Simple {
        case plain(String)
        case other(Value)

        func value(isText: Bool) -> Value {
            switch self {
            case .plain(let text): isText ? .string(text) : YAMLScalar.resolved(text)
            case .other(let value): value
            }
        }
    }

    /// What may stand on one line: a quoted or plain text, a flow collection or an alias.
    private mutating func simple(_ depth: Int, isText: Bool = false) throws -> Simple {
        switch current {
        case "*": return .other(try alias())
        case "\"", "'": return .other(.string(try quoted()))
        case "[", "{": return .other(try flow(depth))
        default: return .plain(try plain(inFlow: false))
        }
    }

    private mutating func list(at place: Int, _ depth: Int) throws -> Value {
        var items: [Value] = []
        while true {
            try skipToToken()
            guard column == place, current == "-", isBlank(at(1)) else { break }
            position += 1
            items.append(try node(in: place, depth: depth + 1))
        }
        try checkIndentation(place)
        return .list(items)
    }

    private func checkIndentation(_ place: Int) throws {
        if current != nil, column > place { throw failure("an indentation fits nothing above it") }
    }

    private mutating func map(at place: Int, _ depth: Int) throws -> Value {
        var entries: OrderedDictionary<String, Value> = [:]
        var merged: [Value] = []
        while true {
            try skipToToken()
            guard current != nil, column == place, !isMarker("---"), !isMarker("...") else { break }
            if current == "-", isBlank(at(1)) { break }
            var key: Value
            var isMerge = false
            if current == "?", isBlank(at(1)) {
                position += 1
                key = try node(in: place, depth: depth + 1)
                try skipToToken()
                guard column == place, current == ":", isBlank(at(1)) else {
                    entries[try name(of: key)] = .some(.none)
                    continue
                }
                position += 1
            } else {
                if current == "&" {
                    position += 1
                    let name = word()
                    skipSpaces()
                    key = try simple(depth).value(isText: false)
                    anchors[name] = (key, 1)
                } else {
                    let simple = try simple(depth)
                    if case .plain("<<") = simple { isMerge = true }
                    key = simple.value(isText: false)
                }
                guard isKeyEnd else { throw failure("no ':' was found after a key") }
                skipSpaces()
                position += 1
            }
            let value = try mapValue(at: place, depth)
            if isMerge {
                merged += value.asList ?? [value]
            } else {
                entries[try name(of: key)] = value
            }
        }
        try checkIndentation(place)
        return .dict(try merging(merged, into: entries))
    }

    func merging(_ merged: [Value], into entries: OrderedDictionary<String, Value>) throws
        -> OrderedDictionary<String, Value>
    {
        guard !merged.isEmpty else { return entries }
        var all: OrderedDictionary<String, Value> = [:]
        // Of several, the first one that has a key gives it; the map itself before all of them.
        for source in merged {
            guard let more = source.asDict else { throw failure("'<<' merges maps only") }
            all.merge(more) { old, _ in old }
        }
        all.merge(entries) { $1 }
        return all
    }

    /// What follows `key:`; a list may begin in the column of the key.
    private mutating func mapValue(at place: Int, _ depth: Int) throws -> Value {
        let start = position
        if endsLine() {
            try skipToToken()
            if column == place, current == "-", isBlank(at(1)) { return try list(at: place, depth + 1) }
            position = start
        }
        return try node(in: place, depth: depth + 1, isInline: true)
    }

    /// A key's name: dictionaries here have texts as keys.
    func name(of key: Value) throws -> String {
        switch key {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .undefined, .none: return "null"
        case .list, .dict: throw failure("a list or map cannot be a key")
        default: return key.description
        }
    }
}
