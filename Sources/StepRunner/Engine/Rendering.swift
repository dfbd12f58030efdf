import Jinja
import OrderedCollections

typealias Fields = OrderedDictionary<String, Value>

/// Renders strings and evaluates conditions, as Ansible does.
enum Rendering {
    private static let environment = Environment(strictUndefined: true, noneIsEmpty: true)

    /// Renders every string in a value; one that is a single expression gives its value, not its text.
    static func native(_ value: Value, _ variables: Fields) throws -> Value {
        switch value {
        case .undefined, .none, .bool, .int, .double: return value
        case .string(let text):
            guard holdsJinja(text) else { return value }
            let template = try Template(text, name: "value", keepTrailingNewline: false, keepsBackslashes: true)
            let rendered = try template.renderNative(variables, in: environment)
            return rendered.asString.map { .string(ended($0, as: text)) } ?? rendered
        case .list(let items): return .list(try items.map { try native($0, variables) })
        case .dict(let entries):
            var rendered: Fields = [:]
            for (key, value) in entries {
                let key = holdsJinja(key) ? try text(key, variables) : key
                rendered[key] = try native(value, variables)
            }
            return .dict(rendered)
        }
    }

    /// Renders one string to text.
    static func text(_ source: String, _ variables: Fields) throws -> String {
        guard holdsJinja(source) else { return source }
        let template = try Template(source, name: "value", keepTrailingNewline: false, keepsBackslashes: true)
        return ended(try template.render(variables, in: environment), as: source)
    }

    /// Renders a whole template.
    static func template(
        _ source: String,
        name: String,
        _ variables: Fields,
        trimBlocks: Bool = true,
        lstripBlocks: Bool = false
    ) throws -> String {
        let template = try Template(
            source,
            name: name,
            trimBlocks: trimBlocks,
            lstripBlocks: lstripBlocks,
            keepTrailingNewline: false
        )
        return ended(try template.render(variables, in: environment), as: source)
    }

    /// A rendered text with as many newlines at its end as its template has, as Ansible has it.
    private static func ended(_ text: String, as source: String) -> String {
        func count(_ text: String) -> Int { text.utf8.reversed().prefix { $0 == 0x0A }.count }
        let missing = count(source) - count(text)
        return missing > 0 ? text + String(repeating: "\n", count: missing) : text
    }

    /// An expression's value; its text may stand in braces. Its strings have Python's escapes.
    static func evaluate(_ expression: String, _ variables: Fields) throws -> Value {
        if holdsJinja(expression) {
            return try Template(expression, name: "condition", keepTrailingNewline: false)
                .renderNative(variables, in: environment)
        }
        return try Expression(expression, name: "condition").evaluate(variables, in: environment)
    }

    /// The first condition that does not hold; nil when all do.
    static func firstUnmet(_ conditions: [String], _ variables: Fields) throws -> String? {
        for condition in conditions {
            do {
                if try !evaluate(condition, variables).isTruthy { return condition }
            } catch let error as JinjaError {
                throw ModuleFailure("the condition '\(condition)' failed: \(error)")
            }
        }
        return nil
    }

    /// Variables whose strings may name one another, in any order.
    static func resolve(_ variables: Value, in outer: Fields) throws -> Fields {
        var pending = variables.asDict ?? [:]
        var resolved: Fields = [:]
        var scope = outer
        // Until all are known, a name must not be taken from outside.
        for name in pending.keys { scope[name] = nil }
        while !pending.isEmpty {
            var waiting: Fields = [:]
            for (name, value) in pending {
                do {
                    let rendered = try native(value, scope)
                    resolved[name] = rendered
                    scope[name] = rendered
                } catch is JinjaError {
                    waiting[name] = value
                }
            }
            // What cannot be told yet, such as by a loop's item, is undefined until it can: nobody may ask for it.
            if waiting.count == pending.count { break }
            pending = waiting
        }
        return resolved
    }

    private static func holdsJinja(_ text: String) -> Bool {
        var last: UInt8 = 0
        for octet in text.utf8 {
            if last == UInt8(ascii: "{"),
                octet == UInt8(ascii: "{") || octet == UInt8(ascii: "%") || octet == UInt8(ascii: "#")
            {
                return true
            }
            last = octet
        }
        return false
    }
}
