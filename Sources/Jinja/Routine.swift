import OrderedCollections

/// A filter or test: its parameters after the input, and what it does.
struct Routine: Sendable {
    let parameters: [String]
    /// Whether further arguments are taken too, as `rest`.
    let isVariadic: Bool
    /// Whether an undefined input or argument is its own affair.
    let acceptsUndefined: Bool
    let body: @Sendable (RoutineCall) throws -> Value

    init(
        _ parameters: [String] = [],
        isVariadic: Bool = false,
        acceptsUndefined: Bool = false,
        _ body: @escaping @Sendable (RoutineCall) throws -> Value
    ) {
        self.parameters = parameters
        self.isVariadic = isVariadic
        self.acceptsUndefined = acceptsUndefined
        self.body = body
    }
}

/// A filter or test being applied.
struct RoutineCall {
    let name: String
    let evaluation: Evaluation
    let input: Value
    private let parameters: [String]
    private var values: [Value?]
    private(set) var rest = Arguments()

    init(_ routine: Routine, name: String, input: Value, _ arguments: Arguments, _ evaluation: Evaluation) throws {
        self.name = name
        self.evaluation = evaluation
        parameters = routine.parameters
        values = Array(repeating: nil, count: parameters.count)
        self.input = routine.acceptsUndefined ? input : try evaluation.defined(input)
        for (index, value) in arguments.positional.enumerated() {
            let value = routine.acceptsUndefined ? value : try evaluation.defined(value)
            if routine.isVariadic || index >= parameters.count {
                guard routine.isVariadic else {
                    throw JinjaError("'\(name)' takes \(parameters.count) arguments at most")
                }
                rest.positional.append(value)
            } else {
                values[index] = value
            }
        }
        for (key, value) in arguments.named {
            let value = routine.acceptsUndefined ? value : try evaluation.defined(value)
            if let index = parameters.firstIndex(of: key) {
                guard values[index] == nil else { throw JinjaError("'\(name)' got '\(key)' twice") }
                values[index] = value
            } else if routine.isVariadic {
                rest.named[key] = value
            } else {
                throw JinjaError("'\(name)' has no parameter '\(key)'")
            }
        }
    }

    subscript(parameter: String) -> Value? {
        guard let index = parameters.firstIndex(of: parameter) else { return nil }
        return values[index]
    }

    func required(_ parameter: String) throws -> Value {
        guard let value = self[parameter] else { throw JinjaError("'\(name)' needs '\(parameter)'") }
        return value
    }

    func string(_ parameter: String) throws -> String? {
        switch self[parameter] {
        case nil, .some(.none): return nil
        case .string(let text): return text
        case .some(let value): throw wrong(parameter, "a string", value)
        }
    }

    func int(_ parameter: String) throws -> Int? {
        switch self[parameter] {
        case nil, .some(.none): return nil
        case .int(let number): return number
        case .bool(let flag): return flag ? 1 : 0
        case .some(let value): throw wrong(parameter, "a whole number", value)
        }
    }

    func flag(_ parameter: String) throws -> Bool {
        try self[parameter].map { try evaluation.isTruthy($0) } ?? false
    }

    private func wrong(_ parameter: String, _ wanted: String, _ found: Value) -> JinjaError {
        JinjaError("'\(name)' takes \(wanted) as '\(parameter)', not \(found.typeName)")
    }

    /// The input as text, whatever it is.
    var text: String {
        get throws { try evaluation.text(of: input) }
    }

    /// The input, which must be a string.
    var string: String {
        get throws {
            guard case .string(let text) = input else { throw JinjaError("'\(name)' of \(input.typeName)") }
            return text
        }
    }

    var elements: [Value] {
        get throws {
            let elements = try evaluation.elements(of: input)
            try evaluation.charge(elements.count)
            return elements
        }
    }

    var dictionary: OrderedDictionary<String, Value> {
        get throws {
            guard case .dict(let entries) = input else { throw JinjaError("'\(name)' of \(input.typeName)") }
            return entries
        }
    }
}

extension Evaluation {
    func filter(_ name: String, _ input: Value, _ arguments: Arguments) throws -> Value {
        guard let name = Filters.canonicalName(of: name), let filter = Filters.named(name) else {
            throw JinjaError("no filter named '\(name)'")
        }
        return try filter.body(RoutineCall(filter, name: name, input: input, arguments, self))
    }

    func test(_ name: String, _ input: Value, _ arguments: Arguments) throws -> Bool {
        guard let name = Tests.canonicalName(of: name), let test = Tests.all[name] else {
            throw JinjaError("no test named '\(name)'")
        }
        return try isTruthy(test.body(RoutineCall(test, name: name, input: input, arguments, self)))
    }

    /// A test of a name that may stand for something other than a value.
    func test(_ name: String, _ input: Node, _ arguments: CallArguments, _ scope: Scope) throws -> Value {
        if case .name(let subject) = input {
            let isFunction = scope.lookUp(subject) == nil && GlobalFunction(rawValue: subject) != nil
            if isFunction || scope.lookUp(subject)?.isValue == false {
                switch name {
                case "defined", "callable": return true
                case "undefined", "none", "string", "number", "mapping": return false
                default: throw JinjaError("test '\(name)' of '\(subject)', which is not a value")
                }
            }
        }
        return .bool(try test(name, evaluate(input, scope), self.arguments(arguments, scope)))
    }
}

extension Binding {
    var isValue: Bool {
        guard case .value = self else { return false }
        return true
    }
}
