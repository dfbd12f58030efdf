extension MatchReport.RoleReport {
    /// `Storage lacks 2 nodes; 3 nodes fail only …, nearest: node17 with 3`; nil where nothing is missing.
    public var lack: String? {
        guard missing > 0 else { return nil }
        var parts = ["\(name) lacks \(nodes(missing))"]
        guard let shortage else { return parts[0] }
        for obstacle in shortage.obstacles.prefix(3) {
            let count = obstacle.nodes.count
            var part = "\(nodes(count)) \(count == 1 ? "fails" : "fail") only `\(obstacle.requirement)`"
            if let nearest = obstacle.nearest, let node = obstacle.nodes.first {
                part += ", nearest: \(node) with \(nearest)"
            } else {
                part += ": \(some(obstacle.nodes))"
            }
            parts.append(part)
        }
        let more = shortage.obstacles.dropFirst(3).reduce(0) { $0 + $1.nodes.count }
        if more > 0 { parts.append("\(nodes(more)) \(more == 1 ? "fails" : "fail") only one other requirement") }
        for (other, count) in shortage.elsewhere.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            parts.append("\(nodes(count)) that would do \(count == 1 ? "is" : "are") in \(other)")
        }
        if !shortage.uninspected.isEmpty { parts.append("not inspected: \(some(shortage.uninspected))") }
        if !shortage.excluded.isEmpty { parts.append("taking no part: \(some(shortage.excluded))") }
        return parts.joined(separator: "; ")
    }

    /// `control over 3 racks: 2 in r1; 1 in r2, r3`; nil where the role is not to be spread or has no nodes.
    public var spreading: String? {
        guard let spread, !spread.nodes.isEmpty else { return nil }
        let plurals = ["rack": "racks", "switch": "switches"]
        let kind = spread.nodes.count == 1 ? spread.over : plurals[spread.over] ?? spread.over
        let groups = Dictionary(grouping: spread.nodes.keys) { spread.nodes[$0] ?? 0 }.sorted { $0.key > $1.key }
        let parts = groups.map { count, domains in "\(count) in \(some(domains.sorted()))" }
        return "\(name) over \(spread.nodes.count) \(kind): \(parts.joined(separator: "; "))"
    }

    private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }

    /// Up to six names, or the first five and how many more there are.
    private func some(_ names: [String]) -> String {
        guard names.count > 6 else { return names.joined(separator: ", ") }
        return names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more"
    }
}
