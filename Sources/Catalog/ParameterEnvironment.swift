public import Jinja
import OrderedCollections

/// A file of `environments/`: values for parameters that stand together, as those of a site or of a release.
///
/// Several are given in order; of two that set one parameter the later wins.
public struct ParameterEnvironment: Hashable, Sendable {
    /// `production` of `environments/production.yaml`.
    public var name: String
    /// For all nodes: service, then parameter.
    public var parameters: [String: [String: Value]] = [:]
    /// For the nodes of a role.
    public var roles: [String: [String: [String: Value]]] = [:]
    /// For one node, by its name.
    public var nodes: [String: [String: [String: Value]]] = [:]
    /// How its values join what stands below them, by `service.parameter`.
    public var merge: [String: Strategy] = [:]
    public var location: SourceLocation
    /// Where what it says was written: `/web/port`, `role worker/web/port`, `node n1/web/port`, `merge web.port`.
    var written: [String: SourceLocation] = [:]

    /// What becomes of a value below another, as TripleO's `parameter_merge_strategies` say.
    public enum Strategy: String, CaseIterable, Hashable, Sendable {
        /// It is replaced.
        case overwrite
        /// Keys of maps are put over it, lists go behind it.
        case merge
        /// The same, and in maps of maps and in lists of theirs too.
        case deepMerge = "deep_merge"
    }
}

extension ParameterEnvironment {
    /// Reads an environment; nil, with the reasons in `problems`, where it cannot be used.
    init?(_ tree: SourceTree, name: String, _ problems: inout CatalogProblems) {
        self.name = name
        location = tree.location
        let what = "environment '\(name)'"
        // Nothing but comments sets nothing.
        if tree.value == .none { return }
        guard var fields = Fields(tree, what, &problems) else { return nil }
        parameters = group(fields.optional("parameters"), "", what, &problems)
        for (key, kind) in [("roles", "role"), ("nodes", "node")] {
            guard let tree = fields.optional(key), let inner = Fields(tree, "'\(key)' of \(what)", &problems) else {
                continue
            }
            for (owner, location, value) in inner.allEntries {
                written["\(kind) \(owner)"] = location
                let values = group(value, "\(kind) \(owner)", what, &problems)
                if kind == "role" { roles[owner] = values } else { nodes[owner] = values }
            }
        }
        if let tree = fields.optional("merge"), var inner = Fields(tree, "'merge' of \(what)", &problems) {
            for (parameter, location, _) in inner.allEntries {
                written["merge \(parameter)"] = location
                merge[parameter] = inner.choice(parameter, &problems)
            }
        }
        fields.finish(&problems)
    }

    private mutating func group(
        _ tree: SourceTree?,
        _ owner: String,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> [String: [String: Value]] {
        var places: [String: SourceLocation] = [:]
        let found = Role.parameters(tree, what, &places, &problems)
        for (key, place) in places { written["\(owner)/\(key)"] = place }
        return found
    }

    /// The places of one group's values, as the catalogue's other overrides have theirs.
    func places(of owner: String) -> [String: SourceLocation] {
        let start = owner + "/"
        return Dictionary(
            uniqueKeysWithValues: written.compactMap { key, place in
                key.hasPrefix(start) ? (String(key.dropFirst(start.count)), place) : nil
            }
        )
    }
}

extension ParameterEnvironment.Strategy {
    /// `upper` as it joins `lower`.
    func join(_ lower: Value?, _ upper: Value) -> Value {
        guard self != .overwrite, let lower else { return upper }
        switch (lower, upper) {
        case (.list(let first), .list(let second)): return .list(first + second)
        case (.dict(var entries), .dict(let more)):
            for (key, value) in more {
                entries[key] = self == .deepMerge ? join(entries[key], value) : value
            }
            return .dict(entries)
        default: return upper
        }
    }
}
