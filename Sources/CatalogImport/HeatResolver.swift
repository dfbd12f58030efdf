import Catalog
import Jinja

/// Works out Heat's functions in one template, as far as that can be done without Heat: parameters become Jinja
/// references, functions over texts, lists and maps become what they give, other templates are read where they are
/// named, and conditions are decided by the parameters' defaults.
struct HeatResolver {
    /// Templates by their paths.
    let templates: [String: SourceTree]
    /// `OS::TripleO::…` to the path of a template.
    let registry: [String: String]
    let path: String
    let template: SourceTree
    /// What the parameters are, where another template passed them.
    var given: [String: SourceTree] = [:]
    var depth = 0
    /// How many times other templates were read, from here and from those.
    var reads = 0
    /// Parameters of the templates that were read from here, which must be declared too.
    var borrowed: [(name: String, tree: SourceTree)] = []
    var remarks: [ImportRemark] = []
    /// What remarks are about: the part that is being read.
    var subject = ""
    /// How many things could not be worked out.
    var failures = 0

    mutating func fail(_ reason: String, at location: SourceLocation) -> SourceTree? {
        failures += 1
        remark(reason, at: location)
        return nil
    }

    mutating func remark(_ reason: String, at location: SourceLocation) {
        remarks.append(ImportRemark(subject, reason, at: location))
    }

    /// What `tree` is without Heat's functions; nil where that cannot be said, which is remarked then.
    mutating func resolve(_ tree: SourceTree) -> SourceTree? {
        if let (name, argument) = tree.call { return call(name, argument, at: tree.location) }
        switch tree.content {
        case .scalar: return tree
        case .list(let items):
            var kept: [SourceTree] = []
            for item in items { if let item = resolve(item) { kept.append(item) } }
            return SourceTree(.list(kept), at: tree.location)
        case .map(let entries):
            var kept: [SourceTree.Entry] = []
            for entry in entries {
                guard let value = resolve(entry.value) else { continue }
                kept.append(SourceTree.Entry(key: entry.key, value: value))
            }
            return SourceTree(.map(kept), at: tree.location)
        }
    }

    private mutating func call(_ name: String, _ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        switch name {
        case "get_param": return parameter(argument, at: place)
        case "get_attr": return attribute(argument, at: place)
        case "list_join": return joined(argument, at: place)
        case "str_replace", "str_replace_strict": return replaced(argument, at: place)
        case "list_concat", "list_concat_unique": return concatenated(argument, at: place)
        case "map_merge": return merged(argument, at: place)
        case "map_replace": return keysReplaced(argument, at: place)
        case "if": return chosen(argument, at: place)
        case "yaql": return queried(argument, at: place)
        case "make_url": return url(argument, at: place)
        case "equals", "not", "and", "or":
            let condition = SourceTree.mapping([(name, argument)], at: place)
            guard let truth = decide(condition) else { return fail("'\(name)' cannot be decided here", at: place) }
            return .plain(truth ? "true" : "false", at: place)
        default:
            return fail("Heat's function '\(name)' has no counterpart; write what it gives", at: place)
        }
    }

    // MARK: Parameters

    private mutating func parameter(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        let parts = argument.items ?? [argument]
        guard let name = parts.first?.text else { return fail("'get_param' names no parameter", at: place) }
        guard !name.hasPrefix("OS::") else { return fail("'\(name)' is known to Heat alone", at: place) }
        guard template["parameters"]?[name] != nil else { return fail("there is no parameter '\(name)'", at: place) }
        let whole = given[name] ?? .text("{{ \(name) }}", at: place)
        return inside(whole, parts.dropFirst(), at: place)
    }

    /// What stands under some keys.
    private mutating func inside(
        _ tree: SourceTree,
        _ keys: ArraySlice<SourceTree>,
        at place: SourceLocation
    ) -> SourceTree? {
        var found = tree
        for key in keys {
            guard let key = resolve(key) else { return nil }
            if let reference = found.reference {
                let index = key.reference ?? Self.literal(key)
                found = .text("{{ \(reference)[\(index)] }}", at: place)
            } else if let name = key.text, let next = found[name] {
                found = next
            } else if let items = found.items, let index = key.value.asInt, items.indices.contains(index) {
                found = items[index]
            } else {
                return fail("nothing stands under '\(key.text ?? "a list")'", at: place)
            }
        }
        return found
    }

    /// A literal of Jinja's.
    private static func literal(_ key: SourceTree) -> String {
        if case .int(let number) = key.value { return "\(number)" }
        let text = key.text ?? ""
        return "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    // MARK: Other templates

    private mutating func attribute(_ argument: SourceTree, at place: SourceLocation) -> SourceTree? {
        guard let parts = argument.items, parts.count >= 2, let resource = parts[0].text, let output = parts[1].text
        else {
            return fail("'get_attr' names no attribute", at: place)
        }
        guard let declared = template["resources"]?[resource], let type = declared["type"]?.text else {
            return fail("there is no resource '\(resource)'", at: place)
        }
        if type == "OS::Heat::Value", let value = declared["properties"]?["value"] {
            return resolve(value).flatMap { inside($0, parts.dropFirst(2), at: place) }
        }
        let target = registry[type] ?? type
        if target == "OS::Heat::None" { return .plain("", at: place) }
        guard target.hasSuffix(".yaml") else {
            return fail("'\(resource)' is a resource of type '\(type)', which only Heat has", at: place)
        }
        let file = registry[type] ?? HeatPath.joined(target, from: path)
        guard let other = templates[file] else {
            return fail("'\(file)', which says it, is not among the files", at: place)
        }
        guard depth < 16, reads < 2000 else { return fail("templates name each other in a circle", at: place) }
        guard var found = other["outputs"]?[output]?["value"] else {
            return fail("'\(file)' has no output '\(output)'", at: place)
        }
        var keys = parts.dropFirst(2)
        // What is not asked for need not be worked out.
        while let key = keys.first?.text, found.call == nil, let next = found[key] {
            found = next
            keys = keys.dropFirst()
        }
        var inner = HeatResolver(templates: templates, registry: registry, path: file, template: other)
        inner.depth = depth + 1
        inner.reads = reads + 1
        inner.subject = subject
        for (name, _, value) in declared["properties"]?.entries ?? [] { inner.given[name] = resolve(value) }
        for (name, _, tree) in other["parameters"]?.entries ?? [] where inner.given[name] == nil {
            inner.borrowed.append((name, tree))
        }
        if found.entries != nil, found.call == nil, let key = keys.first?.text {
            return fail("'\(file)' says nothing of '\(key)'", at: place)
        }
        var result = inner.resolve(found)
        if let tree = result { result = inner.inside(tree, keys, at: place) }
        remarks += inner.remarks
        failures += inner.failures
        reads = inner.reads
        borrowed += inner.borrowed
        return result
    }
}

/// Paths of templates.
enum HeatPath {
    /// `target` as it is meant in the file at `path`.
    static func joined(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == "..", !parts.isEmpty { parts.removeLast() } else if part != ".." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}
