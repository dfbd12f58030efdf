import AgentAPI

/// `env` and `envFrom` of a pod's container.
struct PodEnvironment {
    private(set) var values: [String: String] = [:]
    /// Those of the names whose values hold a secret.
    private(set) var hidden: Set<String> = []

    init(_ fields: inout Fields, _ pod: PodReader, _ problems: inout CatalogProblems) {
        let what = fields.what
        for item in pod.items(fields.optional("envFrom"), "envFrom", &problems) {
            guard var inner = Fields(item, "an entry of 'envFrom' of \(what)", &problems) else { continue }
            let prefix = inner.text("prefix", &problems) ?? ""
            if let tree = inner.required("configMapRef", &problems),
                var reference = Fields(tree, "'configMapRef' of \(what)", &problems)
            {
                if let name = reference.requiredText("name", &problems) {
                    let data = pod.maps.find(name, what, at: tree["name"]?.location ?? tree.location, &problems)
                    for (key, value) in data ?? [:] { values[prefix + key] = value.text }
                }
                reference.finish(&problems)
            }
            inner.finish(&problems)
        }
        for item in pod.items(fields.optional("env"), "env", &problems) {
            guard var inner = Fields(item, "an entry of 'env' of \(what)", &problems) else { continue }
            let name = inner.requiredText("name", &problems)
            let written = inner.text("value", &problems)
            var value = written.map { expanded($0) } ?? ""
            let source = inner.optional("valueFrom")
            if let source, let found = Self.read(source, pod, what, &problems) { value = found }
            inner.finish(&problems)
            guard let name else { continue }
            values[name] = value
            if source?["secretKeyRef"] != nil || written.map({ !hidden.isDisjoint(with: Self.references($0)) }) == true
            {
                hidden.insert(name)
            }
        }
    }

    private static func read(
        _ tree: SourceTree,
        _ pod: PodReader,
        _ what: String,
        _ problems: inout CatalogProblems
    ) -> String? {
        guard var fields = Fields(tree, "'valueFrom' in 'env' of \(what)", &problems) else { return nil }
        defer { fields.finish(&problems) }
        if let tree = fields.optional("configMapKeyRef") {
            guard let (name, key) = reference(tree, "'configMapKeyRef' of \(what)", &problems),
                let data = pod.maps.find(name, what, at: tree["name"]?.location ?? tree.location, &problems)
            else { return nil }
            if let text = data[key]?.text { return text }
            problems.add(
                "the ConfigMap '\(name)' has no key '\(key)' (\(what))",
                at: tree["key"]?.location ?? tree.location,
                suggestion: Spelling.nearest(to: key, among: data.keys)
            )
            return nil
        }
        if let tree = fields.optional("secretKeyRef") {
            guard let (name, key) = reference(tree, "'secretKeyRef' of \(what)", &problems) else { return nil }
            return pod.secret(name, key, what, at: tree["key"]?.location ?? tree.location, &problems)
        }
        if let tree = fields.optional("fieldRef") {
            guard var inner = Fields(tree, "'fieldRef' of \(what)", &problems) else { return nil }
            let path = inner.requiredText("fieldPath", &problems)
            if let version = inner.optional("apiVersion"), version.text != "v1" {
                problems.add("'apiVersion' of \(inner.what) must be v1", at: version.location)
            }
            inner.finish(&problems)
            let known = [
                "metadata.name": pod.name, "spec.nodeName": "{{ node.name }}", "status.hostIP": "{{ node.address }}",
            ]
            guard let path else { return nil }
            if let value = known[path] { return value }
            problems.add(
                "\(inner.what) names '\(path)'; known are \(known.keys.sorted().joined(separator: ", "))",
                at: tree["fieldPath"]?.location ?? tree.location,
                suggestion: Spelling.nearest(to: path, among: known.keys)
            )
            return nil
        }
        if tree["resourceFieldRef"] == nil {
            problems.add("\(fields.what) needs configMapKeyRef, secretKeyRef or fieldRef", at: tree.location)
        }
        return nil
    }

    private static func reference(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> (
        name: String, key: String
    )? {
        guard var fields = Fields(tree, what, &problems) else { return nil }
        let name = fields.requiredText("name", &problems)
        let key = fields.requiredText("key", &problems)
        fields.finish(&problems)
        guard let name, let key else { return nil }
        return (name, key)
    }

    /// `$(NAME)` as Kubernetes fills it in: from what stands before it in the environment; `$$` is `$`; what it does not
    /// know stays.
    func expanded(_ text: String) -> String {
        Self.expand(text) { values[$0] ?? "$(\($0))" }
    }

    /// The names that a text asks for.
    static func references(_ text: String) -> Set<String> {
        var names: Set<String> = []
        _ = expand(text) { name in
            names.insert(name)
            return ""
        }
        return names
    }

    private static func expand(_ text: String, _ value: (String) -> String) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let end = rest.firstIndex(of: ")") {
                result += value(String(rest[..<end].dropFirst()))
                rest = rest[end...].dropFirst()
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
