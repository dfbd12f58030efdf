public import Catalog
import Jinja

/// Introspection rules of ironic-inspector and inspection rules of Ironic as rules of ours.
///
/// The older generation says `conditions: [{op, field, value, multiple, invert}]` and `actions: [{action, ...}]`, the newer
/// `conditions: [{op, args, loop, multiple}]` and `actions: [{op, args, loop}]` with `priority`. In both, what is said
/// last stands; here it is what is said first: the order is turned by priorities.
public struct RuleImport: Hashable, Sendable {
    /// In the order of the file.
    public var rules: [ImportedRule] = []
    /// What is not carried over, or otherwise than it was, and why; where it stands.
    public var remarks: [CatalogProblem] = []

    /// Converts a file: a list of rules, an object with such a list, or one rule.
    ///
    /// - Throws: what the file is instead.
    public init(_ tree: SourceTree) throws(CatalogProblem) {
        let list: [SourceTree]
        switch tree.content {
        case .list(let items): list = items
        case .map:
            if let inner = tree["rules"] ?? tree["inspection_rules"], case .list(let items) = inner.content {
                list = items
            } else {
                list = [tree]
            }
        case .scalar: list = []
        }
        guard !list.isEmpty, list.allSatisfy({ $0["actions"] != nil || $0["conditions"] != nil }) else {
            throw CatalogProblem(
                "this is no list of rules with 'conditions' and 'actions', as ironic-inspector and Ironic have them",
                at: tree.location
            )
        }
        var taken: Set<String> = []
        var converted: [(rule: ImportedRule, order: Int)] = []
        for (index, tree) in list.enumerated() {
            var draft = RuleDraft(tree, number: index + 1)
            remarks += draft.remarks
            guard draft.isUsable else { continue }
            let slug = draft.rule.name
            var number = 2
            while !taken.insert(draft.rule.name).inserted {
                draft.rule.name = "\(slug)-\(number)"
                number += 1
            }
            converted.append((draft.rule, draft.priority))
        }
        // Applied there by falling priority; of two that say the same the later one stands.
        let applied = converted.indices.sorted { left, right in
            (converted[right].order, left) < (converted[left].order, right)
        }
        for (rank, index) in applied.enumerated() { converted[index].rule.priority = rank * 10 }
        rules = converted.map(\.rule)
    }
}

/// A rule as it is to be written.
public struct ImportedRule: Hashable, Sendable {
    /// Letters, digits and `-`: also the file's name, without `.yaml`.
    public var name: String
    public var description: String?
    public var priority = 0
    /// Expressions.
    public var when: [String] = []
    /// `name`, `quarantine`, `refuse` or `reserve` with their texts.
    public var actions: [(key: String, text: String)] = []
    public var labels: [(key: String, text: String)] = []
    /// What of it is not carried over.
    public var missing: [String] = []

    public static func == (left: Self, right: Self) -> Bool { left.yaml == right.yaml }

    public func hash(into hasher: inout Hasher) { hasher.combine(yaml) }

    /// The file.
    public var yaml: String {
        var lines = missing.map { "# not carried over: \($0.oneLine)" }
        lines.append("name: \(Self.scalar(name))")
        if let description { lines.append("description: \(Self.scalar(description))") }
        lines.append("priority: \(priority)")
        if !when.isEmpty { lines += ["when:"] + when.map { "  - \(Self.scalar($0))" } }
        lines.append("actions:")
        lines += actions.map { "  \($0.key): \(Self.scalar($0.text))" }
        if !labels.isEmpty { lines += ["  labels:"] + labels.map { "    \($0.key): \(Self.scalar($0.text))" } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text as it is where nobody can take it for something else; else in single quotes.
    private static func scalar(_ text: String) -> String {
        let text = text.oneLine
        let isPlain =
            text.first.map { $0.isASCII && $0.isLetter } ?? false
            && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
            && !["true", "false", "yes", "no", "on", "off", "null"].contains(text.lowercased())
        return isPlain
            ? text
            : "'"
                + text.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "''") + "'"
    }
}

extension SourceTree {
    /// The value of a key, where this is a map that has it.
    subscript(key: String) -> SourceTree? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }?.value
    }

    var items: [SourceTree] {
        if case .list(let items) = content { items } else { [] }
    }

    var keys: [SourceTree] {
        if case .map(let entries) = content { entries.map(\.key) } else { [] }
    }
}

extension String {
    var oneLine: String { split { $0.isWhitespace }.joined(separator: " ") }
}
