import Catalog
import Jinja

extension SourceTree {
    /// A text as if it had been quoted.
    static func text(_ text: String, at location: SourceLocation) -> Self {
        Self(.scalar(text, plain: false), at: location)
    }

    /// A number, a truth value or nothing, as it is written.
    static func plain(_ text: String, at location: SourceLocation) -> Self {
        Self(.scalar(text, plain: true), at: location)
    }

    static func list(_ items: [Self], at location: SourceLocation) -> Self { Self(.list(items), at: location) }

    /// A map of the values that are there, in this order.
    static func mapping(_ entries: [(String, Self?)], at location: SourceLocation) -> Self {
        Self(
            .map(
                entries.compactMap { key, value in
                    value.map { Entry(key: .text(key, at: $0.location), value: $0) }
                }
            ),
            at: location
        )
    }

    var items: [Self]? {
        guard case .list(let items) = content else { return nil }
        return items
    }

    /// The entries whose keys are texts.
    var entries: [(key: String, place: SourceLocation, value: Self)]? {
        guard case .map(let entries) = content else { return nil }
        return entries.compactMap { entry in entry.key.text.map { ($0, entry.key.location, entry.value) } }
    }

    var isNothing: Bool { value.isNone }

    /// The name and the argument, where this is a call of one of Heat's functions.
    var call: (name: String, argument: Self)? {
        guard let entries, entries.count == 1, let only = entries.first, HeatWords.functions.contains(only.key) else {
            return nil
        }
        return (only.key, only.value)
    }

    /// The expression within, where this is a text that is one `{{ expression }}` and nothing more.
    var reference: String? {
        guard let text, text.hasPrefix("{{ "), text.hasSuffix(" }}") else { return nil }
        let inner = text.dropFirst(3).dropLast(3)
        return inner.contains("{{") || inner.contains("}}") ? nil : String(inner)
    }

    /// As JSON in which references are templates: what `config.json` of Kolla's and hiera's files hold.
    func jsonTemplate(_ indent: String = "") -> String {
        let inner = indent + "  "
        switch content {
        case .scalar(let text, _):
            if let reference { return "{{ \(reference) | to_json }}" }
            let value = value
            if case .string = value { return Value.string(text).json() }
            return value.json()
        case .list(let items):
            guard !items.isEmpty else { return "[]" }
            let lines = items.map { inner + $0.jsonTemplate(inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + indent + "]"
        case .map(let entries):
            guard !entries.isEmpty else { return "{}" }
            let lines = entries.map { entry in
                inner + Value.string(entry.key.text ?? "").json() + ": " + entry.value.jsonTemplate(inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + indent + "}"
        }
    }
}

/// Heat's functions.
enum HeatWords {
    static let functions: Set<String> = [
        "get_param", "get_attr", "get_resource", "get_file", "str_replace", "str_replace_strict", "str_split",
        "list_join", "list_concat", "list_concat_unique", "map_merge", "map_replace", "make_url", "yaql", "if",
        "equals",
        "not", "and", "or", "digest", "repeat", "resource_facade", "filter", "contains",
    ]
}
