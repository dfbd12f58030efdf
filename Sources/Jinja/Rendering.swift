import OrderedCollections

/// A template being rendered: its blocks, those of its children first, and what it has written.
final class Rendering {
    let template: Template
    let root: Scope
    /// The definitions of each block, the youngest child's first.
    var blocks: [String: [BlockDefinition]]
    @safe @exclusivity(unchecked) var parent: Template?
    @safe @exclusivity(unchecked) var output = Output()

    init(_ template: Template, root: Scope) {
        self.template = template
        self.root = root
        blocks = template.blocks.isEmpty ? [:] : template.blocks.mapValues { [$0] }
    }
}

extension Evaluation {
    func render(_ template: Template, _ scope: Scope) throws -> String {
        let rendering = Rendering(template, root: scope)
        rendering.output.reserve(min(2 * template.size, outputSize))
        try render(rendering, in: scope)
        return rendering.output.text
    }

    /// Renders a template; where it extends another, that one with this one's blocks.
    func render(_ rendering: Rendering, in scope: Scope) throws {
        scope.bind(.blocks, to: .blocks)
        let outer = current
        current = rendering
        defer { current = outer }
        var template = rendering.template
        var ancestors = 0
        while true {
            rendering.parent = nil
            try run(template.body, rendering, scope, isTop: true)
            guard let parent = rendering.parent else { return }
            ancestors += 1
            guard ancestors <= environment.limits.depth else {
                throw JinjaError("templates extend one another endlessly")
            }
            for (name, block) in parent.blocks { rendering.blocks[name, default: []].append(block) }
            template = parent
        }
    }

    func write(_ text: String, _ rendering: Rendering) throws {
        try write(text.utf8.span, rendering)
    }

    private func write(_ octets: [UInt8], _ rendering: Rendering) throws {
        try write(octets.span, rendering)
    }

    private func write(_ octets: Span<UInt8>, _ rendering: Rendering) throws {
        try charge(octets.count)
        rendering.output.append(octets)
        try checkSize(rendering)
    }

    /// Writes what `printable` left.
    private func write(_ value: Value, _ rendering: Rendering) throws {
        switch value {
        case .string(let text): try write(text, rendering)
        case .int(let number):
            try charge(rendering.output.append(number))
            try checkSize(rendering)
        case .none where environment.noneIsEmpty: break
        default: try write(value.description, rendering)
        }
    }

    @inline(__always)
    private func checkSize(_ rendering: Rendering) throws {
        if rendering.output.count > outputSize { throw tooLarge(rendering) }
    }

    private func tooLarge(_ rendering: Rendering) -> JinjaError {
        JinjaError("more than \(outputSize) octets of output", template: rendering.template.name)
    }

    /// The value of a clause as it can be written: nothing in it is undefined unless that is allowed.
    private func printable(_ clause: Clause, _ scope: Scope) throws -> Value {
        do {
            let value = try evaluate(clause.root, scope)
            switch value {
            case .string, .int, .double, .bool, .none: return value
            case .undefined, .list, .dict: return .string(try text(of: value))
            }
        } catch {
            throw clause.located(error)
        }
    }

    /// Runs statements with their output kept apart.
    func captured(_ body: [Statement], _ rendering: Rendering, _ scope: Scope) throws -> String {
        try captured(rendering) { try run(body, rendering, scope, isTop: false) }
    }

    func captured(_ rendering: Rendering, _ body: () throws -> Void) throws -> String {
        let outer = rendering.output.keepApart()
        defer { rendering.output.goOn(from: outer) }
        try body()
        return rendering.output.text
    }

    func run(_ body: [Statement], _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        let statements = body.span  // Elements of a span are not counted as references while they run.
        for index in statements.indices {
            // Once a template extends another only its definitions matter.
            if isTop, rendering.parent != nil, !statements[index].isDefinition { continue }
            try run(statements[index], rendering, scope, isTop: isTop)
        }
    }

    /// Not inlined: what a statement holds is then borrowed, and loops in loops take less of the stack.
    @inline(never)
    private func run(_ statement: Statement, _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        try enter()
        defer { leave() }
        switch statement {
        case .text(let literal): try write(literal.octets, rendering)
        case .output(let written):
            if !written.before.isEmpty { try write(written.before, rendering) }
            try write(printable(written.clause, scope), rendering)
        case .condition(let condition): try run(condition, rendering, scope, isTop: isTop)
        case .loop(let loop): try run(loop, rendering, scope)
        case .set(let assignment): try assign(assignment.target, assignment.value, scope)
        default: try run(rare: statement, rendering, scope, isTop: isTop)
        }
    }

    private func run(_ condition: Condition, _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        let branches = condition.branches
        let span = branches.span
        for index in span.indices where try isTruthy(span[index].test, scope) {
            return try run(span[index].body, rendering, scope, isTop: isTop)
        }
        try run(condition.otherwise, rendering, scope, isTop: isTop)
    }

    /// Apart, so that the frames of the others stay small.
    private func run(rare statement: Statement, _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        switch statement {
        case .text, .output, .condition, .loop, .set: break
        case .setBlock(let target, let filters, let body):
            var value = Value.string(try captured(body, rendering, Scope(inside: scope)))
            if let filters { value = try filtered(filters, value, scope) }
            try assign(target, value, scope)
        case .with(let pairs, let body):
            let inner = Scope(inside: scope)
            let values = try pairs.map { pair in try evaluate(pair.value, scope) }
            for (pair, value) in zip(pairs, values) { try assign(pair.target, value, inner) }
            try run(body, rendering, inner, isTop: false)
        case .filtered(let clause, let body):
            let text = Value.string(try captured(body, rendering, Scope(inside: scope)))
            try write(self.text(of: filtered(clause, text, scope)), rendering)
        case .macro(let definition):
            keep(scope)
            scope.bind(
                definition.name,
                to: .macro(Macro(definition: definition, scope: scope, rendering: rendering))
            )
        case .callBlock(let definition, let clause): try runCall(definition, clause, rendering, scope)
        case .include(let clause, let ignoresMissing, let withContext):
            try include(clause, ignoresMissing, withContext, rendering, scope)
        case .importModule(let clause, let name, let withContext):
            scope.bind(name, to: .module(try module(clause, withContext, rendering, scope)))
        case .importNames(let clause, let names, let withContext):
            let module = try module(clause, withContext, rendering, scope)
            for (name, alias) in names {
                scope.bind(alias, to: export(name, of: module) ?? .value(.undefined(name)))
            }
        case .extends(let clause):
            guard isTop else { throw clause.located(JinjaError("'extends' inside another statement")) }
            guard rendering.parent == nil else { throw clause.located(JinjaError("extended multiple times")) }
            do {
                rendering.parent = try load(clause, rendering, scope)
            } catch let missing as TemplateMissing {
                throw missing.error(clause)
            }
        case .block(let definition):
            let inner = Scope(inside: definition.isScoped ? scope : rendering.root)
            try runBlock(definition.name, level: 0, rendering, inner)
        }
    }

    private func filtered(_ clause: Clause, _ value: Value, _ scope: Scope) throws -> Value {
        let inner = Scope(inside: scope)
        inner.set(.filtered, value)
        return try evaluate(clause, inner)
    }

    // MARK: Assignment

    private func assign(_ target: AssignmentTarget, _ clause: Clause, _ scope: Scope) throws {
        do {
            if case .name(let name) = target, case .call(let call) = clause.root,
                case .name(let function) = call.function,
                function.function == .namespace, binding(of: function, scope) == nil
            {
                let arguments = try self.arguments(call.arguments, scope)
                guard arguments.positional.count <= 1 else { throw JinjaError("namespace takes one argument at most") }
                var attributes = try arguments.positional.first.map(pairs) ?? [:]
                attributes.merge(arguments.named) { $1 }
                scope.bind(name, to: .namespace(Namespace(attributes: attributes)))
                return
            }
            try assign(target, evaluate(clause.root, scope), scope)
        } catch {
            throw clause.located(error)
        }
    }

    private func assign(_ target: AssignmentTarget, _ value: Value, _ scope: Scope) throws {
        switch target {
        case .name(let name):
            scope.set(name, value)
        case .tuple(let targets):
            let values = try elements(of: value)
            guard values.count == targets.count else {
                throw JinjaError("\(values.count) values for \(targets.count) names")
            }
            for (target, value) in zip(targets, values) { try assign(target, value, scope) }
        case .attribute(let name, let key):
            guard case .namespace(let namespace) = scope.lookUp(name) else {
                throw JinjaError("cannot assign attribute on '\(name.text)', which is not a namespace")
            }
            // Only a namespace lives on from one turn of a loop to the next, so only here can values grow deep.
            guard !value.isDeeper(than: JSONReader.maximumDepth) else { throw JinjaError("a value nested too deep") }
            namespace.attributes[key] = value
        }
    }

    // MARK: Loops

    private func run(_ statement: LoopStatement, _ rendering: Rendering, _ scope: Scope) throws {
        let items = try items(of: statement, scope)
        guard !items.isEmpty else { return try run(statement.otherwise, rendering, Scope(inside: scope), isTop: false) }
        let loop = Loop(items: items, depth: 1)
        var inner = Scope(inside: scope)
        for index in items.indices {
            loop.index = index
            let count = try run(statement, turn: loop, rendering, inner)
            // A turn starts with a scope of its own: the one before, emptied, unless a macro keeps that.
            if isKnownUniquelyReferenced(&inner) {
                inner.removeAll(after: count)
            } else {
                inner = Scope(inside: scope)
            }
        }
    }

    /// One turn of a loop; gives how many names were bound when it started.
    @inline(never)
    private func run(_ statement: LoopStatement, turn loop: Loop, _ rendering: Rendering, _ scope: Scope) throws -> Int
    {
        try charge(1)
        scope.bind(.loop, to: .loop(loop))
        do {
            try assign(statement.target, loop.items[loop.index], scope)
        } catch {
            throw statement.items.located(error)
        }
        let count = scope.count
        try run(statement.body, rendering, scope, isTop: false)
        return count
    }

    private func items(of statement: LoopStatement, _ scope: Scope) throws -> [Value] {
        let items: [Value]
        do {
            items = try elements(of: evaluate(statement.items.root, scope))
        } catch {
            throw statement.items.located(error)
        }
        guard let filter = statement.filter else { return items }
        do {
            return try items.filter { item in
                try charge(1)
                let inner = Scope(inside: scope)
                try assign(statement.target, item, inner)
                return try isTruthy(evaluate(filter.root, inner))
            }
        } catch {
            throw filter.located(error)
        }
    }
}

extension Statement {
    /// Whether this still counts in a template that extends another.
    fileprivate var isDefinition: Bool {
        switch self {
        case .set, .setBlock, .macro, .importModule, .importNames, .extends, .condition: true
        case .text, .output, .loop, .with, .filtered, .callBlock, .include, .block: false
        }
    }
}
