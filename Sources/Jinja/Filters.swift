/// All filters by name: Jinja's own and Ansible's.
enum Filters {
    static let all: [String: Routine] = [text, numbers, sequences, selection, dictionaries, encodings, patterns, paths]
        .reduce(into: [:]) { all, group in all.merge(group) { first, _ in first } }

    private static let aliases = ["d": "default", "e": "escape", "count": "length"]

    /// Tests that Ansible had as filters, too, up to 2.8; task lists of that time still say `result|succeeded`.
    private static let oldNamesOfTests: Set<String> = [
        "changed", "change", "failed", "failure", "skipped", "skip", "succeeded", "success",
    ]

    /// The name a filter is kept under, or nil when there is none.
    static func canonicalName(of name: String) -> String? {
        let name = aliases[name] ?? name
        if all[name] == nil, oldNamesOfTests.contains(name) { return Tests.canonicalName(of: name) }
        return all[name] == nil ? nil : name
    }

    /// The filter that is kept under a name.
    static func named(_ name: String) -> Routine? { all[name] ?? Tests.all[name] }
}
