/// Includes, imports and blocks.
extension Evaluation {
    /// The template that a clause names; a list names several, of which the first that there is counts.
    func load(_ clause: Clause, _ rendering: Rendering, _ scope: Scope) throws -> Template {
        do {
            let value = try defined(evaluate(clause.root, scope))
            let names = value.asList ?? [value]
            guard let loader = environment.loader else { throw JinjaError("no templates can be loaded here") }
            var lastError: (any Error)?
            for name in names {
                guard case .string(let name) = try defined(name) else {
                    throw JinjaError("a template named by \(name.typeName)")
                }
                let source: String
                do {
                    source = try loader(name)
                } catch {
                    lastError = error
                    continue
                }
                return try parse(source, name, rendering.template.syntax)
            }
            throw TemplateMissing(error: lastError.map { "\($0)" } ?? "no name given", names: names.map(\.description))
        } catch {
            throw clause.located(error)
        }
    }

    private func parse(_ source: String, _ name: String, _ syntax: TemplateSyntax) throws -> Template {
        let names = NameCollector(table)
        let template = try Template(source, name: name, syntax: syntax, names: names)
        table = names.table
        return template
    }

    func include(
        _ clause: Clause,
        _ ignoresMissing: Bool,
        _ withContext: Bool,
        _ rendering: Rendering,
        _ scope: Scope
    ) throws {
        try nested("include") {
            let template: Template
            do {
                template = try load(clause, rendering, scope)
            } catch let missing as TemplateMissing {
                if ignoresMissing { return }
                throw missing.error(clause)
            }
            let inner = withContext ? Scope(inside: scope) : Scope(seesVariables: false)
            try write(render(template, inner), rendering)
        }
    }

    func module(_ clause: Clause, _ withContext: Bool, _ rendering: Rendering, _ scope: Scope) throws -> Module {
        try nested("import") {
            let template: Template
            do {
                template = try load(clause, rendering, scope)
            } catch let missing as TemplateMissing {
                throw missing.error(clause)
            }
            let inner = withContext ? Scope(inside: scope) : Scope(seesVariables: false)
            _ = try render(template, inner)
            return Module(scope: inner)
        }
    }

    // MARK: Blocks

    func runBlock(_ name: String, level: Int, _ rendering: Rendering, _ scope: Scope) throws {
        guard let definitions = rendering.blocks[name], level < definitions.count else {
            throw JinjaError("there is no parent block called '\(name)'", template: rendering.template.name)
        }
        let definition = definitions[level]
        guard !definition.isRequired else {
            throw JinjaError("required block '\(name)' not found", template: rendering.template.name)
        }
        try nested("block '\(name)'") {
            scope.bind(.parentBlock, to: .parentBlock(name: name, level: level + 1))
            try run(definition.body, rendering, scope, isTop: false)
        }
    }

    /// `super()`
    func renderParent(of name: String, level: Int, _ scope: Scope) throws -> String {
        guard let rendering = current else { throw JinjaError("'super' outside a template") }
        return try captured(name, level: level, rendering)
    }

    /// `self.name()`
    func renderBlock(_ name: String, _ scope: Scope) throws -> String {
        guard let rendering = current, rendering.blocks[name] != nil else { throw JinjaError("no block '\(name)'") }
        return try captured(name, level: 0, rendering)
    }

    private func captured(_ name: String, level: Int, _ rendering: Rendering) throws -> String {
        try captured(rendering) { try runBlock(name, level: level, rendering, Scope(inside: rendering.root)) }
    }
}

/// No template of the given names could be loaded.
struct TemplateMissing: Error {
    var error: String
    var names: [String]

    func error(_ clause: Clause) -> any Error {
        clause.located(JinjaError("loading template \(names.joined(separator: ", ")): \(error)"))
    }
}
