import Catalog
import Jinja

/// A parameter of a Heat template as one of a service's.
enum ParameterImport {
    static func tree(_ name: String, _ tree: SourceTree, _ resolver: inout HeatResolver) -> SourceTree? {
        resolver.subject = "parameter '\(name)'"
        let place = tree.location
        guard tree.entries != nil else { return resolver.fail("it is not a map", at: place) }
        var fallback = tree["default"]
        if let found = fallback, found.isNothing { fallback = nil }
        let heat = tree["type"]?.text ?? "string"
        let isHidden = tree["hidden"].map { $0.value.isTruthy } ?? false
        var type = types[heat] ?? "string"
        if isHidden && type == "string" { type = "secret" }
        if isHidden && type != "secret" {
            resolver.remark("it is hidden and a \(type), and secrets are texts: it is not sealed", at: place)
        }
        if type == "secret", let found = fallback {
            if !(found.text ?? "").isEmpty {
                resolver.remark("it is hidden, so a secret here, which has no default; set it", at: found.location)
            }
            fallback = nil
        }
        if heat == "json", fallback?.items != nil { type = "list" }
        if let found = fallback {
            fallback = converted(found, to: type)
            if fallback == nil { resolver.remark("its default is not of its type and is left out", at: found.location) }
        }
        var constraints: [SourceTree] = []
        for constraint in tree["constraints"]?.items ?? [] {
            for (key, location, value) in constraint.entries ?? [] where key != "description" {
                guard let rule = rule(key, value, type, &resolver, at: location) else { continue }
                let message = constraint["description"].map { SourceTree.text(flat($0.text ?? ""), at: location) }
                constraints.append(.mapping([(rule.0, rule.1), ("message", message)], at: location))
            }
        }
        if let found = fallback, !constraints.isEmpty, refuses(found, type, constraints) {
            resolver.remark("its default breaks its own constraint and is left out: set it", at: found.location)
            fallback = nil
        }
        let description = tree["description"]?.text.map { SourceTree.text(flat($0), at: place) }
        return .mapping(
            [
                ("type", .text(type, at: place)), ("default", fallback), ("description", description),
                ("constraints", constraints.isEmpty ? nil : .list(constraints, at: place)),
            ],
            at: place
        )
    }

    private static let types = [
        "string": "string", "number": "number", "boolean": "bool", "json": "map", "comma_delimited_list": "list",
    ]

    /// Heat does not hold a default to the parameter's constraints; the catalogue does.
    private static func refuses(_ fallback: SourceTree, _ type: String, _ constraints: [SourceTree]) -> Bool {
        let place = fallback.location
        func isTaken(_ fallback: SourceTree?) -> Bool {
            let parameter = SourceTree.mapping(
                [
                    ("type", .text(type, at: place)), ("default", fallback),
                    ("constraints", .list(constraints, at: place)),
                ],
                at: place
            )
            let service = SourceTree.mapping(
                [("name", .text("s", at: place)), ("parameters", .mapping([("p", parameter)], at: place))],
                at: place
            )
            let file = Catalog.File(path: "services/s.yaml", tree: service)
            return Catalog.problems(in: [file], templates: [:]).problems.isEmpty
        }
        return !isTaken(fallback) && isTaken(nil)
    }

    /// The default in the type that it is declared with, as Heat converts it.
    private static func converted(_ tree: SourceTree, to type: String) -> SourceTree? {
        let place = tree.location
        switch (type, tree.value) {
        case ("string", .string), ("list", .list), ("map", .dict), ("bool", .bool), ("number", .int),
            ("number", .double):
            return tree
        case ("string", .int), ("string", .double), ("string", .bool): return tree.text.map { .text($0, at: place) }
        case ("list", .string(let text)):
            let parts = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
            return .list(parts.map { .text($0.trimmed, at: place) }, at: place)
        case ("list", .int), ("list", .double), ("list", .bool):
            return tree.text.map { .list([.text($0, at: place)], at: place) }
        case ("map", .string("")): return .mapping([], at: place)
        case ("bool", .string(let text)):
            let words = ["true": "true", "false": "false", "yes": "true", "no": "false", "on": "true", "off": "false"]
            return words[text.lowercased()].map { .plain($0, at: place) }
        case ("bool", .int(let number)): return .plain(number == 0 ? "false" : "true", at: place)
        case ("number", .string(let text)): return Double(text) == nil ? nil : .plain(text, at: place)
        default: return nil
        }
    }

    private static func rule(
        _ key: String,
        _ tree: SourceTree,
        _ type: String,
        _ resolver: inout HeatResolver,
        at location: SourceLocation
    ) -> (String, SourceTree)? {
        switch key {
        case "allowed_values":
            // Heat compares a text with what was written, whatever YAML makes of it.
            let items = (tree.items ?? []).map { item in
                type == "string"
                    ? SourceTree.text(item.text ?? "", at: item.location) : converted(item, to: type) ?? item
            }
            return (key, .list(items, at: tree.location))
        case "range", "length": return (key, tree)
        case "allowed_pattern": return ("pattern", .text(tree.text ?? "", at: tree.location))
        case "modulo":
            let (step, offset) = (tree["step"]?.value.asInt ?? 1, tree["offset"]?.value.asInt ?? 0)
            return ("test", .text("value % \(step) == \(offset)", at: tree.location))
        default:
            resolver.remark("the constraint '\(key)' asks OpenStack and is left out", at: location)
            return nil
        }
    }

    /// On one line.
    private static func flat(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension StringProtocol {
    /// Without white space at its ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace ?? false { text.removeFirst() }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }
}
