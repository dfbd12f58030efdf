/// All filters by name: Jinja's own and Ansible's.
enum Filters {
    static let all: [String: Routine] = [text, numbers, sequences, selection, dictionaries, encodings, patterns, paths]
        .reduce(into: [:]) { all, group in all.merge(group) { first, _ in first } }

    private static let aliases = ["d": "default", "e": "escape", "count": "length"]

    /// The name a filter is kept under, or nil when there is none.
    static func canonicalName(of name: String) -> String? {
        let name = aliases[name] ?? name
        return all[name] == nil ? nil : name
    }
}
