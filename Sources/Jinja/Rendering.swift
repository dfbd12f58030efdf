import OrderedCollections

/// A template being rendered: its blocks, those of its children first, and what it has written.
final class Rendering {
    let template: Template
    let root: Scope
    /// The definitions of each block, the youngest child's first.
    var blocks: [String: [BlockDefinition]]
    var parent: Template?
    var output = ""

    init(_ template: Template, root: Scope) {
        self.template = template
        self.root = root
        blocks = template.blocks.mapValues { [$0] }
    }
}

/// A macro and where it was defined.
final class Macro {
    let definition: MacroDefinition
    let scope: Scope
    let rendering: Rendering

    init(definition: MacroDefinition, scope: Scope, rendering: Rendering) {
        self.definition = definition
        self.scope = scope
        self.rendering = rendering
    }

    var name: String { definition.name }
}

extension Evaluation {
    func render(_ template: Template, _ scope: Scope) throws -> String {
        let rendering = Rendering(template, root: scope)
        try render(rendering, in: scope)
        return rendering.output
    }

    /// Renders a template; where it extends another, that one with this one's blocks.
    func render(_ rendering: Rendering, in scope: Scope) throws {
        scope.bindings["self"] = .blocks
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
        try charge(text.utf8.count)
        rendering.output += text
        guard rendering.output.utf8.count <= environment.limits.outputSize else {
            throw JinjaError(
                "more than \(environment.limits.outputSize) octets of output",
                template: rendering.template.name
            )
        }
    }

    /// Runs statements with their output kept apart.
    func captured(_ body: [Statement], _ rendering: Rendering, _ scope: Scope) throws -> String {
        let outer = rendering.output
        rendering.output = ""
        defer { rendering.output = outer }
        try run(body, rendering, scope, isTop: false)
        return rendering.output
    }

    func run(_ body: [Statement], _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        for statement in body {
            // Once a template extends another only its definitions matter.
            if isTop, rendering.parent != nil, !statement.isDefinition { continue }
            try run(statement, rendering, scope, isTop: isTop)
        }
    }

    private func run(_ statement: Statement, _ rendering: Rendering, _ scope: Scope, isTop: Bool) throws {
        try enter()
        defer { leave() }
        switch statement {
        case .text(let text): try write(text, rendering)
        case .output(let clause):
            let text = try run(clause) { node in
                let value = try evaluate(node, scope)
                return environment.noneIsEmpty && value.isNone ? "" : try self.text(of: value)
            }
            try write(text, rendering)
        case .condition(let branches, let otherwise):
            for (test, body) in branches where try run(test, { node in try isTruthy(evaluate(node, scope)) }) {
                return try run(body, rendering, scope, isTop: isTop)
            }
            try run(otherwise, rendering, scope, isTop: isTop)
        case .loop(let loop): try run(loop, rendering, scope)
        case .set(let target, let clause): try assign(target, clause, scope)
        case .setBlock(let target, let filters, let body):
            var value = Value.string(try captured(body, rendering, Scope(inside: scope)))
            if let filters { value = try filtered(filters, value, scope) }
            try assign(target, value, scope)
        case .with(let pairs, let body):
            let inner = Scope(inside: scope)
            let values = try pairs.map { pair in try run(pair.value) { try evaluate($0, scope) } }
            for (pair, value) in zip(pairs, values) { try assign(pair.target, value, inner) }
            try run(body, rendering, inner, isTop: false)
        case .filtered(let clause, let body):
            let text = Value.string(try captured(body, rendering, Scope(inside: scope)))
            try write(self.text(of: filtered(clause, text, scope)), rendering)
        case .macro(let definition):
            keep(scope)
            scope.bindings[definition.name] = .macro(Macro(definition: definition, scope: scope, rendering: rendering))
        case .callBlock(let definition, let clause): try runCall(definition, clause, rendering, scope)
        case .include(let clause, let ignoresMissing, let withContext):
            try include(clause, ignoresMissing, withContext, rendering, scope)
        case .importModule(let clause, let name, let withContext):
            let module = try module(clause, withContext, rendering, scope)
            scope.bindings[name] = .module(module)
        case .importNames(let clause, let names, let withContext):
            let module = try module(clause, withContext, rendering, scope)
            for (name, alias) in names {
                scope.bindings[alias] = module.scope.bindings[name] ?? .value(.undefined(name))
            }
        case .extends(let clause):
            guard isTop else { throw located(JinjaError("'extends' inside another statement"), clause) }
            guard rendering.parent == nil else { throw located(JinjaError("extended multiple times"), clause) }
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

    private func located(_ error: JinjaError, _ clause: Clause) -> JinjaError {
        error.located(template: clause.template, line: clause.line, column: clause.column, expression: clause.text)
    }

    private func filtered(_ clause: Clause, _ value: Value, _ scope: Scope) throws -> Value {
        let inner = Scope(inside: scope)
        inner.set(TemplateParser.filteredName, value)
        return try run(clause) { node in try evaluate(node, inner) }
    }

    // MARK: Assignment

    private func assign(_ target: AssignmentTarget, _ clause: Clause, _ scope: Scope) throws {
        try run(clause) { node in
            if case .name(let name) = target, case .call(.name("namespace"), let arguments) = node,
                scope.lookUp("namespace") == nil
            {
                let arguments = try self.arguments(arguments, scope)
                guard arguments.positional.count <= 1 else { throw JinjaError("namespace takes one argument at most") }
                var attributes = try arguments.positional.first.map(pairs) ?? [:]
                attributes.merge(arguments.named) { $1 }
                scope.bindings[name] = .namespace(Namespace(attributes: attributes))
                return
            }
            try assign(target, evaluate(node, scope), scope)
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
                throw JinjaError("cannot assign attribute on '\(name)', which is not a namespace")
            }
            // Only a namespace lives on from one turn of a loop to the next, so only here can values grow deep.
            guard !value.isDeeper(than: JSONReader.maximumDepth) else { throw JinjaError("a value nested too deep") }
            namespace.attributes[key] = value
        }
    }

    // MARK: Loops

    private func run(_ statement: LoopStatement, _ rendering: Rendering, _ scope: Scope) throws {
        var items = try run(statement.items) { node in try elements(of: evaluate(node, scope)) }
        if let filter = statement.filter {
            items = try run(filter) { node in
                try items.filter { item in
                    try charge(1)
                    let inner = Scope(inside: scope)
                    try assign(statement.target, item, inner)
                    return try isTruthy(evaluate(node, inner))
                }
            }
        }
        guard !items.isEmpty else { return try run(statement.otherwise, rendering, Scope(inside: scope), isTop: false) }
        let loop = Loop(items: items, depth: 1)
        for (index, item) in items.enumerated() {
            try charge(1)
            loop.index = index
            let inner = Scope(inside: scope)
            inner.bindings["loop"] = .loop(loop)
            try run(statement.items) { _ in try assign(statement.target, item, inner) }
            try run(statement.body, rendering, inner, isTop: false)
        }
    }

    // MARK: Macros

    func invoke(_ macro: Macro, _ arguments: Arguments, caller: Macro?) throws -> String {
        let definition = macro.definition
        return try nested("macro '\(definition.name)'") {
            let scope = Scope(inside: macro.scope)
            var named = arguments.named
            for value in arguments.positional + Array(named.values) where value.isDeeper(than: JSONReader.maximumDepth)
            {
                throw JinjaError("a value nested too deep")
            }
            for (index, parameter) in definition.parameters.enumerated() {
                if index < arguments.positional.count {
                    guard named[parameter.name] == nil else {
                        throw JinjaError("macro '\(definition.name)' got '\(parameter.name)' twice")
                    }
                    scope.set(parameter.name, arguments.positional[index])
                } else if let value = named.removeValue(forKey: parameter.name) {
                    scope.set(parameter.name, value)
                } else if let fallback = parameter.fallback {
                    scope.set(parameter.name, try run(fallback) { try evaluate($0, scope) })
                } else {
                    scope.set(parameter.name, .undefined(parameter.name))
                }
            }
            let extra = Array(arguments.positional.dropFirst(definition.parameters.count))
            guard extra.isEmpty || definition.usesVarargs else {
                throw JinjaError("macro '\(definition.name)' takes \(definition.parameters.count) arguments at most")
            }
            guard named.isEmpty || definition.usesKwargs else {
                throw JinjaError("macro '\(definition.name)' has no parameter '\(named.keys[0])'")
            }
            if definition.usesVarargs { scope.set("varargs", .list(extra)) }
            if definition.usesKwargs { scope.set("kwargs", .dict(named)) }
            if let caller {
                guard definition.usesCaller || definition.parameters.contains(where: { $0.name == "caller" }) else {
                    throw JinjaError("macro '\(definition.name)' does not take a caller")
                }
                scope.bindings["caller"] = .macro(caller)
            } else if definition.usesCaller {
                scope.set("caller", .undefined("caller"))
            }
            return try captured(definition.body, macro.rendering, scope)
        }
    }

    private func runCall(_ definition: MacroDefinition, _ clause: Clause, _ rendering: Rendering, _ scope: Scope) throws
    {
        let caller = Macro(definition: definition, scope: scope, rendering: rendering)
        let text = try run(clause) { node in
            guard case .call(let function, let arguments) = node else { throw JinjaError("'call' needs a call") }
            let macro: Macro
            switch function {
            case .name(let name):
                guard case .macro(let found) = scope.lookUp(name) else { throw JinjaError("'\(name)' is not a macro") }
                macro = found
            case .attribute(.name(let owner), let name):
                guard case .module(let module) = scope.lookUp(owner),
                    case .macro(let found) = module.scope.bindings[name]
                else { throw JinjaError("'\(owner).\(name)' is not a macro") }
                macro = found
            default: throw JinjaError("'call' needs a macro")
            }
            return try invoke(macro, self.arguments(arguments, scope), caller: caller)
        }
        try write(text, rendering)
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
