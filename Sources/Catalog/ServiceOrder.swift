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

    /// How many services stand one behind the other before each at most; 0 for one that waits for none.
    ///
    /// Who takes up services in this order, on whatever node, waits for nobody who waits for him.
    public static func depths(in services: [String: Service]) -> [String: Int] {
        var depths: [String: Int] = [:]
        var visiting: Set<String> = []
        func depth(of name: String) -> Int? {
            if let known = depths[name] { return known }
            guard let service = services[name], visiting.insert(name).inserted else { return nil }
            let found = service.after.compactMap { depth(of: $0).map { $0 + 1 } }.max() ?? 0
            depths[name] = found
            return found
        }
        for name in services.keys.sorted() { _ = depth(of: name) }
        return depths
    }

    /// `names` by their depth, otherwise in the order given: each comes after those it waits for.
    public static func sorted(_ names: [String], in services: [String: Service]) -> [String] {
        let depths = depths(in: services)
        return names.enumerated().sorted { left, right in
            (depths[left.element] ?? 0, left.offset) < (depths[right.element] ?? 0, right.offset)
        }
        .map(\.element)
    }
}
