import OrderedCollections

/// The functions that are always there.
enum GlobalFunction: String, CaseIterable {
    case range, dict, namespace, lookup, query
}

/// Calls of functions, macros and methods.
extension Evaluation {
    func arguments(_ arguments: CallArguments, _ scope: Scope) throws -> Arguments {
        var result = Arguments()
        if !arguments.positional.isEmpty { result.positional = try evaluate(all: arguments.positional, scope) }
        if let list = arguments.list { result.positional += try elements(of: evaluate(list, scope)) }
        for (name, node) in arguments.named { result.named[name] = try evaluate(node, scope) }
        if let dictionary = arguments.dictionary {
            guard case .dict(let entries) = try defined(evaluate(dictionary, scope)) else {
                throw JinjaError("'**' before something that is not a dictionary")
            }
            for (name, value) in entries {
                guard result.named.updateValue(value, forKey: name) == nil else {
                    throw JinjaError("argument '\(name)' given twice")
                }
            }
        }
        return result
    }

    func evaluate(_ call: Call, _ scope: Scope) throws -> Value {
        let arguments = call.arguments
        switch call.function {
        case .name(let name):
            switch binding(of: name, scope) {
            case nil:
                guard let function = name.function else { throw JinjaError("'\(name.text)' is undefined") }
                return try self.call(function, self.arguments(arguments, scope))
            case .macro(let macro): return .string(try invoke(macro, self.arguments(arguments, scope), caller: nil))
            case .parentBlock(let block, let level): return .string(try renderParent(of: block, level: level, scope))
            case .value(.undefined(let name)): throw JinjaError("'\(name)' is undefined")
            case let binding?: throw JinjaError("\(binding.word) '\(name.text)' cannot be called")
            }
        case .attribute(let attribute):
            let key = attribute.key
            guard case .name(let owner) = attribute.object else {
                return try method(attribute, of: evaluate(attribute.object, scope), self.arguments(arguments, scope))
            }
            switch binding(of: owner, scope) {
            case .module(let module):
                guard case .macro(let macro) = export(key, of: module), !key.hasPrefix("_") else {
                    throw JinjaError("'\(owner.text)' has no macro '\(key)'")
                }
                return .string(try invoke(macro, self.arguments(arguments, scope), caller: nil))
            case .loop(let loop): return try self.call(loop, key, self.arguments(arguments, scope))
            case .blocks: return .string(try renderBlock(key, scope))
            default: break
            }
            return try method(attribute, of: evaluate(attribute.object, scope), self.arguments(arguments, scope))
        default:
            throw JinjaError("\(try defined(evaluate(call.function, scope)).typeName) cannot be called")
        }
    }

    private func call(_ loop: Loop, _ name: String, _ arguments: Arguments) throws -> Value {
        switch name {
        case "cycle":
            guard !arguments.positional.isEmpty else { throw JinjaError("loop.cycle without arguments") }
            return arguments.positional[loop.index % arguments.positional.count]
        case "changed":
            let isSame =
                loop.seen.map { Value.list($0).isEqual(to: .list(arguments.positional)) } ?? false
            loop.seen = arguments.positional
            return .bool(!isSame)
        default: throw JinjaError("loop has no method '\(name)'")
        }
    }

    private func call(_ function: GlobalFunction, _ arguments: Arguments) throws -> Value {
        switch function {
        case .range: return try range(arguments)
        case .dict:
            guard arguments.positional.count <= 1 else { throw JinjaError("dict takes one argument at most") }
            var entries: OrderedDictionary<String, Value> = [:]
            if let first = arguments.positional.first { entries = try pairs(of: first) }
            entries.merge(arguments.named) { $1 }
            return .dict(entries)
        case .namespace: throw JinjaError("namespace(...) can only be assigned to a name by set")
        case .lookup, .query: throw JinjaError("'\(function.rawValue)' is not available here: it would reach outside")
        }
    }

    /// A dictionary, or a list of pairs, as entries.
    func pairs(of value: Value) throws -> OrderedDictionary<String, Value> {
        if case .dict(let entries) = try defined(value) { return entries }
        var entries: OrderedDictionary<String, Value> = [:]
        for item in try elements(of: value) {
            let pair = try elements(of: item)
            guard pair.count == 2 else { throw JinjaError("a pair of \(pair.count) elements") }
            entries[try key(pair[0])] = pair[1]
        }
        return entries
    }

    private func range(_ arguments: Arguments) throws -> Value {
        guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
            throw JinjaError("range takes one to three numbers")
        }
        let numbers = try arguments.positional.map { value in
            guard case .int(let number) = try defined(value).number else {
                throw JinjaError("range of \(value.typeName)")
            }
            return number
        }
        let start = numbers.count > 1 ? numbers[0] : 0
        let end = numbers.count > 1 ? numbers[1] : numbers[0]
        let step = numbers.count > 2 ? numbers[2] : 1
        guard step != 0 else { throw JinjaError("range with step 0") }
        let (distance, overflow) = end.subtractingReportingOverflow(start)
        guard !overflow, step != .min else { throw JinjaError("range is too long") }
        guard (distance > 0) == (step > 0), distance != 0 else { return [] }
        let count = (distance.magnitude - 1) / step.magnitude + 1
        try charge(Int(clamping: count), times: 1)
        return .list(stride(from: start, to: end, by: step).map { .int($0) })
    }
}

/// Evaluated arguments.
struct Arguments: Sendable {
    var positional: [Value] = []
    var named: OrderedDictionary<String, Value> = [:]
}
