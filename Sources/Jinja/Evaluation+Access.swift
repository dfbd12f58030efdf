import OrderedCollections

/// Attributes, subscripts and slices.
extension Evaluation {
    /// Names that Python's dictionaries have methods by: an attribute of such a name is never a key.
    static let dictionaryMethods: Set<String> = [
        "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values",
    ]

    func evaluate(_ attribute: Attribute, _ scope: Scope) throws -> Value {
        if case .name(let name) = attribute.object { return try self.attribute(attribute, of: name, scope) }
        return try self.attribute(attribute, of: evaluate(attribute.object, scope))
    }

    /// `name.key`
    private func attribute(_ attribute: Attribute, of name: Name, _ scope: Scope) throws -> Value {
        if let value = try scope.attribute(attribute, of: name, self) { return value }
        if let value = variable(name, scope) { return try self.attribute(attribute, of: value) }
        guard name.function == nil else { throw JinjaError("function '\(name.text)' is not a value") }
        return .undefined(name.text)
    }

    /// `name.key` of what is bound to the name.
    func attribute(_ attribute: Attribute, of binding: Binding, _ name: Name) throws -> Value {
        let key = attribute.key
        switch binding {
        case .value(let value): return try self.attribute(attribute, of: value)
        case .loop(let loop):
            return attribute.ofLoop.map { loop.value(of: $0) } ?? .undefined("loop.\(key)")
        case .namespace(let namespace):
            return namespace.attributes[key] ?? .undefined("\(name.text).\(key)")
        case .module(let module):
            guard let exported = export(key, of: module), !key.hasPrefix("_") else {
                return .undefined("\(name.text).\(key)")
            }
            guard case .value(let value) = exported else {
                throw JinjaError("\(exported.word) '\(name.text).\(key)' is not a value")
            }
            return value
        case .macro(let macro):
            guard key == "name" else {
                throw JinjaError("macro '\(name.text)' has no attribute '\(key)'")
            }
            return .string(macro.name)
        case .blocks, .parentBlock: throw JinjaError("'\(name.text).\(key)' is not a value")
        }
    }

    /// What a module's template bound to a name at its top.
    func export(_ name: String, of module: Module) -> Binding? {
        table.find(name).flatMap { module.scope.own($0) }
    }

    /// `object.key`
    private func attribute(_ attribute: Attribute, of object: Value) throws -> Value {
        let key = attribute.key
        switch object {
        case .undefined: return object
        case .dict(let entries):
            guard !attribute.isDictionaryMethod else {
                throw JinjaError("'.\(key)' is a method: call it, or write ['\(key)'] for the entry")
            }
            return entries[key] ?? .undefined("\(attribute.object.path ?? "expression").\(key)")
        case .list(let items) where items.count == 2 && (key == "grouper" || key == "list"):
            return items[key == "list" ? 1 : 0]
        case .none, .bool, .int, .double, .string, .list:
            return .undefined("\(attribute.object.path ?? "expression").\(key)")
        }
    }

    /// `object[key]`
    func subscripted(_ object: Value, by key: Value, path: @autoclosure () -> String?) throws -> Value {
        if case .undefined = object { return object }
        try refuseUndefined(key)
        if let found = Self.found(key, in: object) { return found }
        return .undefined(path() ?? "expression[\(key.representation)]")
    }

    private static func found(_ key: Value, in object: Value) -> Value? {
        switch object {
        case .dict(let entries):
            guard case .string(let key) = key else { return nil }
            return entries[key]
        case .list(let items):
            let number: Int
            switch key {
            case .int(let index): number = index
            case .bool(let flag): number = flag ? 1 : 0
            default: return nil
            }
            return index(number, in: items.count).map { items[$0] }
        case .string(let text):
            guard case .int(let number) = key else { return nil }
            let scalars = Array(text.unicodeScalars)
            return index(number, in: scalars.count).map { .string(String(scalars[$0])) }
        case .undefined, .none, .bool, .int, .double: return nil
        }
    }

    private static func index(_ index: Int, in count: Int) -> Int? {
        let place = index < 0 ? index + count : index
        return place >= 0 && place < count ? place : nil
    }

    func slice(_ object: Value, from: Value?, to: Value?, step: Value?) throws -> Value {
        func bound(_ value: Value?) throws -> Int? {
            switch try value.map({ try defined($0) }) {
            case nil, .some(.none): return nil
            case .int(let number): return number
            case .bool(let flag): return flag ? 1 : 0
            case .some(let value): throw JinjaError("a slice by \(value.typeName)")
            }
        }
        let (from, to, step) = (try bound(from), try bound(to), try bound(step))
        switch try defined(object) {
        case .list(let items):
            try charge(items.count)
            return .list(try Self.indices(items.count, from: from, to: to, step: step).map { items[$0] })
        case .string(let text):
            try charge(text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            var result = String.UnicodeScalarView()
            for index in try Self.indices(scalars.count, from: from, to: to, step: step) {
                result.append(scalars[index])
            }
            return .string(String(result))
        default: return .undefined("a slice of \(object.typeName)")
        }
    }

    private static func indices(_ count: Int, from: Int?, to: Int?, step: Int?) throws -> [Int] {
        let step = step ?? 1
        guard step != 0 else { throw JinjaError("a slice with step 0") }
        let low = step < 0 ? -1 : 0
        let high = step < 0 ? count - 1 : count
        func clamped(_ bound: Int) -> Int {
            let place = bound < 0 ? (bound < -count ? -1 : bound + count) : bound
            return min(max(place, low), high)
        }
        let start = from.map(clamped) ?? (step < 0 ? high : low)
        let end = to.map(clamped) ?? (step < 0 ? low : high)
        guard step < 0 ? start > end : start < end else { return [] }
        return Array(
            stride(from: start, to: end, by: max(step, -count - 1) < 0 ? max(step, -count - 1) : min(step, count + 1))
        )
    }
}
