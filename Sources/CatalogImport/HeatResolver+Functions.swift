import Catalog
import Jinja

extension HeatResolver {
    /// `list_join`: texts with something between them.
    mutating func joined(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let parts = argument.items, let separator = parts.first?.text else {
            return fail("'list_join' needs a separator and lists", at: place)
        }
        var texts: [String] = []
        for part in parts.dropFirst() {
            guard let list = resolve(part) else { continue }
            if let reference = list.reference {
                texts.append("{{ \(reference) | join(\(Value.string(separator).json())) }}")
                continue
            }
            guard let items = list.items else { return fail("'list_join' joins what is no list", at: place) }
            texts += items.map { $0.isNothing ? "" : $0.text ?? $0.value.json() }
        }
        return .text(texts.joined(separator: separator), at: place)
    }

    /// `str_replace`: a text with words replaced, the longest first.
    mutating func replaced(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let written = argument["template"], let template = resolve(written), var text = template.text,
            let parameters = argument["params"]?.entries
        else { return fail("'str_replace' needs 'template' and 'params'", at: place) }
        var words: [(key: String, value: String)] = []
        for (key, _, value) in parameters where !key.isEmpty {
            guard let value = resolve(value) else { return nil }
            words.append((key, value.isNothing ? "" : value.text ?? value.value.json()))
        }
        words.sort { ($0.key.count, $1.key) > ($1.key.count, $0.key) }
        var result = ""
        // What was put in is not looked at again.
        while let first = text.first {
            if let word = words.first(where: { text.hasPrefix($0.key) }) {
                result += word.value
                text.removeFirst(word.key.count)
            } else {
                result.append(first)
                text.removeFirst()
            }
        }
        return .text(result, at: place)
    }

    /// `make_url`: what it is made of, in the order of a URL.
    mutating func url(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        var parts: [String: String] = [:]
        for (key, _, value) in argument.entries ?? [] where key != "query" {
            guard let value = resolve(value) else { return nil }
            parts[key] = value.isNothing ? "" : value.text ?? value.value.json()
        }
        var text = (parts["scheme"] ?? "") + "://"
        if let user = parts["username"], !user.isEmpty {
            text += user + (parts["password"].map { ":" + $0 } ?? "") + "@"
        }
        text += parts["host"] ?? ""
        if let port = parts["port"], !port.isEmpty { text += ":" + port }
        if let path = parts["path"], !path.isEmpty { text += path.hasPrefix("/") ? path : "/" + path }
        if let query = argument["query"].flatMap({ resolve($0) })?.entries, !query.isEmpty {
            text += "?" + query.map { "\($0.key)=\($0.value.text ?? "")" }.joined(separator: "&")
        }
        if let fragment = parts["fragment"], !fragment.isEmpty { text += "#" + fragment }
        return .text(text, at: place)
    }

    mutating func concatenated(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let lists = argument.items else { return fail("'list_concat' needs lists", at: place) }
        var items: [SourceTree] = []
        for list in lists {
            guard let found = resolve(list), !found.isNothing else { continue }
            if let more = constantItems(found) {
                items += more
            } else {
                _ = fail("a list in 'list_concat' is known when it runs and not before", at: list.location)
            }
        }
        return SourceTree(.list(items), at: place)
    }

    /// A list's items; of a parameter, those of its default.
    private mutating func constantItems(_ tree: SourceTree) -> [SourceTree]? {
        if let items = tree.items { return items }
        guard let name = tree.reference, let fallback = template["parameters"]?[name]?["default"] else { return nil }
        guard let items = fallback.items else { return fallback.text == "" ? [] : nil }
        if !items.isEmpty { remark("the list '\(name)' is taken as its default has it", at: tree.location) }
        return items
    }

    mutating func merged(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let maps = argument.items else { return fail("'map_merge' needs maps", at: place) }
        var entries: [SourceTree.Entry] = []
        for map in maps {
            guard let found = resolve(map), !found.isNothing else { continue }
            var more: [SourceTree.Entry] = []
            if case .map(let inner) = found.content {
                more = inner
            } else if let name = found.reference, let fallback = template["parameters"]?[name]?["default"],
                case .map(let inner) = fallback.content
            {
                more = inner
                if !inner.isEmpty { remark("the map '\(name)' is taken as its default has it", at: found.location) }
            } else {
                _ = fail("a map in 'map_merge' is known when it runs and not before", at: map.location)
            }
            for entry in more {
                if let index = entries.firstIndex(where: { $0.key.text == entry.key.text }) {
                    entries[index].value = entry.value
                } else {
                    entries.append(entry)
                }
            }
        }
        return SourceTree(.map(entries), at: place)
    }

    mutating func keysReplaced(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let parts = argument.items, parts.count == 2, let map = resolve(parts[0]), let entries = map.entries
        else {
            return fail("'map_replace' needs a map and what is replaced", at: place)
        }
        let keys = parts[1]["keys"]?.entries ?? []
        let values = parts[1]["values"]?.entries ?? []
        var result: [(String, SourceTree?)] = []
        for (key, _, value) in entries {
            let name = keys.first { $0.key == key }.flatMap { resolve($0.value)?.text } ?? key
            let new = values.first { $0.key == value.text }.flatMap { resolve($0.value) } ?? value
            result.append((name, new))
        }
        return .mapping(result, at: place)
    }

    /// The two shapes that TripleO's templates have; others are a language of their own.
    mutating func queried(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        let expression = argument["expression"]?.text ?? ""
        let parts = expression.split(separator: "+").map { $0.filter { !$0.isWhitespace } }
        let start = "$.data."
        if parts.allSatisfy({ $0.hasPrefix(start) && $0.dropFirst(start.count).allSatisfy(Self.isWord) }) {
            let names = parts.map { String($0.dropFirst(start.count)) }
            return concatenated(.list(names.compactMap { argument["data"]?[$0] }, at: place), at: place)
        }
        let first = ".where($!='').first()"
        if let only = parts.first, parts.count == 1, only.hasPrefix(start), only.hasSuffix(first) {
            let name = String(only.dropFirst(start.count).dropLast(first.count))
            if let list = argument["data"]?[name], let items = resolve(list)?.items {
                let expressions = items.map { item in
                    item.reference.map { "(\($0) | default(''))" } ?? Value.string(item.text ?? "").json()
                }
                let all = expressions.joined(separator: ", ")
                return .text("{{ [\(all)] | reject('equalto', '') | first }}", at: place)
            }
        }
        return fail("the YAQL expression '\(expression.prefix(60))' has no counterpart; write what it gives", at: place)
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    // MARK: Conditions

    mutating func chosen(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let parts = argument.items, parts.count == 3 else {
            return fail("'if' needs a condition and two values", at: place)
        }
        let name = parts[0].text.map { "condition '\($0)'" } ?? "a condition"
        let declared = parts[0].text.flatMap { template["conditions"]?[$0]?.location } ?? place
        guard let truth = decide(parts[0]) else {
            return fail("\(name) depends on what has no default", at: place)
        }
        let reason = "\(truth) by the parameters' defaults, and stays so"
        remarks.append(ImportRemark(name, reason, at: declared))
        return resolve(truth ? parts[1] : parts[2])
    }

    /// Whether a condition holds when every parameter is as its default says.
    func decide(_ tree: SourceTree, depth: Int = 0) -> Bool? {
        guard depth < 32 else { return nil }
        if let (name, argument) = tree.call {
            let parts = argument.items ?? [argument]
            switch name {
            case "equals":
                guard parts.count == 2, let left = constant(parts[0]), let right = constant(parts[1]) else {
                    return nil
                }
                return left.isEqual(to: right) || Self.word(left) == Self.word(right)
            case "not": return parts.first.flatMap { decide($0, depth: depth + 1) }.map { !$0 }
            case "and", "or":
                let truths = parts.map { decide($0, depth: depth + 1) }
                if truths.contains(name == "or") { return name == "or" }
                return truths.contains(nil) ? nil : name == "and"
            default: return constant(tree).map(Self.isTrue)
            }
        }
        if let name = tree.text, let condition = template["conditions"]?[name] {
            return decide(condition, depth: depth + 1)
        }
        return constant(tree).map(Self.isTrue)
    }

    /// A value with the parameters' defaults in it.
    private func constant(_ tree: SourceTree) -> Value? {
        guard let (name, argument) = tree.call else {
            switch tree.content {
            case .scalar: return tree.value
            case .list, .map: return HeatWords.functions.contains { tree.description(contains: $0) } ? nil : tree.value
            }
        }
        guard name == "get_param" else { return nil }
        let parts = argument.items ?? [argument]
        guard let parameter = parts.first?.text else { return nil }
        var value: Value?
        if let passed = given[parameter], passed.reference == nil { value = passed.value }
        value = value ?? template["parameters"]?[parameter]?["default"]?.value
        for key in parts.dropFirst() {
            guard let found = value else { return nil }
            // An empty map has nothing under any key, which Heat takes for nothing.
            value = key.text.flatMap { found[$0] } ?? (found.asDict == nil ? nil : .string(""))
        }
        return value
    }

    private static func word(_ value: Value) -> String { value.description.lowercased() }

    private static func isTrue(_ value: Value) -> Bool {
        if case .string(let text) = value { return ["true", "1", "yes", "on", "t", "y"].contains(text.lowercased()) }
        return value.isTruthy
    }
}

extension SourceTree {
    /// Whether a key of that name stands anywhere in it.
    fileprivate func description(contains key: String) -> Bool {
        switch content {
        case .scalar: false
        case .list(let items): items.contains { $0.description(contains: key) }
        case .map(let entries): entries.contains { $0.key.text == key || $0.value.description(contains: key) }
        }
    }
}
