/// Which node gets which role: the best assignment, proved by the way it is found.
///
/// Assignments are compared by these, the first that differs decides:
/// 1. how many of its minimum count the first role has, then the second, and so on;
/// 2. how many nodes beyond their minimum, within their maximum, the roles of the highest priority have, then of the next;
/// 3. how many nodes stay in the role they are in;
/// 4. the sum of the scores.
///
/// That gives each role its number of nodes. Where a role is to be spread, the nodes are then chosen anew for the same
/// numbers, by 3, by the number of pairs of nodes of one role that share a domain (the fewer the evener), and by 4.
/// What is equal in all of it is decided by the order of nodes and roles, the same for the same input.
public struct Assignment: Hashable, Sendable {
    /// The role of each node.
    public var roles: [Int?]
    /// How many each role lacks of its minimum.
    public var missing: [Int]

    public init(_ problem: AssignmentProblem) {
        let worth = Worth(problem)
        var filling = FillingSolver(problem, worth)
        missing = problem.roles.map { max(0, $0.minimum - $0.staying) }
        for role in problem.roles.indices {
            while missing[role] > 0, filling.add(toOneOf: [role]) != nil { missing[role] -= 1 }
        }
        var room = problem.roles.map { role in
            let limit = role.maximum ?? (role.staying + problem.nodes.count)
            return max(0, limit - max(role.staying, role.minimum))
        }
        for priority in Set(problem.roles.map(\.priority)).sorted(by: >) {
            let level = problem.roles.indices.filter { problem.roles[$0].priority == priority }
            while let filled = filling.add(toOneOf: level.filter { room[$0] > 0 }) { room[filled] -= 1 }
        }
        roles = filling.assigned
        guard problem.roles.contains(where: { $0.spread != nil }) else { return }
        var spreading = SpreadSolver(problem, worth, from: roles)
        spreading.solve()
        roles = spreading.assigned
    }
}
