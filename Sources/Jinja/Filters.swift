/// All filters by name: Jinja's own and Ansible's.
enum Filters {
    static let all = NamedRoutine.byName([
        text, numbers, sequences, selection, dictionaries, encodings, patterns, paths,
    ])

    private static let aliases = ["d": "default", "e": "escape", "count": "length"]

    /// Tests that Ansible had as filters, too, up to 2.8; task lists of that time still say `result|succeeded`.
    private static let oldNamesOfTests: Set<String> = [
        "changed", "change", "failed", "failure", "skipped", "skip", "succeeded", "success",
    ]

    /// The filter of a name, or nil when there is none.
    static func named(_ name: String) -> NamedRoutine? {
        let name = aliases[name] ?? name
        if let filter = all[name] { return filter }
        return oldNamesOfTests.contains(name) ? Tests.named(name) : nil
    }
}
