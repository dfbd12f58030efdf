/// A role that lacks nodes, and what stands in the way of those that it has not got.
public struct Shortage: Hashable, Sendable {
    public var role: String
    /// How many it lacks.
    public var missing: Int
    /// Requirements that are the only ones that some nodes fail, those that hold back most nodes first.
    public var obstacles: [Obstacle]
    /// How many nodes that qualify are in another role, by its name.
    public var elsewhere: [String: Int]
    /// Nodes of which nothing is known, and those that take part in nothing.
    public var uninspected: [String]
    public var excluded: [String]

    /// The one requirement that some nodes fail.
    public struct Obstacle: Hashable, Sendable {
        /// As it was written.
        public var requirement: String
        /// By name; where it compares numbers, the nearest first.
        public var nodes: [String]
        /// What was found at the first of them, where it is the nearest.
        public var nearest: String?
    }
}

extension Shortage {
    init(
        of role: String,
        _ missing: Int,
        _ candidates: [Candidate],
        _ verdicts: [String: [String: Verdict]],
        _ assignment: [String: String]
    ) {
        self.role = role
        self.missing = missing
        elsewhere = [:]
        uninspected = []
        excluded = []
        var failing: [String: [(name: String, gap: Verdict.Gap?)]] = [:]
        for candidate in candidates {
            guard let verdict = verdicts[candidate.id]?[role] else { continue }
            let given = assignment[candidate.id] ?? candidate.incumbent
            // What a node would need that keeps its role is not what is missing.
            if given == role || given != nil && given == candidate.incumbent && !verdict.qualifies { continue }
            if candidate.excluded != nil {
                excluded.append(candidate.name)
            } else if candidate.inventory == nil {
                uninspected.append(candidate.name)
            } else if verdict.qualifies {
                if let given { elsewhere[given, default: 0] += 1 }
            } else if let failure = verdict.failures.first, verdict.failures.count == 1 {
                failing[failure.requirement, default: []].append((candidate.name, failure.gap))
            }
        }
        obstacles = failing.map { requirement, nodes in
            let nodes = nodes.sorted { left, right in
                (left.gap?.distance ?? .infinity, left.name) < (right.gap?.distance ?? .infinity, right.name)
            }
            return Obstacle(requirement: requirement, nodes: nodes.map(\.name), nearest: nodes.first?.gap?.observed)
        }
        .sorted { ($1.nodes.count, $0.requirement) < ($0.nodes.count, $1.requirement) }
    }
}
