import AgentAPI
import Jinja

/// What a pod's containers can mount.
enum PodVolume: Hashable, Sendable {
    /// A folder, a file or a device of the node's; `isMade` where it is a folder that is made when it is not there.
    case path(String, isMade: Bool)
    /// A volume of podman's, empty at first.
    case named(String)
    /// A folder of the node's that files were put into.
    case files(String)
    /// It could not be read, which was said.
    case unknown
}

extension PodReader {
    mutating func readVolume(_ tree: SourceTree, _ problems: inout CatalogProblems) {
        guard var fields = Fields(tree, "a volume of \(what)", &problems) else { return }
        guard let name = fields.requiredText("name", &problems) else { return }
        fields.what = "volume '\(name)' of \(what)"
        var volume: PodVolume?
        if let tree = fields.optional("hostPath") { volume = hostPath(tree, fields.what, &problems) ?? .unknown }
        if let tree = fields.optional("emptyDir") {
            if case .map(let entries) = tree.content, !entries.isEmpty {
                problems.add(
                    "'emptyDir' of \(fields.what) is a volume of podman's, without a medium and a limit",
                    at: tree.location
                )
            }
            volume = .named("\(self.name)-\(name)")
        }
        if let tree = fields.optional("configMap") {
            volume = files(tree, name, fields.what, isSecret: false, &problems)
        }
        if let tree = fields.optional("secret") { volume = files(tree, name, fields.what, isSecret: true, &problems) }
        let before = problems.problems.count
        fields.finish(&problems, refusing: PodWords.refused)
        if volume == nil, before == problems.problems.count {
            problems.add("\(fields.what) needs hostPath, emptyDir, configMap or secret", at: tree.location)
        }
        volumes[name] = volume ?? .unknown
    }

    private mutating func hostPath(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> PodVolume?
    {
        guard var fields = Fields(tree, "'hostPath' of \(what)", &problems) else { return nil }
        let path = fields.requiredText("path", &problems)
        let kind = fields.text("type", &problems) ?? ""
        fields.finish(&problems)
        guard let path else { return nil }
        guard path.hasPrefix("/") || path.hasBraces else {
            problems.add(
                "'path' of \(fields.what) must be absolute, found '\(path)'",
                at: tree["path"]?.location ?? tree.location
            )
            return nil
        }
        let known = ["", "Directory", "DirectoryOrCreate", "File", "Socket", "CharDevice", "BlockDevice"]
        guard known.contains(kind) else {
            problems.add(
                "'type' of \(fields.what) is '\(kind)'; known are \(known.dropFirst().joined(separator: ", "))",
                at: tree["type"]?.location ?? tree.location,
                suggestion: Spelling.nearest(to: kind, among: known)
            )
            return nil
        }
        let isMade = kind == "DirectoryOrCreate"
        if isMade { makeFolder(path, at: tree.location) }
        return .path(path, isMade: isMade)
    }

    mutating func makeFolder(_ path: String, at location: SourceLocation) {
        let task = TaskItem(
            name: "make \(path) for \(what)",
            source: location.description,
            body: .module("file", arguments: ["path": .string(path), "state": "directory"])
        )
        if !tasks.contains(where: { $0.task.name == task.name }) {
            tasks.append(Service.SteppedTask(step: 1, task: task))
        }
    }

    /// A ConfigMap's or a secret's keys as files of the node's.
    private mutating func files(
        _ tree: SourceTree,
        _ volume: String,
        _ what: String,
        isSecret: Bool,
        _ problems: inout CatalogProblems
    ) -> PodVolume {
        let kind = isSecret ? "secret" : "configMap"
        guard var fields = Fields(tree, "'\(kind)' of \(what)", &problems) else { return .unknown }
        let source = fields.requiredText(isSecret ? "secretName" : "name", &problems)
        let written = fields.optional("defaultMode")
        let mode = written.flatMap { Self.mode($0, fields.what, &problems) } ?? 0o644
        let chosen = fields.optional("items")
        fields.finish(&problems)
        guard let source else { return .unknown }
        let place = tree[isSecret ? "secretName" : "name"]?.location ?? tree.location
        let data = isSecret ? [:] : maps.find(source, what, at: place, &problems) ?? [:]
        let folder = "\(folder)/\(volume)"
        guard let chosen else {
            if isSecret {
                problems.add(
                    "\(fields.what) needs 'items': which of the service's secrets are its files",
                    at: tree.location
                )
            }
            for (key, value) in data.sorted(by: { $0.key < $1.key }) { put(value.text ?? "", "\(folder)/\(key)", mode) }
            return .files(folder)
        }
        for item in items(chosen, "items", &problems) {
            guard var inner = Fields(item, "an item of \(fields.what)", &problems) else { continue }
            let key = inner.requiredText("key", &problems)
            let path = inner.requiredText("path", &problems)
            let mode = inner.optional("mode").flatMap { Self.mode($0, inner.what, &problems) } ?? mode
            inner.finish(&problems)
            guard let key, let path else { continue }
            guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                problems.add(
                    "'path' of \(inner.what) must stay in the volume",
                    at: item["path"]?.location ?? item.location
                )
                continue
            }
            let keyPlace = item["key"]?.location ?? item.location
            if isSecret {
                if let value = secret(source, key, what, at: keyPlace, &problems) {
                    put(value, "\(folder)/\(path)", mode)
                }
            } else if let value = data[key] {
                put(value.text ?? "", "\(folder)/\(path)", mode)
            } else if maps.data[source] != nil {
                problems.add(
                    "the ConfigMap '\(source)' has no key '\(key)' (\(what))",
                    at: keyPlace,
                    suggestion: Spelling.nearest(to: key, among: data.keys)
                )
            }
        }
        return .files(folder)
    }

    private mutating func put(_ text: String, _ path: String, _ mode: UInt32) {
        config.append(ConfigFile(path: path, template: text, templateName: path, mode: mode))
    }

    /// Octal digits, as YAML's `0644` are; Kubernetes' JSON has the number itself.
    private static func mode(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> UInt32? {
        if let text = tree.text {
            let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
            if digits.hasPrefix("0") || text.hasPrefix("0o"), let mode = UInt32(digits, radix: 8), mode <= 0o777 {
                return mode
            }
            if !digits.hasPrefix("0"), let mode = UInt32(digits), mode <= 0o777 { return mode }
        }
        problems.add("a mode in \(what) must be octal digits such as 0644, found \(tree.kind)", at: tree.location)
        return nil
    }

    /// What stands for a secret's value: the service's parameter `NAME_KEY`, or `KEY`, that is a secret.
    func secret(
        _ name: String,
        _ key: String,
        _ what: String,
        at place: SourceLocation,
        _ problems: inout CatalogProblems
    ) -> String? {
        let names = ["\(name)_\(key)", key].map { String($0.map { $0 == "-" || $0 == "." ? "_" : $0 }) }
        if let found = names.first(where: secrets.contains) { return "{{ \(found) }}" }
        problems.add(
            "\(what) needs the key '\(key)' of the secret '\(name)', and service '\(service)' has no parameter "
                + "\(names.joined(separator: " or ")) of type secret",
            at: place,
            suggestion: names.lazy.compactMap { Spelling.nearest(to: $0, among: secrets) }.first
        )
        return nil
    }

    /// One of a container's `volumeMounts` as podman has it, and the folder of the node that it needs made.
    func mount(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> (
        volume: String, folder: String?
    )? {
        guard var fields = Fields(tree, "a volume mount of \(what)", &problems) else { return nil }
        let name = fields.requiredText("name", &problems)
        let path = fields.requiredText("mountPath", &problems)
        let isReadOnly = fields.bool("readOnly", &problems) ?? false
        let part = fields.text("subPath", &problems)
        fields.finish(&problems)
        guard let name, let path else { return nil }
        if path.contains(":") || (part ?? "").split(separator: "/").contains("..") {
            problems.add("\(fields.what) has no path that can be mounted", at: tree.location)
            return nil
        }
        let inside = part.map { "/" + $0 } ?? ""
        switch volumes[name] {
        case .path(let place, let isMade):
            let source = place + inside
            return ("\(source):\(path)" + (isReadOnly ? ":ro" : ""), isMade && part != nil ? source : nil)
        case .files(let folder): return ("\(folder)\(inside):\(path):ro", nil)
        case .named(let volume):
            if part != nil {
                problems.add(
                    "'subPath' of \(fields.what) is nothing that a volume of podman's has",
                    at: tree["subPath"]?.location ?? tree.location
                )
            }
            return ("\(volume):\(path)" + (isReadOnly ? ":ro" : ""), nil)
        case .unknown: return nil
        case nil:
            problems.add(
                "\(fields.what) names the unknown volume '\(name)'",
                at: tree["name"]?.location ?? tree.location,
                suggestion: Spelling.nearest(to: name, among: volumes.keys)
            )
            return nil
        }
    }
}

/// `resources` of a pod's container.
enum PodResources {
    static func read(
        _ tree: SourceTree?,
        _ what: String,
        _ options: inout PodmanOptions,
        _ problems: inout CatalogProblems
    ) {
        guard let tree, var fields = Fields(tree, "'resources' of \(what)", &problems) else { return }
        for key in ["limits", "requests"] {
            guard let part = fields.optional(key), var inner = Fields(part, "'\(key)' of \(what)", &problems) else {
                continue
            }
            if let cpu = inner.optional("cpu"), let number = quantity(cpu, "'cpu' in \(inner.what)", &problems) {
                // As a kubelet shares time: 1024 for one processor.
                if key == "limits" {
                    options.add("cpus", text(number))
                } else {
                    options.add("cpu-shares", "\(Int(max(2, min(262_144, (number * 1024).rounded()))))")
                }
            }
            if let memory = inner.optional("memory"),
                let number = quantity(memory, "'memory' in \(inner.what)", &problems)
            {
                options.add(key == "limits" ? "memory" : "memory-reservation", "\(UInt64(number.rounded(.up)))b")
            }
            inner.finish(&problems)
        }
        fields.finish(&problems)
    }

    /// A number as Kubernetes writes it: `500m`, `1.5`, `128Mi`, `1e3`, `2G`.
    private static func quantity(_ tree: SourceTree, _ what: String, _ problems: inout CatalogProblems) -> Double? {
        let units: [(String, Double)] = [
            ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776), ("m", 0.001), ("k", 1e3),
            ("M", 1e6), ("G", 1e9), ("T", 1e12), ("", 1),
        ]
        let written = tree.text ?? ""
        if let (unit, factor) = units.first(where: { written.hasSuffix($0.0) }),
            let number = Double(written.dropLast(unit.count)), number > 0, number * factor < 1e18
        {
            return number * factor
        }
        problems.add("\(what) must be a quantity such as 500m or 128Mi, found \(tree.kind)", at: tree.location)
        return nil
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && number < 1e6 ? "\(Int(number))" : "\(number)"
    }
}
