import Jinja

/// Roles that say `extends:`: each takes what its base has and it does not say itself.
///
/// Maps are joined key by key. A list takes the place of the base's, unless its items begin with `+` or `-`: then they
/// are added to it and taken from it.
struct RoleInheritance {
    private let trees: [String: SourceTree]

    /// What is a role's own and never its base's.
    private static let own: Set<String> = ["name", "extends", "abstract", "description"]

    init(_ trees: [SourceTree]) {
        self.trees = Dictionary(
            trees.compactMap { tree in tree["name"]?.text.map { ($0, tree) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The role's tree with all that it inherits, and the roles it extends, the nearest first.
    func resolved(_ tree: SourceTree, _ problems: inout CatalogProblems) -> (tree: SourceTree, chain: [String]) {
        var chain: [String] = []
        let result = resolved(tree, &chain, &problems)
        return (result, chain)
    }

    private func resolved(_ tree: SourceTree, _ chain: inout [String], _ problems: inout CatalogProblems) -> SourceTree
    {
        guard let written = tree["extends"], let name = tree["name"]?.text else { return tree }
        guard let base = written.requireText("'extends' of role '\(name)'", &problems) else { return tree }
        guard let other = trees[base] else {
            problems.add(
                "role '\(name)' extends the unknown role '\(base)'",
                at: written.location,
                suggestion: Spelling.nearest(to: base, among: trees.keys.filter { $0 != name })
            )
            return tree
        }
        if base == name || chain.contains(base) {
            let circle = chain.firstIndex(of: base).map { Array(chain[$0...]) + [base] } ?? [name, base]
            problems.add("roles extend each other: \(circle.joined(separator: " extends "))", at: written.location)
            return tree
        }
        chain.append(base)
        let below = resolved(other, &chain, &problems)
        return Self.joined(below, tree, "role '\(name)'", top: true, &problems)
    }

    private static func joined(
        _ base: SourceTree,
        _ tree: SourceTree,
        _ what: String,
        top: Bool = false,
        _ problems: inout CatalogProblems
    ) -> SourceTree {
        switch (base.content, tree.content) {
        case (.map(let below), .map(let above)):
            var entries = above
            for entry in below {
                guard let key = entry.key.text, !(top && own.contains(key)) else { continue }
                if let index = entries.firstIndex(where: { $0.key.text == key }) {
                    let inner = "'\(key)' of \(what)"
                    entries[index].value = joined(entry.value, entries[index].value, inner, &problems)
                } else {
                    entries.append(entry)
                }
            }
            return SourceTree(.map(entries), at: tree.location)
        case (.list(let below), .list(let above)):
            guard above.contains(where: \.isEdit) else { return tree }
            return SourceTree(.list(edited(below, by: above, what, &problems)), at: tree.location)
        default:
            return tree
        }
    }

    private static func edited(
        _ base: [SourceTree],
        by edits: [SourceTree],
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [SourceTree] {
        var items = base
        for edit in edits {
            guard edit.isEdit, let text = edit.text else {
                problems.add(
                    "\(what) has items with '+' or '-', which change the base's list, and others, which replace it: "
                        + "write one kind",
                    at: edit.location
                )
                continue
            }
            let rest = text.dropFirst().drop(while: \.isWhitespace)
            let index = items.firstIndex { $0.text.map { $0 == rest } ?? false }
            switch (text.hasPrefix("+"), index) {
            case (true, nil): items.append(SourceTree(.scalar(String(rest), plain: true), at: edit.location))
            case (false, .some(let index)): items.remove(at: index)
            case (true, .some): problems.add("\(what) adds '\(rest)', which its base has", at: edit.location)
            case (false, nil):
                problems.add(
                    "\(what) takes away '\(rest)', which its base does not have",
                    at: edit.location,
                    suggestion: Spelling.nearest(to: String(rest), among: items.compactMap(\.text))
                )
            }
        }
        return items
    }
}

extension SourceTree {
    /// Whether it is an item such as `+ntp` or `-ntp`, which changes the list of a base.
    fileprivate var isEdit: Bool {
        guard case .scalar(let text, true) = content, let sign = text.first, sign == "+" || sign == "-" else {
            return false
        }
        // A number with its sign is a number.
        if case .string = value { return text.count > 1 }
        return false
    }
}
