import OrderedCollections

extension Filters {
    static let dictionaries: [String: Routine] = [
        "items": Routine { call in
            if call.input.isUndefined { return [] }
            return .list(try call.dictionary.map { .list([.string($0.key), $0.value]) })
        },
        "dictsort": Routine(["case_sensitive", "by", "reverse"]) { call in
            let entries = Array(try call.dictionary)
            let by = try call.string("by") ?? "key"
            guard by == "key" || by == "value" else { throw JinjaError("'dictsort' by '\(by)'") }
            let ignoresCase = try !call.flag("case_sensitive")
            let keys = entries.map { folded(by == "key" ? .string($0.key) : $0.value, ignoresCase) }
            let pairs = entries.map { Value.list([.string($0.key), $0.value]) }
            return .list(try sorted(pairs, by: keys, isReversed: call.flag("reverse")))
        },
        "dict2items": Routine(["key_name", "value_name"]) { call in
            let keyName = try call.string("key_name") ?? "key"
            let valueName = try call.string("value_name") ?? "value"
            return .list(try call.dictionary.map { item(keyName, $0.key, valueName, $0.value) })
        },
        "items2dict": Routine(["key_name", "value_name"]) { call in
            let keyName = try call.string("key_name") ?? "key"
            let valueName = try call.string("value_name") ?? "value"
            guard case .list(let items) = call.input else { throw JinjaError("'items2dict' of \(call.input.typeName)") }
            var entries: OrderedDictionary<String, Value> = [:]
            for item in items {
                guard let key = item[keyName], let value = item[valueName] else {
                    throw JinjaError("'items2dict': an item without '\(keyName)' and '\(valueName)'")
                }
                entries[try call.evaluation.key(key)] = value
            }
            return .dict(entries)
        },
        "combine": Routine(isVariadic: true) { call in
            let isRecursive = try call.rest.named["recursive"].map { try call.evaluation.isTruthy($0) } ?? false
            let lists = call.rest.named["list_merge"] ?? "replace"
            guard let merge = lists.asString.flatMap(ListMerge.init) else {
                throw JinjaError("'combine' has no list_merge \(lists.representation)")
            }
            if let extra = call.rest.named.keys.first(where: { $0 != "recursive" && $0 != "list_merge" }) {
                throw JinjaError("'combine' has no parameter '\(extra)'")
            }
            let terms = ([call.input] + call.rest.positional).flatMap { $0.asList ?? [$0] }
            var result: OrderedDictionary<String, Value> = [:]
            for (index, term) in terms.enumerated() {
                guard case .dict(let entries) = try call.evaluation.defined(term) else {
                    throw JinjaError("'combine' of \(term.typeName)")
                }
                try call.evaluation.charge(entries.count)
                result = index == 0 ? entries : merged(result, entries, isRecursive: isRecursive, lists: merge)
            }
            return .dict(result)
        },
    ]

    private static func item(_ keyName: String, _ key: String, _ valueName: String, _ value: Value) -> Value {
        var entries: OrderedDictionary<String, Value> = [keyName: .string(key)]
        entries[valueName] = value
        return .dict(entries)
    }

    /// What becomes of two lists under one key.
    enum ListMerge: String {
        case replace, keep, append, prepend
        case appendRemovingPresent = "append_rp"
        case prependRemovingPresent = "prepend_rp"

        func merge(_ old: [Value], _ new: [Value]) -> [Value] {
            switch self {
            case .replace: new
            case .keep: old
            case .append: old + new
            case .prepend: new + old
            case .appendRemovingPresent: old.filter { item in !new.contains { $0.isEqual(to: item) } } + new
            case .prependRemovingPresent: new + old.filter { item in !new.contains { $0.isEqual(to: item) } }
            }
        }
    }

    private static func merged(
        _ old: OrderedDictionary<String, Value>,
        _ new: OrderedDictionary<String, Value>,
        isRecursive: Bool,
        lists: ListMerge
    ) -> OrderedDictionary<String, Value> {
        if old.isEmpty { return new }
        var result = old
        for (key, value) in new {
            switch (old[key], value) {
            case (.dict(let inner), .dict(let other)) where isRecursive:
                result[key] = .dict(merged(inner, other, isRecursive: true, lists: lists))
            case (.list(let inner), .list(let other)): result[key] = .list(lists.merge(inner, other))
            default: result[key] = value
            }
        }
        return result
    }
}
