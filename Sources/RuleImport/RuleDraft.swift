import Catalog
import Jinja
import OrderedCollections

/// One rule on its way from theirs to ours.
struct RuleDraft {
    var rule: ImportedRule
    var remarks: [CatalogProblem] = []
    /// As Ironic has it: higher ones are applied first.
    var priority = 0
    /// A rule without one of its conditions would be for machines that it is not for.
    private var lacksCondition = false

    var isUsable: Bool { !lacksCondition && !(rule.actions.isEmpty && rule.labels.isEmpty) }

    init(_ tree: SourceTree, number: Int) {
        let description = tree["description"]?.text?.oneLine ?? ""
        rule = ImportedRule(name: Self.slug(description, number), description: description.isEmpty ? nil : description)
        for key in tree.keys {
            switch key.text ?? "" {
            case "description", "conditions", "actions", "uuid", "links", "created_at", "updated_at": break
            case "priority":
                if case .int(let number)? = tree["priority"]?.value { priority = number }
            case "phase":
                guard let phase = tree["phase"]?.text, phase != "main" else { break }
                miss("the phase '\(phase)': rules are applied once, when an inventory comes in", key)
            case "sensitive":
                guard tree["sensitive"]?.value == true else { break }
                miss("'sensitive': the file that is written is as readable as others", key)
            case "scope":
                guard let scope = tree["scope"]?.text, tree["scope"]?.value != Value.none else { break }
                rule.when.append("labels.inspection_scope == \(Literal.of(.string(scope)))")
                remark("the scope is a label here: rackwright node label NODE inspection_scope=\(scope)", key)
            default: miss("the key '\(key.text ?? "")' is not known", key)
            }
        }
        for condition in tree["conditions"]?.items ?? [] {
            do {
                rule.when.append(try ImportedCondition(condition).expression)
            } catch {
                lacksCondition = true
                remark(
                    "the rule is left out: without this condition it would be for other machines: \(error.reason)",
                    condition
                )
            }
        }
        for action in tree["actions"]?.items ?? [] {
            for step in Loop.turns(of: action) { carry(step, action) }
        }
        if !lacksCondition, !isUsable {
            remark("the rule is left out: nothing of what it does is done by rules here", tree)
        }
    }

    private mutating func carry(_ action: [String: Value], _ tree: SourceTree) {
        do {
            for effect in try ImportedAction(action).effects {
                switch effect {
                case .label(let key, let text):
                    rule.labels.removeAll { $0.key == key }
                    rule.labels.append((key, text))
                case .action(let key, let text):
                    rule.actions.removeAll { $0.key == key }
                    rule.actions.append((key, text))
                case .remark(let text): remark(text, tree)
                }
            }
        } catch {
            miss(error.reason, tree)
        }
    }

    private mutating func miss(_ text: String, _ tree: SourceTree) {
        rule.missing.append(text)
        remark("not carried over: \(text)", tree)
    }

    private mutating func remark(_ text: String, _ tree: SourceTree) {
        remarks.append(CatalogProblem("rule '\(rule.name)': \(text)", at: tree.location))
    }

    private static func slug(_ text: String, _ number: Int) -> String {
        let words = text.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        var slug = ""
        for word in words where slug.count + word.count < 60 { slug += (slug.isEmpty ? "" : "-") + word }
        return slug.isEmpty ? "rule-\(number)" : slug
    }
}

/// Why something of a rule has no place here.
struct NotCarried: Error, Hashable {
    var reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// The loops of the newer generation, over constants: what stands there once for each item.
enum Loop {
    static func turns(of tree: SourceTree) -> [[String: Value]] {
        guard case .dict(let entries) = tree.value else { return [] }
        var step = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
        let items: [Value]
        switch step.removeValue(forKey: "loop") {
        case .list(let list)? where !list.isEmpty: items = list
        case .dict(let item)?: items = [.dict(item)]
        default: return [step]
        }
        return items.map { item in step.mapValues { filled($0, with: item) } }
    }

    /// With `{item}` and `{item[key]}` replaced.
    private static func filled(_ value: Value, with item: Value) -> Value {
        switch value {
        case .string(let text):
            guard let format = try? FormatText(text) else { return value }
            if case .field(let path)? = format.pieces.first, format.pieces.count == 1, let found = picked(path, item) {
                return found
            }
            return .string(
                format.pieces.map { piece in
                    switch piece {
                    case .text(let text): FormatText.escaped(text)
                    case .field(let path): picked(path, item)?.description ?? "{\(path.source)}"
                    }
                }.joined()
            )
        case .list(let items): return .list(items.map { filled($0, with: item) })
        case .dict(let entries): return .dict(entries.mapValues { filled($0, with: item) })
        case .undefined, .none, .bool, .int, .double: return value
        }
    }

    private static func picked(_ path: FieldPath, _ item: Value) -> Value? {
        guard path.parts.first == .name("item") else { return nil }
        var value = item
        for part in path.parts.dropFirst() {
            guard case .name(let key) = part, let next = value[key] else { return nil }
            value = next
        }
        return value
    }
}
