import OrderedCollections

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

    var name: String { definition.name.text }
}

/// Calls of macros.
extension Evaluation {
    func invoke(_ macro: Macro, _ arguments: Arguments, caller: Macro?) throws -> String {
        let definition = macro.definition
        return try nested("macro '\(definition.name.text)'") {
            let scope = Scope(inside: macro.scope)
            var named = arguments.named
            guard !arguments.positional.contains(where: { $0.isDeeper(than: JSONReader.maximumDepth) }),
                !named.values.contains(where: { $0.isDeeper(than: JSONReader.maximumDepth) })
            else { throw JinjaError("a value nested too deep") }
            for (index, parameter) in definition.parameters.enumerated() {
                if index < arguments.positional.count {
                    guard named.isEmpty || named[parameter.name.text] == nil else {
                        throw JinjaError("macro '\(macro.name)' got '\(parameter.name.text)' twice")
                    }
                    scope.set(parameter.name, arguments.positional[index])
                } else if !named.isEmpty, let value = named.removeValue(forKey: parameter.name.text) {
                    scope.set(parameter.name, value)
                } else if let fallback = parameter.fallback {
                    scope.set(parameter.name, try evaluate(fallback, scope))
                } else {
                    scope.set(parameter.name, .undefined(parameter.name.text))
                }
            }
            let extra = arguments.positional.dropFirst(definition.parameters.count)
            guard extra.isEmpty || definition.usesVarargs else {
                throw JinjaError("macro '\(macro.name)' takes \(definition.parameters.count) arguments at most")
            }
            guard named.isEmpty || definition.usesKwargs else {
                throw JinjaError("macro '\(macro.name)' has no parameter '\(named.keys[0])'")
            }
            if definition.usesVarargs { scope.set(.positional, .list(Array(extra))) }
            if definition.usesKwargs { scope.set(.named, .dict(named)) }
            if let caller {
                guard
                    definition.usesCaller
                        || definition.parameters.contains(where: { $0.name.number == Name.caller.number })
                else {
                    throw JinjaError("macro '\(macro.name)' does not take a caller")
                }
                scope.bind(.caller, to: .macro(caller))
            } else if definition.usesCaller {
                scope.set(.caller, .undefined("caller"))
            }
            return try captured(definition.body, macro.rendering, scope)
        }
    }

    func runCall(_ definition: MacroDefinition, _ clause: Clause, _ rendering: Rendering, _ scope: Scope) throws {
        let caller = Macro(definition: definition, scope: scope, rendering: rendering)
        let text: String
        do {
            guard case .call(let call) = clause.root else { throw JinjaError("'call' needs a call") }
            text = try invoke(macro(call.function, scope), self.arguments(call.arguments, scope), caller: caller)
        } catch {
            throw clause.located(error)
        }
        try write(text, rendering)
    }

    private func macro(_ function: Node, _ scope: Scope) throws -> Macro {
        switch function {
        case .name(let name):
            guard case .macro(let macro) = scope.lookUp(name) else { throw JinjaError("'\(name.text)' is not a macro") }
            return macro
        case .attribute(let attribute):
            guard case .name(let owner) = attribute.object else { throw JinjaError("'call' needs a macro") }
            guard case .module(let module) = scope.lookUp(owner),
                case .macro(let macro) = export(attribute.key, of: module)
            else { throw JinjaError("'\(owner.text).\(attribute.key)' is not a macro") }
            return macro
        default: throw JinjaError("'call' needs a macro")
        }
    }
}
