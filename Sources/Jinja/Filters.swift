/// All filters by name: Jinja's own and Ansible's.
enum Filters {
    static let all = NamedRoutine.byName([
        text, numbers, sequences, selection, dictionaries, encodings, patterns, paths, addresses,
    ])

    private static let aliases = ["d": "default", "e": "escape", "count": "length"]

    /// Tests that Ansible had as filters, too, up to 2.8; task lists of that time still say `result|succeeded`.
    private static let oldNamesOfTests: Set<String> = [
        "changed", "change", "failed", "failure", "skipped", "skip", "succeeded", "success",
    ]

    /// The filter of a name, which may say its collection; nil when there is none.
    static func named(_ name: String) -> NamedRoutine? {
        for collection in ["ansible.utils.", "ansible.netcommon."] where name.hasPrefix(collection) {
            let name = String(name.dropFirst(collection.count))
            return addresses[name] == nil ? nil : all[name]
        }
        var name = NamedRoutine.withoutCollection(name)
        name = aliases[name] ?? name
        if let filter = all[name] { return filter }
        return oldNamesOfTests.contains(name) ? Tests.named(name) : nil
    }
}
