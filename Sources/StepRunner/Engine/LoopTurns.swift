import AgentAPI
import Jinja
import OrderedCollections

/// What the turns of a loop see.
enum LoopTurns {
    /// The loop's items: of a list, of an expression that gives one, or made from them as `kind` says.
    static func items(_ loop: Value, _ kind: TaskItem.LoopKind?, _ variables: Fields) throws -> [Value] {
        if kind == .sequence { return try sequence(Rendering.native(loop, variables)) }
        let value: Value
        if let expression = loop.asString {
            let written = try Rendering.native(loop, variables)
            value = written == loop ? try Rendering.evaluate(expression, variables) : written
        } else if kind == .dict, loop.asDict != nil {
            value = try Rendering.native(loop, variables)
        } else {
            // Of names alone, those that are variables are meant; others are items.
            value = try Rendering.native(loop, variables)
        }
        switch kind {
        case nil: return try list(value)
        case .items: return try list(value).flatMap { $0.asList ?? [$0] }
        case .flattened: return flattened(value)
        case .dict:
            guard let entries = value.asDict else { throw wrong(value, "a dictionary") }
            return entries.map { ["key": .string($0.key), "value": $0.value] }
        case .indexed:
            return try list(value).flatMap { $0.asList ?? [$0] }.enumerated().map { [.int($0.offset), $0.element] }
        case .nested:
            return try list(value).reduce([[]]) { made, next in
                let items = next.asList ?? [next]
                return made.flatMap { start in items.map { start + [$0] } }
            }.map { .list($0) }
        case .together:
            let lists = try list(value).map { $0.asList ?? [$0] }
            let count = lists.map(\.count).max() ?? 0
            return (0..<count).map { index in .list(lists.map { index < $0.count ? $0[index] : .none }) }
        case .subelements: return try subelements(list(value))
        case .sequence: return []
        }
    }

    /// The variables of one turn.
    static func variables(of index: Int, in items: [Value], _ task: TaskItem) -> Fields {
        var variables: Fields = [task.loopVariable: items[index], "ansible_loop_var": .string(task.loopVariable)]
        guard let control = task.loopControl else { return variables }
        if let name = control.indexVariable {
            variables[name] = .int(index)
            variables["ansible_index_var"] = .string(name)
        }
        if control.isExtended == true {
            var loop: Fields = [
                "index": .int(index + 1), "index0": .int(index), "first": .bool(index == 0),
                "last": .bool(index == items.count - 1), "length": .int(items.count),
                "revindex": .int(items.count - index), "revindex0": .int(items.count - index - 1),
            ]
            if control.hidesAllItems != true { loop["allitems"] = .list(items) }
            if index > 0 { loop["previtem"] = items[index - 1] }
            if index + 1 < items.count { loop["nextitem"] = items[index + 1] }
            variables["ansible_loop"] = .dict(loop)
        }
        return variables
    }

    private static func list(_ value: Value) throws -> [Value] {
        guard let items = value.asList else { throw wrong(value, "a list") }
        return items
    }

    private static func wrong(_ value: Value, _ wanted: String) -> ModuleFailure {
        ModuleFailure("the loop is not \(wanted), but \(value.json())")
    }

    private static func flattened(_ value: Value) -> [Value] {
        value.asList.map { $0.flatMap(flattened) } ?? [value]
    }

    private static func subelements(_ parts: [Value]) throws -> [Value] {
        guard parts.count >= 2, let name = parts[1].asString else {
            throw ModuleFailure("with_subelements needs a list and the name of a list in its items")
        }
        let skips = parts.count > 2 && parts[2]["skip_missing"]?.isTruthy == true
        let items = parts[0].asDict.map { Array($0.values) } ?? parts[0].asList ?? []
        return try items.flatMap { item -> [Value] in
            let keys = name.split(separator: ".").map(String.init)
            guard let elements = keys.reduce(Optional(item), { $0?[$1] })?.asList else {
                if skips { return [] }
                throw ModuleFailure("with_subelements: there is no list '\(name)' in \(item.json())")
            }
            let rest = without(keys[...], item)
            return elements.map { [rest, $0] }
        }
    }

    /// A dictionary less what stands behind a chain of keys.
    private static func without(_ keys: ArraySlice<String>, _ value: Value) -> Value {
        guard let key = keys.first, var entries = value.asDict, let inner = entries[key] else { return value }
        if keys.count == 1 {
            entries.removeValue(forKey: key)
        } else {
            entries[key] = without(keys.dropFirst(), inner)
        }
        return .dict(entries)
    }

    /// `start=1 end=9 stride=2 format=web%02x`, `count=4`, or `1-9/2:web%02d`.
    private static func sequence(_ loop: Value) throws -> [Value] {
        let text = loop.asList?.first?.description ?? loop.description
        var start = 1
        var end: Int?
        var count: Int?
        var stride: Int?
        var format = "%d"
        func number(_ text: Substring) throws -> Int {
            let isHexadecimal = text.hasPrefix("0x")
            guard let number = Int(isHexadecimal ? text.dropFirst(2) : text, radix: isHexadecimal ? 16 : 10) else {
                throw ModuleFailure("with_sequence: '\(text)' is not a number")
            }
            return number
        }
        if text.contains("=") {
            for word in shellWords(text, keepingQuotes: false) {
                let parts = word.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { throw ModuleFailure("with_sequence: '\(word)' is not key=value") }
                switch parts[0] {
                case "start": start = try number(parts[1])
                case "end": end = try number(parts[1])
                case "count": count = try number(parts[1])
                case "stride": stride = try number(parts[1])
                case "format": format = String(parts[1])
                default: throw ModuleFailure("with_sequence has no '\(parts[0])'")
                }
            }
        } else {
            var rest = Substring(text)
            if let colon = rest.firstIndex(of: ":") {
                format = String(rest[rest.index(after: colon)...])
                rest = rest[..<colon]
            }
            if let slash = rest.firstIndex(of: "/") {
                stride = try number(rest[rest.index(after: slash)...])
                rest = rest[..<slash]
            }
            let ends = rest.split(separator: "-")
            if ends.count == 2 { start = try number(ends[0]) }
            end = try number(ends.last ?? "")
        }
        if let count {
            guard count > 0 else { return [] }
            end = start + (count - 1) * (stride ?? 1)
        }
        guard let end else { throw ModuleFailure("with_sequence needs 'count' or 'end'") }
        let step = stride ?? (end < start ? -1 : 1)
        guard step != 0, (end - start) / step < 100_000 else { throw ModuleFailure("with_sequence: too many numbers") }
        return try Swift.stride(from: start, through: end, by: step).map { number in
            try Rendering.evaluate("format % number", ["format": .string(format), "number": .int(number)])
        }
    }
}
