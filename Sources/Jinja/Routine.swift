import OrderedCollections

/// A filter or test: its parameters after the input, and what it does.
struct Routine: Sendable {
    let parameters: [String]
    /// Whether further arguments are taken too, as `rest`.
    let isVariadic: Bool
    /// Whether an undefined input or argument is its own affair.
    let acceptsUndefined: Bool
    let body: @Sendable (RoutineCall) throws -> Value
    let direct: Direct?

    /// What a filter or test without parameters does with its input.
    typealias Direct = @Sendable (Value, Evaluation) throws -> Value

    init(acceptsUndefined: Bool = false, direct: @escaping Direct) {
        parameters = []
        isVariadic = false
        self.acceptsUndefined = acceptsUndefined
        self.direct = direct
        body = { try direct($0.input, $0.evaluation) }
    }

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
        direct = nil
    }
}

/// A filter or test with the name it is called by in messages.
final class NamedRoutine: Sendable {
    let name: String
    let parameters: [String]
    let isVariadic: Bool
    let acceptsUndefined: Bool
    let body: @Sendable (RoutineCall) throws -> Value
    let direct: Routine.Direct?

    init(_ name: String, _ routine: Routine) {
        self.name = name
        parameters = routine.parameters
        isVariadic = routine.isVariadic
        acceptsUndefined = routine.acceptsUndefined
        body = routine.body
        direct = routine.direct
    }

    /// A name in full of what Ansible itself has (`ansible.builtin.combine`) means what the plain name does.
    static func withoutCollection(_ name: String) -> String {
        let collection = "ansible.builtin."
        return name.hasPrefix(collection) ? String(name.dropFirst(collection.count)) : name
    }

    static func byName(_ groups: [[String: Routine]]) -> [String: NamedRoutine] {
        var all: [String: NamedRoutine] = [:]
        for group in groups {
            for (name, routine) in group where all[name] == nil { all[name] = NamedRoutine(name, routine) }
        }
        return all
    }
}

/// A routine's arguments, told apart.
final class BoundArguments: Sendable {
    let routine: NamedRoutine
    /// What was given for parameters, and for which.
    private let values: [Value]
    private let places: [Int]
    /// What no parameter is there for.
    let rest: Arguments

    /// Those of which the parsing told what parameters they are for.
    init(_ values: [Value], for places: [Int], of routine: NamedRoutine) {
        self.routine = routine
        self.values = values
        self.places = places
        rest = Arguments()
    }

    /// - Parameter check: Refuses an argument that the routine cannot take.
    init(_ arguments: Arguments, of routine: NamedRoutine, check: (Value) throws -> Void) throws {
        self.routine = routine
        let parameters = routine.parameters
        if routine.isVariadic, parameters.isEmpty {
            for value in arguments.positional { try check(value) }
            for value in arguments.named.values { try check(value) }
            values = []
            places = []
            rest = arguments
            return
        }
        var values: [Value] = []
        var places: [Int] = []
        var rest = Arguments()
        for (index, value) in arguments.positional.enumerated() {
            try check(value)
            if routine.isVariadic {
                rest.positional.append(value)
            } else if index < parameters.count {
                values.append(value)
                places.append(index)
            } else {
                throw JinjaError("'\(routine.name)' takes \(parameters.count) arguments at most")
            }
        }
        for (key, value) in arguments.named {
            try check(value)
            if let index = parameters.firstIndex(of: key) {
                guard !places.contains(index) else { throw JinjaError("'\(routine.name)' got '\(key)' twice") }
                values.append(value)
                places.append(index)
            } else if routine.isVariadic {
                rest.named[key] = value
            } else {
                throw JinjaError("'\(routine.name)' has no parameter '\(key)'")
            }
        }
        self.values = values
        self.places = places
        self.rest = rest
    }

    subscript(parameter: String) -> Value? {
        guard !places.isEmpty, let index = routine.parameters.firstIndex(of: parameter),
            let place = places.firstIndex(of: index)
        else { return nil }
        return values[place]
    }
}

/// A filter or test being applied.
struct RoutineCall {
    let input: Value
    private let arguments: BoundArguments
    let evaluation: Evaluation

    var routine: NamedRoutine { arguments.routine }
    var name: String { routine.name }

    /// The arguments that no parameter is there for.
    var rest: Arguments { arguments.rest }

    fileprivate init(_ input: Value, _ arguments: BoundArguments, _ evaluation: Evaluation) {
        self.input = input
        self.arguments = arguments
        self.evaluation = evaluation
    }

    init(_ routine: NamedRoutine, input: Value, _ arguments: Arguments, _ evaluation: Evaluation) throws {
        try evaluation.check(input, for: routine)
        let bound = try BoundArguments(arguments, of: routine) { try evaluation.check($0, for: routine) }
        self.init(input, bound, evaluation)
    }

    /// The same with another input.
    init(_ call: RoutineCall, input: Value) throws {
        try call.evaluation.check(input, for: call.routine)
        self.init(input, call.arguments, call.evaluation)
    }

    subscript(parameter: String) -> Value? { arguments[parameter] }

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
    func filter(_ application: Application, _ scope: Scope) throws -> Value {
        try apply(application, to: evaluate(application.input, scope), scope)
    }

    private func apply(_ application: Application, to input: Value, _ scope: Scope) throws -> Value {
        let routine = application.routine
        if let direct = application.direct {
            try check(input, for: routine)
            return try direct(input, self)
        }
        if let constants = application.constants {
            try check(input, for: routine)
            return try routine.body(RoutineCall(input, constants, self))
        }
        if let places = application.places {
            let values = try evaluate(all: application.values, scope)
            try check(input, for: routine)
            for value in values { try check(value, for: routine) }
            return try routine.body(RoutineCall(input, BoundArguments(values, for: places, of: routine), self))
        }
        let arguments = try arguments(application.arguments, scope)
        return try routine.body(RoutineCall(routine, input: input, arguments, self))
    }

    /// Refuses an input or argument that is undefined, where a routine does not take such.
    fileprivate func check(_ value: Value, for routine: NamedRoutine) throws {
        if !routine.acceptsUndefined { try refuseUndefined(value) }
    }

    /// The filter or test that a value names.
    func filter(named name: String) throws -> NamedRoutine {
        guard let filter = Filters.named(name) else { throw JinjaError("no filter named '\(name)'") }
        return filter
    }

    func test(named name: String) throws -> NamedRoutine {
        guard let test = Tests.named(name) else { throw JinjaError("no test named '\(name)'") }
        return test
    }

    /// Applies a routine to one after the other with the same arguments.
    func applying(_ routine: NamedRoutine, _ arguments: Arguments) -> (Value) throws -> Value {
        var first: RoutineCall?
        return { [self] input in
            let call =
                try first.map { try RoutineCall($0, input: input) }
                ?? RoutineCall(routine, input: input, arguments, self)
            first = call
            return try routine.body(call)
        }
    }

    /// A test, maybe of a name that stands for something other than a value.
    func test(_ application: Application, _ scope: Scope) throws -> Value {
        let value: Value
        if case .name(let subject) = application.input {
            switch binding(of: subject, scope) {
            case .value(let found): value = found
            case nil where subject.function == nil: value = .undefined(subject.text)
            case nil, .namespace, .loop, .macro, .module, .blocks, .parentBlock:
                switch application.routine.name {
                case "defined", "callable": return true
                case "undefined", "none", "string", "number", "mapping": return false
                case let name: throw JinjaError("test '\(name)' of '\(subject.text)', which is not a value")
                }
            }
        } else {
            value = try evaluate(application.input, scope)
        }
        return .bool(try isTruthy(apply(application, to: value, scope)))
    }
}
