import OrderedCollections

/// One evaluation of a template or expression: its environment and what it has used of its limits.
final class Evaluation {
    let environment: Environment
    /// Iterations that are left.
    private var left: Int
    let outputSize: Int
    private var depth = 0
    /// Nodes and statements being evaluated inside one another: each takes its part of the thread's stack.
    private var frames = 0
    private static let maximumFrames = 1000
    /// Scopes that macros refer to; emptied at the end, as each refers to the other.
    private var captured: [Scope] = []
    /// The template whose blocks `self` and `super` mean.
    @safe @exclusivity(unchecked) var current: Rendering?
    private let variables: OrderedDictionary<String, Value>
    /// The names of all templates that take part.
    @safe @exclusivity(unchecked) var table: NameTable
    /// What was found for each name among the variables.
    @safe @exclusivity(unchecked) private var found: [Found]

    private enum Found {
        case notLookedFor, nothing
        case value(Value)
    }

    init(_ variables: OrderedDictionary<String, Value>, _ table: NameTable, _ environment: Environment) {
        self.environment = environment
        left = environment.limits.iterations
        outputSize = environment.limits.outputSize
        self.variables = variables
        self.table = table
        found = Array(repeating: .notLookedFor, count: table.names.count)
    }

    deinit {
        for scope in captured { scope.removeAll() }
    }

    /// The value of an expression that stands alone.
    func value(of clause: Clause) throws -> Value {
        do {
            return try used(evaluate(clause.root, Scope(seesVariables: true)))
        } catch {
            throw clause.located(error)
        }
    }

    func keep(_ scope: Scope) {
        captured.append(scope)
    }

    /// Counts loop turns, elements and octets made.
    @inline(__always)
    func charge(_ amount: Int) throws {
        let (rest, overflow) = left.subtractingReportingOverflow(max(0, amount))
        guard !overflow, rest >= 0 else { throw tooMuch }
        left = rest
    }

    private var tooMuch: JinjaError {
        JinjaError("more than \(environment.limits.iterations) iterations")
    }

    /// Counts a string or list that is about to be made of so many pieces of a size.
    func charge(_ count: Int, times size: Int) throws {
        let (product, overflow) = max(0, count).multipliedReportingOverflow(by: max(0, size))
        guard !overflow, product <= outputSize else {
            throw JinjaError("a result larger than \(outputSize)")
        }
        try charge(product)
    }

    func made(_ text: String) throws -> Value {
        try charge(1, times: text.utf8.count)
        return .string(text)
    }

    func nested<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= environment.limits.depth else {
            throw JinjaError("\(what): more than \(environment.limits.depth) calls inside one another")
        }
        return try body()
    }

    func enter() throws {
        guard frames < Self.maximumFrames else { throw JinjaError("nested too deep") }
        frames += 1
    }

    func leave() {
        frames -= 1
    }

    /// Evaluates a clause with its place noted in whatever error comes out.
    func evaluate(_ clause: Clause, _ scope: Scope) throws -> Value {
        do {
            return try evaluate(clause.root, scope)
        } catch {
            throw clause.located(error)
        }
    }

    func isTruthy(_ clause: Clause, _ scope: Scope) throws -> Bool {
        do {
            return try isTruthy(evaluate(clause.root, scope))
        } catch {
            throw clause.located(error)
        }
    }

    // MARK: What is undefined

    /// A value about to be used, with everything in it.
    func used(_ value: Value) throws -> Value {
        guard environment.strictUndefined else { return value }
        try refuseUndefined(in: value)
        return value
    }

    private func refuseUndefined(in value: Value) throws {
        switch value {
        case .undefined: try refuseUndefined(value)
        case .list(let items): for item in items { try refuseUndefined(in: item) }
        case .dict(let entries): for item in entries.values { try refuseUndefined(in: item) }
        case .none, .bool, .int, .double, .string: break
        }
    }

    func refuseUndefined(_ value: Value) throws {
        if case .undefined(let name) = value, environment.strictUndefined { throw JinjaError("'\(name)' is undefined") }
    }

    /// A value that may be undefined only when that is not an error.
    func defined(_ value: Value) throws -> Value {
        guard case .undefined(let name) = value, environment.strictUndefined else { return value }
        throw JinjaError("'\(name)' is undefined")
    }

    func isTruthy(_ value: Value) throws -> Bool {
        if case .bool(let flag) = value { return flag }
        return try defined(value).isTruthy
    }

    func text(of value: Value) throws -> String {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .list, .dict: try used(value).description
        default: try defined(value).description
        }
    }

    /// The elements of a list, the keys of a dictionary, the characters of a string.
    func elements(of value: Value) throws -> [Value] {
        switch try defined(value) {
        case .undefined: return []
        case .list(let items): return items
        case .dict(let entries):
            try charge(entries.count)
            return entries.keys.map { .string($0) }
        case .string(let text):
            try charge(text.utf8.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .none, .bool, .int, .double: throw JinjaError("\(value.typeName) cannot be iterated over")
        }
    }

    func length(of value: Value) throws -> Int {
        switch try defined(value) {
        case .undefined: 0
        case .list(let items): items.count
        case .dict(let entries): entries.count
        case .string(let text): text.unicodeScalars.count
        case .none, .bool, .int, .double: throw JinjaError("\(value.typeName) has no length")
        }
    }

    // MARK: Expressions

    func evaluate(_ node: Node, _ scope: Scope) throws -> Value {
        guard frames < Self.maximumFrames else { throw JinjaError("nested too deep") }
        switch node {
        case .constant(let constant): return constant.value
        case .name(let name): return try value(of: name, scope)
        default:
            frames += 1
            defer { frames -= 1 }
            return try evaluate(compound: node, scope)
        }
    }

    private func evaluate(compound node: Node, _ scope: Scope) throws -> Value {
        switch node {
        case .constant(let constant): return constant.value
        case .name(let name): return try value(of: name, scope)
        case .list(let items), .tuple(let items): return .list(try evaluate(all: items, scope))
        case .dict(let pairs): return try dictionary(pairs, scope)
        case .not(let operand): return .bool(!(try isTruthy(evaluate(operand.node, scope))))
        case .and(let both):
            let value = try evaluate(both.left, scope)
            return try isTruthy(value) ? evaluate(both.right, scope) : value
        case .or(let both):
            let value = try evaluate(both.left, scope)
            return try isTruthy(value) ? value : evaluate(both.right, scope)
        case .binary(let operation): return try combine(operation, scope)
        case .negate(let operand):
            let value = try evaluate(operand.node, scope)
            guard let number = try number(value, "-") else { throw JinjaError("'-' before \(value.typeName)") }
            if case .double(let number) = number { return .double(-number) }
            return try Number.combine(.int(0), number, by: .subtract)
        case .positive(let operand):
            let value = try evaluate(operand.node, scope)
            guard let number = try number(value, "+") else { throw JinjaError("'+' before \(value.typeName)") }
            return number.value
        case .concatenation(let items):
            var text = ""
            for item in items { text += try self.text(of: evaluate(item, scope)) }
            return try made(text)
        case .comparison(let comparisons): return try compare(comparisons, scope)
        case .conditional(let conditional):
            if try isTruthy(evaluate(conditional.test, scope)) { return try evaluate(conditional.then, scope) }
            guard let otherwise = conditional.otherwise else { return .undefined("the inline if without else") }
            return try evaluate(otherwise, scope)
        case .attribute(let attribute): return try evaluate(attribute, scope)
        case .subscripted(let both):
            return try subscripted(evaluate(both.left, scope), by: evaluate(both.right, scope), path: node.path)
        case .slice(let object, let from, let to, let step):
            return try slice(
                evaluate(object, scope),
                from: from.map { try evaluate($0, scope) },
                to: to.map { try evaluate($0, scope) },
                step: step.map { try evaluate($0, scope) }
            )
        case .call(let call): return try evaluate(call, scope)
        case .filter(let application): return try filter(application, scope)
        case .test(let application): return try test(application, scope)
        }
    }

    func evaluate(all nodes: [Node], _ scope: Scope) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(nodes.count)
        let nodes = nodes.span
        for index in nodes.indices { values.append(try evaluate(nodes[index], scope)) }
        return values
    }

    /// What a name stands for: what was bound to it here or further out, or the variable.
    func binding(of name: Name, _ scope: Scope) -> Binding? {
        if let binding = scope.lookUp(name) { return binding }
        return variable(name, scope).map { .value($0) }
    }

    func variable(_ name: Name, _ scope: Scope) -> Value? {
        guard scope.seesVariables else { return nil }
        if name.number >= found.count {
            found += Array(repeating: .notLookedFor, count: table.names.count - found.count)
        }
        switch found[name.number] {
        case .value(let value): return value
        case .nothing: return nil
        case .notLookedFor:
            let value = variables[name.text]
            found[name.number] = value.map { .value($0) } ?? .nothing
            return value
        }
    }

    private func value(of name: Name, _ scope: Scope) throws -> Value {
        switch scope.lookUp(name) {
        case .value(let value): return value
        case let binding?: throw JinjaError("\(binding.word) '\(name.text)' is not a value")
        case nil:
            if let value = variable(name, scope) { return value }
            guard name.function == nil else { throw JinjaError("function '\(name.text)' is not a value") }
            return .undefined(name.text)
        }
    }

    private func dictionary(_ pairs: [(key: Node, value: Node)], _ scope: Scope) throws -> Value {
        var entries: OrderedDictionary<String, Value> = [:]
        for pair in pairs {
            entries[try key(evaluate(pair.key, scope))] = try evaluate(pair.value, scope)
        }
        return .dict(entries)
    }

    /// Dictionaries have strings for keys, as in JSON.
    func key(_ value: Value) throws -> String {
        guard case .string(let key) = try defined(value) else {
            throw JinjaError("a key of a dictionary must be a string, not \(value.typeName)")
        }
        return key
    }

    private func number(_ value: Value, _ word: String) throws -> Number? {
        if case .undefined(let name) = value { throw JinjaError("'\(name)' is undefined") }
        return value.number
    }

    private func combine(_ operation: Operation, _ scope: Scope) throws -> Value {
        let left = try evaluate(operation.left, scope)
        guard operation.kind == .remainder, case .tuple(let items) = operation.right else {
            return try combine(left, evaluate(operation.right, scope), by: operation.kind)
        }
        guard case .string(let format) = left else { return try combine(left, .list([]), by: .remainder) }
        return try made(PercentFormat(format).apply(evaluate(all: items, scope), isTuple: true, self))
    }

    func combine(_ left: Value, _ right: Value, by operation: BinaryOperator) throws -> Value {
        if case .int(let one) = left, case .int(let two) = right {
            return try Number.combine(.int(one), .int(two), by: operation)
        }
        let word = operation.rawValue
        if let one = try number(left, word), let two = try number(right, word) {
            return try Number.combine(one, two, by: operation)
        }
        switch (operation, left, right) {
        case (.add, .string(let left), .string(let right)): return try made(left + right)
        case (.add, .list(let left), .list(let right)):
            try charge(left.count + right.count)
            return .list(left + right)
        case (.multiply, .string, _), (.multiply, .list, _): return try repeated(left, right)
        case (.multiply, _, .string), (.multiply, _, .list): return try repeated(right, left)
        case (.remainder, .string(let format), _):
            return try made(PercentFormat(format).apply([right], isTuple: false, self))
        default: throw JinjaError("'\(word)' between \(left.typeName) and \(right.typeName)")
        }
    }

    private func repeated(_ sequence: Value, _ count: Value) throws -> Value {
        guard case .int(let count) = count.number else {
            throw JinjaError("'*' between \(sequence.typeName) and \(count.typeName)")
        }
        if case .string(let text) = sequence {
            try charge(count, times: text.utf8.count)
            return .string(text.isEmpty ? "" : String(repeating: text, count: max(0, count)))
        }
        let items = sequence.asList ?? []
        try charge(count, times: items.count)
        return .list(items.isEmpty ? [] : (0..<max(0, count)).flatMap { _ in items })
    }

    private func compare(_ comparisons: Comparisons, _ scope: Scope) throws -> Value {
        var left = try evaluate(comparisons.first, scope)
        for (comparison, operand) in comparisons.rest {
            let right = try evaluate(operand, scope)
            guard try compare(left, right, by: comparison) else { return false }
            left = right
        }
        return true
    }

    func compare(_ left: Value, _ right: Value, by comparison: ComparisonOperator) throws -> Bool {
        try refuseUndefined(left)
        try refuseUndefined(right)
        switch comparison {
        case .equal: return left.isEqual(to: right)
        case .notEqual: return !left.isEqual(to: right)
        case .less: return try left.precedes(right, operator: "<")
        case .greater: return try right.precedes(left, operator: ">")
        case .lessOrEqual: return try left.precedes(right, operator: "<=") || left.isEqual(to: right)
        case .greaterOrEqual: return try right.precedes(left, operator: ">=") || left.isEqual(to: right)
        case .isIn: return try contains(right, left)
        case .isNotIn: return !(try contains(right, left))
        }
    }

    func contains(_ container: Value, _ item: Value) throws -> Bool {
        switch (container, item) {
        case (.list(let items), _):
            return try items.contains { element in try defined(element).isEqual(to: item) }
        case (.dict(let entries), .string(let key)): return entries[key] != nil
        case (.dict, .list), (.dict, .dict): throw JinjaError("\(item.typeName) cannot be a key")
        case (.dict, _): return false
        case (.string(let text), .string(let part)): return find(part, in: text) != nil
        case (.undefined, _): return false
        default: throw JinjaError("'in' between \(item.typeName) and \(container.typeName)")
        }
    }
}
