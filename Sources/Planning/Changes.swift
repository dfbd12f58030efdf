import AgentAPI

/// What differs between two contents of a node, in words for the plan's reader.
enum Changes {
    static func describe(from old: NodeContent, to new: NodeContent) -> [String] {
        var lines: [String] = []
        if old.role != new.role { lines.append("role \(old.role) becomes \(new.role)") }
        for service in new.services {
            guard let before = old.services.first(where: { $0.name == service.name }) else {
                lines.append("+ service \(service.name)")
                continue
            }
            lines += describe(service.name, from: before, to: service)
        }
        lines += networks(from: old.networks ?? [:], to: new.networks ?? [:])
        for service in old.services where !new.services.contains(where: { $0.name == service.name }) {
            lines.append("- service \(service.name)")
        }
        return lines
    }

    private typealias Facts = [String: [String: String]]

    private static func networks(from old: Facts, to new: Facts) -> [String] {
        Set(old.keys).union(new.keys).sorted().flatMap { name -> [String] in
            guard let now = new[name] else { return ["- network \(name)"] }
            guard let before = old[name] else { return ["+ network \(name): \(now["addresses"] ?? "no address")"] }
            return Set(before.keys).union(now.keys).sorted().filter { before[$0] != now[$0] }.map { fact in
                "~ network \(name): \(fact) \(before[fact] ?? "unset") -> \(now[fact] ?? "unset")"
            }
        }
    }

    private static func describe(_ name: String, from old: ServiceContent, to new: ServiceContent) -> [String] {
        var lines: [String] = []
        for key in Set(old.parameters.keys).union(new.parameters.keys).sorted()
        where old.parameters[key] != new.parameters[key] {
            lines.append("~ \(name).\(key): \(old.parameters[key] ?? "unset") -> \(new.parameters[key] ?? "unset")")
        }
        let (given, taken) = (new.secrets ?? [:], old.secrets ?? [:])
        for key in Set(given.keys).union(taken.keys).sorted() where given[key] != taken[key] {
            let what = taken[key] == nil ? "set" : given[key] == nil ? "not used any more" : "changed"
            lines.append("~ \(name).\(key): secret \(what)")
        }
        if let before = old.nodes {
            let now = new.nodes ?? [:]
            for role in Set(before.keys).union(now.keys).sorted() {
                let gone = (before[role] ?? []).filter { !(now[role] ?? []).contains($0) }.map { "-\($0)" }
                let come = (now[role] ?? []).filter { !(before[role] ?? []).contains($0) }.map { "+\($0)" }
                guard !gone.isEmpty || !come.isEmpty else { continue }
                lines.append("~ \(name): is told of \(role)'s nodes " + (gone + come).joined(separator: ", "))
            }
        }
        for file in new.files where !old.files.contains(file) {
            lines.append("~ \(name): file \(file.path)")
        }
        for container in new.containers {
            guard let before = old.containers.first(where: { $0.name == container.name }) else {
                lines.append("+ \(name): container \(container.name)")
                continue
            }
            if before.image != container.image {
                lines.append(
                    "~ \(name): container \(container.name) image \(short(before.image)) -> \(short(container.image))"
                )
            } else if before != container {
                lines.append("~ \(name): container \(container.name)")
            }
        }
        for container in old.containers where !new.containers.contains(where: { $0.name == container.name }) {
            lines.append("- \(name): container \(container.name)")
        }
        return lines
    }

    /// An image reference with its digest cut to twelve digits.
    private static func short(_ image: String) -> String {
        guard let colon = image.lastIndex(of: ":"), image.contains("@sha256:") else { return image }
        return String(image[...colon]) + String(image[image.index(after: colon)...].prefix(12))
    }
}
