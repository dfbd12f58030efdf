import OrderedCollections

extension Filters {
    static let sequences: [String: Routine] = [
        "length": Routine(direct: { .int(try $1.length(of: $0)) }),
        "list": Routine { .list(try $0.elements) },
        "first": Routine { try $0.elements.first ?? .undefined("the first of an empty sequence") },
        "last": Routine { try $0.elements.last ?? .undefined("the last of an empty sequence") },
        "reverse": Routine { call in
            if case .string(let text) = call.input { return .string(String(scalars: text.unicodeScalars.reversed())) }
            return .list(try call.elements.reversed())
        },
        "join": Routine(["d", "attribute"]) { call in
            let separator = try call["d"].map { try call.evaluation.text(of: $0) } ?? ""
            var items = try call.elements
            if let attribute = call["attribute"] {
                let path = AttributePath(attribute, call.evaluation)
                items = try items.map { try path($0) }
            }
            var text = Output()
            text.reserve(8 * items.count)
            for index in items.indices {
                if index > 0 { text.append(separator.utf8.span) }
                let item = try call.evaluation.text(of: items[index])
                text.append(item.utf8.span)
            }
            return try call.evaluation.made(text.text)
        },
        "sort": Routine(["reverse", "case_sensitive", "attribute"]) { call in
            let items = try call.elements
            let ignoresCase = try !call.flag("case_sensitive")
            let isReversed = try call.flag("reverse")
            let attribute = call["attribute"] ?? .none
            if case .string(let names) = attribute, names.utf8.contains(0x2C) {
                let paths = split(names, by: ",", limit: -1).map { AttributePath(.string($0), call.evaluation) }
                let keys = try items.map { item in
                    Value.list(try paths.map { folded(try $0(item), ignoresCase) })
                }
                return .list(try sorted(items, by: keys, isReversed: isReversed))
            }
            let path = AttributePath(attribute, call.evaluation)
            let keys = try items.map { folded(try path($0), ignoresCase) }
            return .list(try sorted(items, by: keys, isReversed: isReversed, skipsEqual: !attribute.isNone))
        },
        "unique": Routine(["case_sensitive", "attribute"]) { call in
            let ignoresCase = try !call.flag("case_sensitive")
            let path = call["attribute"].map { AttributePath($0, call.evaluation) }
            return .list(try unique(call.elements, call.evaluation) { folded(try path?($0) ?? $0, ignoresCase) })
        },
        "min": Routine(["case_sensitive", "attribute"]) { try extreme($0) { try $0.precedes($1) } },
        "max": Routine(["case_sensitive", "attribute"]) { try extreme($0) { try $1.precedes($0, operator: ">") } },
        "sum": Routine(["attribute", "start"]) { call in
            var items = try call.elements
            if let attribute = call["attribute"], !attribute.isNone {
                let path = AttributePath(attribute, call.evaluation)
                items = try items.map { try path($0) }
            }
            let start = call["start"] ?? 0
            if case .string = start { throw JinjaError("'sum' of strings") }
            return try items.reduce(start) { try call.evaluation.combine($0, $1, by: .add) }
        },
        "batch": Routine(["linecount", "fill_with"]) { call in
            guard let size = try call.int("linecount"), size > 0 else {
                throw JinjaError("'batch' needs a 'linecount'")
            }
            let items = try call.elements
            var rows = stride(from: 0, to: items.count, by: size).map {
                Array(
                    items[$0..<min(items.count, $0.addingReportingOverflow(size).partialValue < $0 ? .max : $0 + size)]
                )
            }
            if let fill = call["fill_with"], !fill.isNone, let last = rows.last, last.count < size {
                try call.evaluation.charge(size, times: 1)
                rows[rows.count - 1] += Array(repeating: fill, count: size - last.count)
            }
            return .list(rows.map { .list($0) })
        },
        "slice": Routine(["slices", "fill_with"]) { call in
            guard let count = try call.int("slices"), count > 0 else { throw JinjaError("'slice' needs 'slices'") }
            try call.evaluation.charge(count, times: 1)
            let items = try call.elements
            let (size, extra) = items.count.quotientAndRemainder(dividingBy: count)
            var start = 0
            var columns: [Value] = []
            for number in 0..<count {
                let end = start + size + (number < extra ? 1 : 0)
                var column = Array(items[start..<end])
                if let fill = call["fill_with"], !fill.isNone, number >= extra { column.append(fill) }
                columns.append(.list(column))
                start = end
            }
            return .list(columns)
        },
        "flatten": Routine(["levels", "skip_nulls"]) { call in
            let levels = try call.int("levels")
            let skipsNone = try call["skip_nulls"] == nil || call.flag("skip_nulls")
            guard case .list(let items) = call.input else { throw JinjaError("'flatten' of \(call.input.typeName)") }
            return .list(flattened(items, levels: levels ?? .max, skipsNone: skipsNone))
        },
        "zip": Routine(isVariadic: true) { call in
            let lists = try [call.elements] + call.rest.positional.map { try call.evaluation.elements(of: $0) }
            let count = lists.map(\.count).min() ?? 0
            return .list((0..<count).map { index in .list(lists.map { $0[index] }) })
        },
        "split": Routine(["sep", "maxsplit"]) { call in
            let text = try call.string
            try call.evaluation.charge(text.utf8.count)
            let limit = try call.int("maxsplit") ?? -1
            let splits = limit < 0 ? Int.max : limit
            guard let separator = try call.string("sep"), !separator.isEmpty else {
                // Without a separator it is white space, of which none is kept at the ends.
                guard limit < 0 else { throw JinjaError("'split' needs 'sep' beside 'maxsplit'") }
                return .list(text.split(whereSeparator: \.isWhitespace).map { .string(String($0)) })
            }
            var parts: [Value] = []
            var part: [UInt8] = []
            let (octets, wanted) = (Array(text.utf8), Array(separator.utf8))
            var place = 0
            while place < octets.count {
                if parts.count < splits, octets[place...].starts(with: wanted) {
                    parts.append(.string(String(decoding: part, as: UTF8.self)))
                    part = []
                    place += wanted.count
                } else {
                    part.append(octets[place])
                    place += 1
                }
            }
            return .list(parts + [.string(String(decoding: part, as: UTF8.self))])
        },
        "product": Routine(isVariadic: true) { call in
            let lists = try [call.elements] + call.rest.positional.map { try call.evaluation.elements(of: $0) }
            var made: [[Value]] = [[]]
            for list in lists {
                try call.evaluation.charge(made.count, times: list.count)
                made = made.flatMap { start in list.map { start + [$0] } }
            }
            return .list(made.map { .list($0) })
        },
        "union": Routine(["other"]) { call in
            try .list(unique(call.elements + call.other, call.evaluation) { $0 })
        },
        "intersect": Routine(["other"]) { call in
            let other = try call.other
            return .list(
                try unique(call.elements.filter { try contains(other, $0, call.evaluation) }, call.evaluation) { $0 }
            )
        },
        "difference": Routine(["other"]) { call in
            let other = try call.other
            return .list(
                try unique(call.elements.filter { try !contains(other, $0, call.evaluation) }, call.evaluation) { $0 }
            )
        },
        "symmetric_difference": Routine(["other"]) { call in
            let (one, two) = (try call.elements, try call.other)
            let apart = try (one + two).filter { item in
                try contains(one, item, call.evaluation) != contains(two, item, call.evaluation)
            }
            return .list(try unique(apart, call.evaluation) { $0 })
        },
    ]

    static func contains(_ items: [Value], _ item: Value, _ evaluation: Evaluation) throws -> Bool {
        try evaluation.charge(items.count)
        return items.contains { $0.isEqual(to: item) }
    }

    /// The first of all that have the same key.
    static func unique(_ items: [Value], _ evaluation: Evaluation, key: (Value) throws -> Value) throws -> [Value] {
        var strings: Set<String> = []
        var others: [Value] = []
        return try items.filter { item in
            let key = try evaluation.defined(key(item))
            if case .string(let text) = key { return strings.insert(text).inserted }
            guard try !contains(others, key, evaluation) else { return false }
            others.append(key)
            return true
        }
    }

    /// The key that sorting and comparing go by: strings in lower case unless case counts.
    static func folded(_ value: Value, _ ignoresCase: Bool) -> Value {
        guard ignoresCase, case .string(let text) = value else { return value }
        return .string(text.lowercased())
    }

    /// A stable sort; reversed, equal items still keep their order.
    ///
    /// - Parameter skipsEqual: Keys that are equal need no order, as when they were elements of tuples.
    static func sorted(_ items: [Value], by keys: [Value], isReversed: Bool, skipsEqual: Bool = false) throws
        -> [Value]
    {
        if keys.count == 1 { return items }
        let order = try items.indices.sorted { left, right in
            if case .int(let one) = keys[left], case .int(let two) = keys[right] {
                return isReversed ? two < one : one < two
            }
            let (one, two) = isReversed ? (keys[right], keys[left]) : (keys[left], keys[right])
            if skipsEqual { return try !one.isEqual(to: two) && one.precedes(two) }
            if case .undefined(let name) = one { throw JinjaError("'\(name)' is undefined") }
            if case .undefined(let name) = two { throw JinjaError("'\(name)' is undefined") }
            return try one.precedes(two)
        }
        return order.map { items[$0] }
    }

    private static func extreme(_ call: RoutineCall, _ precedes: (Value, Value) throws -> Bool) throws -> Value {
        let ignoresCase = try !call.flag("case_sensitive")
        let path = call["attribute"].map { AttributePath($0, call.evaluation) }
        var best: (item: Value, key: Value)?
        for item in try call.elements {
            let key = folded(try call.evaluation.defined(path?(item) ?? item), ignoresCase)
            if let found = best, try !precedes(key, found.key) { continue }
            best = (item, key)
        }
        return best?.item ?? .undefined("the extreme of an empty sequence")
    }

    private static func flattened(_ items: [Value], levels: Int, skipsNone: Bool) -> [Value] {
        var result: [Value] = []
        for item in items {
            switch item {
            case .none where skipsNone: continue
            case .string(let text) where skipsNone && (text == "None" || text == "null"): continue
            case .list(let inner) where levels >= 1:
                result += flattened(inner, levels: levels - 1, skipsNone: skipsNone)
            default: result.append(item)
            }
        }
        return result
    }
}

extension RoutineCall {
    fileprivate var other: [Value] {
        get throws { try evaluation.elements(of: required("other")) }
    }
}
