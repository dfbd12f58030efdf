public import Catalog

/// Which node gets which role, and for every node and role why or why not.
public struct RoleMatch: Hashable, Sendable {
    /// Node id to role name.
    public var assignment: [String: String]
    /// Node id to role name to verdict.
    public var verdicts: [String: [String: Verdict]]
    /// Roles that lack nodes: how many are missing.
    public var missing: [String: Int]

    /// Assigns roles to nodes.
    ///
    /// Incumbents keep their roles. Then the roles' minimum counts are filled, then what goes up to their maximum; among
    /// all ways to fill as many places, the one with the highest sum of preference scores is taken, and among those the
    /// same one for the same input.
    ///
    /// - Parameter imageSizes: octets each image needs, by the image's name.
    public init(roles: [Role], candidates: [Candidate], imageSizes: [String: UInt64]) {
        verdicts = [:]
        assignment = [:]
        missing = [:]
        let roles = roles.sorted { $0.name < $1.name }
        let candidates = candidates.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        var counts = [Int](repeating: 0, count: roles.count)
        var free: [Int] = []
        for (index, candidate) in candidates.enumerated() {
            var row: [String: Verdict] = [:]
            let facts = CandidateFacts(candidate)
            for role in roles {
                row[role.name] = Verdict(of: candidate, facts, for: role, imageSize: imageSizes[role.image])
            }
            verdicts[candidate.id] = row
            if let incumbent = candidate.incumbent, let role = roles.firstIndex(where: { $0.name == incumbent }) {
                assignment[candidate.id] = incumbent
                counts[role] += 1
            } else if candidate.incumbent == nil {
                free.append(index)
            }
        }
        let scores = free.map { index in
            roles.map { role -> Int? in
                guard let verdict = verdicts[candidates[index].id]?[role.name], verdict.qualifies else { return nil }
                return verdict.score
            }
        }
        var solver = AssignmentSolver(scores: scores, roles: roles.count)
        for (index, role) in roles.enumerated() {
            for place in 0..<max(0, role.count.minimum - counts[index]) where solver.add(toOneOf: [index]) == nil {
                missing[role.name] = role.count.minimum - counts[index] - place
                break
            }
        }
        var room = roles.indices.map { index in
            let limit = roles[index].count.maximum ?? (counts[index] + free.count)
            return max(0, limit - max(counts[index], roles[index].count.minimum))
        }
        while let filled = solver.add(toOneOf: room.indices.filter { room[$0] > 0 }) { room[filled] -= 1 }
        for (row, index) in free.enumerated() {
            if let role = solver.assigned[row] { assignment[candidates[index].id] = roles[role].name }
        }
    }
}
