import AgentAPI
import Jinja

extension ContainerReader {
    /// `pods:` of a service: documents of Kubernetes' (`v1` `Pod`, `ConfigMap`, `List`), or files of `pods/` that hold
    /// them.
    mutating func readPods(_ tree: SourceTree?, files: [String: SourceTree], _ problems: inout CatalogProblems) {
        guard let tree else { return }
        var documents: [SourceTree] = []
        for item in tree.requireItems("'pods' of \(what)", &problems) {
            guard let name = item.text else {
                documents.append(item)
                continue
            }
            guard let file = files[name], case .list(let more) = file.content else {
                problems.addMissing(name, "file", "pods", files.keys, at: item.location)
                continue
            }
            documents += more
        }
        read(documents, &problems)
    }

    private mutating func read(_ documents: [SourceTree], _ problems: inout CatalogProblems) {
        var rest = documents[...]
        var pods: [SourceTree] = []
        var maps = ConfigMaps()
        while let document = rest.popFirst() {
            guard let fields = Fields(document, "a document in 'pods' of \(what)", &problems) else { continue }
            let place = document["kind"]?.location ?? document.location
            if let version = document["apiVersion"], version.text != "v1" {
                problems.add("\(fields.what) must be of apiVersion v1, found \(version.kind)", at: version.location)
                continue
            }
            switch document["kind"]?.text {
            case "Pod": pods.append(document)
            case "ConfigMap": maps.read(document, &problems)
            case "List":
                guard case .list(let items)? = document["items"]?.content else {
                    problems.add("a List needs 'items', a list", at: document.location)
                    continue
                }
                rest = items + rest
            case "Secret":
                problems.add(
                    "a Secret stands in no file: make each of its keys a parameter of \(what) of type secret",
                    at: place
                )
            case let other:
                problems.add(
                    "\(fields.what) is of kind '\(other ?? "")', and Pod, ConfigMap and List are read here",
                    at: place,
                    suggestion: other.flatMap { Spelling.nearest(to: $0, among: ["Pod", "ConfigMap", "List"]) }
                )
            }
        }
        for pod in pods {
            guard let read = PodReader(pod, service: service, secrets: secrets, maps: maps, &problems) else { continue }
            for container in read.containers { add(container, &problems) }
            config += read.config
            health += read.health
            tasks += read.tasks
        }
    }
}

/// The literal data of ConfigMaps.
struct ConfigMaps: Hashable, Sendable {
    var data: [String: [String: SourceTree]] = [:]

    mutating func read(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "a ConfigMap", &problems) else { return }
        _ = (fields.optional("apiVersion"), fields.optional("kind"), fields.bool("immutable", &problems))
        let name = fields.optional("metadata").flatMap { PodMetadata($0, "a ConfigMap", &problems) }?.name
        if let name { fields.what = "ConfigMap '\(name)'" }
        let entries = fields.required("data", &problems).flatMap { Fields($0, "'data' of \(fields.what)", &problems) }
        fields.finish(&problems)
        guard let name else { return }
        var found: [String: SourceTree] = [:]
        for (key, location, value) in entries?.allEntries ?? [] {
            guard !key.contains("/"), key != "..", key != "." else {
                problems.add("'\(key)' in 'data' of \(fields.what) is not the name of a file", at: location)
                continue
            }
            guard value.requireText("'\(key)' of \(fields.what)", &problems) != nil else { continue }
            value.checkTemplates("'\(key)' of \(fields.what)", &problems)
            found[key] = value
        }
        data[name] = found
    }

    /// The data of a ConfigMap that a pod names; nil, and a problem, where there is none.
    func find(_ name: String, _ what: String, at place: SourceLocation, _ problems: inout CatalogProblems)
        -> [String: SourceTree]?
    {
        if let found = data[name] { return found }
        problems.add(
            "\(what) names the ConfigMap '\(name)', which is not among the documents",
            at: place,
            suggestion: Spelling.nearest(to: name, among: data.keys)
        )
        return nil
    }
}

/// `metadata` of a document.
struct PodMetadata {
    var name: String
    var labels: [(String, String)] = []
    /// `rackwright/step`: at which step the pod starts.
    var step: Int?

    init?(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "'metadata' of \(what)", &problems) else { return nil }
        let name = fields.requiredText("name", &problems)
        if let space = fields.optional("namespace"), space.text != "default" {
            problems.add("there are no namespaces here: leave 'namespace' of \(what) out", at: space.location)
        }
        if let created = fields.optional("creationTimestamp"), !created.value.isNone {
            problems.add("'creationTimestamp' of \(what) is a running pod's: leave it out", at: created.location)
        }
        for (key, _, value) in fields.optional("labels").flatMap({ Fields($0, "labels", &problems) })?.allEntries ?? []
        {
            if let text = value.requireText("the label '\(key)' of \(what)", &problems) { labels.append((key, text)) }
        }
        let annotations = fields.optional("annotations").flatMap { Fields($0, "annotations", &problems) }
        for (key, location, value) in annotations?.allEntries ?? [] {
            guard key == "rackwright/step" else {
                problems.add(
                    "the annotation '\(key)' of \(what) is nothing that is heeded here",
                    at: location,
                    suggestion: Spelling.nearest(to: key, among: ["rackwright/step"])
                )
                continue
            }
            guard let number = value.text.flatMap({ Int($0) }), (1...5).contains(number) else {
                problems.add("'rackwright/step' of \(what) must be 1 to 5, found \(value.kind)", at: value.location)
                continue
            }
            step = number
        }
        fields.finish(&problems)
        guard let name else { return nil }
        self.name = name
    }
}
