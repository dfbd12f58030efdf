import OrderedCollections

/// The methods of strings, dictionaries and lists that templates call; those that change their object are refused.
extension Evaluation {
    func method(_ attribute: Attribute, of object: Value, _ arguments: Arguments) throws -> Value {
        let name = attribute.key
        switch object {
        case .undefined(let name): throw JinjaError("'\(name)' is undefined")
        case .string(let text): return try method(attribute, of: text, arguments)
        case .dict(let entries): return try method(name, of: entries, arguments)
        case .list(let items): return try method(name, of: items, arguments)
        case .int(let number):
            if name == "bit_length" { return .int(Int.bitWidth - Int(number.magnitude).leadingZeroBitCount) }
        case .double(let number):
            if name == "is_integer" { return .bool(number == number.rounded() && number.isFinite) }
        case .none, .bool: break
        }
        throw JinjaError("\(object.typeName) has no method '\(name)'")
    }

    /// Refuses arguments of a method that takes none.
    private func takesNothing(_ name: String, _ arguments: Arguments) throws {
        guard arguments.positional.isEmpty, arguments.named.isEmpty else {
            _ = try RoutineCall(NamedRoutine(name, Routine { $0.input }), input: .none, arguments, self)
            return
        }
    }

    private func soleArgument(_ name: String, _ arguments: Arguments) throws -> Value {
        let routine = NamedRoutine(name, Routine(["value"]) { $0.input })
        return try RoutineCall(routine, input: .none, arguments, self).required("value")
    }

    private func method(_ name: String, of entries: OrderedDictionary<String, Value>, _ arguments: Arguments) throws
        -> Value
    {
        try charge(entries.count)
        switch name {
        case "get":
            let values = try arguments.positional.map { try defined($0) }
            guard (1...2).contains(values.count), arguments.named.isEmpty else {
                throw JinjaError("'get' takes a key and a default")
            }
            guard case .string(let key) = values[0], let value = entries[key] else {
                return values.count > 1 ? values[1] : .none
            }
            return value
        case "items":
            try takesNothing(name, arguments)
            return .list(entries.map { .list([.string($0.key), $0.value]) })
        case "keys":
            try takesNothing(name, arguments)
            return .list(entries.keys.map { .string($0) })
        case "values":
            try takesNothing(name, arguments)
            return .list(Array(entries.values))
        case "copy":
            try takesNothing(name, arguments)
            return .dict(entries)
        case "update", "pop", "popitem", "setdefault", "clear":
            throw JinjaError("'\(name)' would change the dictionary; use the filter 'combine' or build a new one")
        default: throw JinjaError("dict has no method '\(name)'")
        }
    }

    private func method(_ name: String, of items: [Value], _ arguments: Arguments) throws -> Value {
        try charge(items.count)
        switch name {
        case "index":
            let item = try soleArgument(name, arguments)
            guard let index = items.firstIndex(where: { $0.isEqual(to: item) }) else {
                throw JinjaError("\(item.representation) is not in the list")
            }
            return .int(index)
        case "count":
            let item = try soleArgument(name, arguments)
            return .int(items.count { $0.isEqual(to: item) })
        case "copy":
            try takesNothing(name, arguments)
            return .list(items)
        case "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse":
            throw JinjaError("'\(name)' would change the list; use '+' or a filter, or build a new one")
        default: throw JinjaError("list has no method '\(name)'")
        }
    }
}
