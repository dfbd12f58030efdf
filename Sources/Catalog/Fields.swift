import Jinja

/// Reads the fields of one map; what it was not asked for is an error in the end.
///
/// Keys that stand twice are found before, by ``SourceTree/reportRepeatedKeys(_:)``.
struct Fields {
    let tree: SourceTree
    /// What is being read, for errors: `role 'worker'`.
    var what: String
    private var entries: [String: SourceTree] = [:]
    private var keys: [String: SourceLocation] = [:]
    private var known: Set<String> = []

    init?(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        guard case .map(let found) = tree.content else {
            problems.add("\(what) must be a map of keys, found \(tree.kind)", at: tree.location)
            return nil
        }
        self.tree = tree
        self.what = what
        for entry in found {
            guard let key = entry.key.text else {
                problems.add("a key of \(what) must be a text, found \(entry.key.kind)", at: entry.key.location)
                continue
            }
            entries[key] = entry.value
            keys[key] = entry.key.location
        }
    }

    /// The name of what has a file of its own, such as a role, by which it is called from then on; nil where it has none,
    /// and then all is said of it that can be.
    mutating func ownName(_ kind: String, _ problems: inout CatalogProblems) -> String? {
        guard let name = requiredText("name", &problems) else {
            finish(&problems)
            return nil
        }
        what = "\(kind) '\(name)'"
        return name
    }

    mutating func optional(_ key: String) -> SourceTree? {
        known.insert(key)
        return entries[key]
    }

    /// Where a key stands.
    func keyLocation(_ key: String) -> SourceLocation? { keys[key] }

    /// Whether it was asked for.
    func knows(_ key: String) -> Bool { known.contains(key) }

    mutating func required(_ key: String, _ problems: inout CatalogProblems) -> SourceTree? {
        let found = optional(key)
        if found == nil { problems.add("\(what) needs '\(key)'", at: tree.location) }
        return found
    }

    /// Every key that nobody asked for is an error with a suggestion.
    func finish(_ problems: inout CatalogProblems) {
        for (key, location) in keys.sorted(by: { ($0.value.line, $0.key) < ($1.value.line, $1.key) })
        where !known.contains(key) {
            let nearest = Spelling.nearest(to: key, among: known)
            let others =
                nearest == nil && known.count < 20 ? "; known are " + known.sorted().joined(separator: ", ") : ""
            problems.add("unknown key '\(key)' in \(what)\(others)", at: location, suggestion: nearest)
        }
    }

    var allEntries: [(key: String, location: SourceLocation, value: SourceTree)] {
        guard case .map(let found) = tree.content else { return [] }
        return found.compactMap { entry in entry.key.text.map { ($0, entry.key.location, entry.value) } }
    }
}

extension Fields {
    mutating func text(_ key: String, _ problems: inout CatalogProblems) -> String? {
        optional(key).flatMap { $0.requireText("'\(key)' of \(what)", &problems) }
    }

    mutating func requiredText(_ key: String, _ problems: inout CatalogProblems) -> String? {
        required(key, &problems).flatMap { $0.requireText("'\(key)' of \(what)", &problems) }
    }

    mutating func texts(_ key: String, _ problems: inout CatalogProblems) -> [String] {
        optional(key)?.requireTexts("'\(key)' of \(what)", &problems).map(\.text) ?? []
    }

    /// Each item of a list, as `read` reads it; none where the key is not there.
    mutating func items<Item>(
        _ key: String,
        _ problems: inout CatalogProblems,
        _ read: (SourceTree, inout CatalogProblems) -> Item?
    ) -> [Item] {
        guard let tree = optional(key) else { return [] }
        return tree.requireItems("'\(key)' of \(what)", &problems).compactMap { read($0, &problems) }
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>, _ problems: inout CatalogProblems) -> Int? {
        guard let tree = optional(key) else { return nil }
        guard case .int(let number) = tree.value, range.contains(number) else {
            problems.add(
                "'\(key)' of \(what) must be a whole number from \(range.lowerBound) to \(range.upperBound), found \(tree.kind)",
                at: tree.location
            )
            return nil
        }
        return number
    }

    mutating func bool(_ key: String, _ problems: inout CatalogProblems) -> Bool? {
        guard let tree = optional(key) else { return nil }
        guard case .bool(let flag) = tree.value else {
            problems.add("'\(key)' of \(what) must be true or false, found \(tree.kind)", at: tree.location)
            return nil
        }
        return flag
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _ problems: inout CatalogProblems
    ) -> Choice? where Choice.RawValue == String {
        guard let tree = optional(key) else { return nil }
        if let text = tree.text, let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        problems.add(
            "'\(key)' of \(what) must be one of \(names.joined(separator: ", ")), found \(tree.kind)",
            at: tree.location,
            suggestion: tree.text.flatMap { Spelling.nearest(to: $0, among: names) }
        )
        return nil
    }
}

extension SourceTree {
    func requireText(_ what: String, _ problems: inout CatalogProblems) -> String? {
        if case .scalar(let text, let plain) = content, !(plain && Self.isNull(text)) { return text }
        problems.add("\(what) must be a text, found \(kind)", at: location)
        return nil
    }

    /// Every text in it with `{{` or `{%` must read as a template.
    func checkTemplates(_ what: String, _ problems: inout CatalogProblems) {
        switch content {
        case .scalar(let text, _):
            let marks = zip(text, text.dropFirst()).contains { $0 == "{" && ($1 == "{" || $1 == "%") }
            guard marks else { return }
            do {
                _ = try Template(text, name: location.description)
            } catch {
                problems.add("\(what) is not a template: \(error.message)", at: location)
            }
        case .list(let items):
            for item in items { item.checkTemplates(what, &problems) }
        case .map(let entries):
            for entry in entries { entry.value.checkTemplates(what, &problems) }
        }
    }

    /// A key that stands twice in one map, wherever that is.
    func reportRepeatedKeys(_ problems: inout CatalogProblems) {
        var rest = [self]
        var seen: Set<SourceLocation> = []
        while let tree = rest.popLast() {
            switch tree.content {
            case .scalar: break
            case .list(let items): rest += items
            case .map(let entries):
                guard seen.insert(tree.location).inserted else { continue }
                var first: [String: SourceLocation] = [:]
                for entry in entries {
                    rest.append(entry.value)
                    guard let key = entry.key.text else { continue }
                    if let other = first[key] {
                        problems.add("the key '\(key)' stands here twice, first at \(other)", at: entry.key.location)
                    } else {
                        first[key] = entry.key.location
                    }
                }
            }
        }
    }

    /// A list of texts, or one text.
    func requireTexts(
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [(text: String, location: SourceLocation)] {
        switch content {
        case .list(let items):
            return items.compactMap { item in
                item.requireText("each of \(what)", &problems).map { ($0, item.location) }
            }
        case .scalar(let text, let plain):
            if plain, Self.isNull(text) {
                problems.add("\(what) must be a list of texts, found nothing", at: location)
                return []
            }
            return [(text, location)]
        case .map:
            problems.add("\(what) must be a list of texts, found \(kind)", at: location)
            return []
        }
    }

    /// The items of a list; none, and a problem, where it is something else.
    func requireItems(_ what: String, _ problems: inout CatalogProblems) -> [SourceTree] {
        if case .list(let items) = content { return items }
        problems.add("\(what) must be a list, found \(kind)", at: location)
        return []
    }

    /// Seconds, from a number or a text such as `2s`, `5m`, `1h`.
    func requireSeconds(_ what: String, _ problems: inout CatalogProblems) -> Double? {
        switch value {
        case .int(let seconds) where seconds >= 0: return Double(seconds)
        case .double(let seconds) where seconds >= 0 && seconds.isFinite: return seconds
        case .string(let text):
            let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
            if let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number >= 0 {
                return number * unit
            }
        default: break
        }
        problems.add("\(what) must be a time such as 30s or 5m, found \(kind)", at: location)
        return nil
    }
}
