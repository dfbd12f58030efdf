/// The order that `after:` asks for.
public enum ServiceOrder {
    /// A cycle of services that wait for each other, if there is one.
    static func cycle(in services: [String: Service]) -> [String]? {
        var finished: Set<String> = []
        for start in services.keys.sorted() {
            var path: [String] = []
            if let cycle = visit(start, services, &finished, &path) { return cycle }
        }
        return nil
    }

    private static func visit(
        _ name: String,
        _ services: [String: Service],
        _ finished: inout Set<String>,
        _ path: inout [String]
    ) -> [String]? {
        if finished.contains(name) { return nil }
        if let index = path.firstIndex(of: name) { return Array(path[index...]) + [name] }
        path.append(name)
        defer { path.removeLast() }
        for other in services[name]?.after ?? [] {
            if let cycle = visit(other, services, &finished, &path) { return cycle }
        }
        finished.insert(name)
        return nil
    }

    /// `names` so that each comes after those it waits for; otherwise in the order given.
    public static func sorted(_ names: [String], in services: [String: Service]) -> [String] {
        var placed: [String] = []
        var visiting: Set<String> = []
        func place(_ name: String) {
            guard !placed.contains(name), visiting.insert(name).inserted else { return }
            for other in services[name]?.after ?? [] { place(other) }
            if names.contains(name) { placed.append(name) }
        }
        for name in names { place(name) }
        return placed
    }
}
