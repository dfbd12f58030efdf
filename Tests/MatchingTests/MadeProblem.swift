import Matching
import TestSupport

extension AssignmentProblem {
    /// What a seed makes: few roles and nodes, ties, and all that a problem can have.
    static func made(
        _ dice: inout SeededGenerator,
        roles roleCount: Int,
        nodes nodeCount: Int,
        isSpread: Bool = false,
        reassigns: Bool = false,
        scores: ClosedRange<Int> = -2...3,
        priorities: ClosedRange<Int> = 0...1
    ) -> Self {
        var roles: [Demand] = []
        for _ in 0..<roleCount {
            let minimum = Int.random(in: 0...max(2, nodeCount / roleCount), using: &dice)
            let maximum = Bool.random(using: &dice) ? nil : minimum + Int.random(in: 0...2, using: &dice)
            var role = Demand(
                minimum: minimum,
                maximum: maximum,
                priority: Int.random(in: priorities, using: &dice),
                spread: isSpread ? [nil, 0, 1].randomElement(using: &dice) ?? nil : nil
            )
            for _ in 0..<Int.random(in: 0...2, using: &dice) {
                role.staying += 1
                role.occupied[Int.random(in: 0...2, using: &dice), default: 0] += 1
            }
            roles.append(role)
        }
        roles.sort { $0.priority > $1.priority }
        let nodes = (0..<nodeCount).map { _ in
            Applicant(
                scores: roles.map { _ in
                    Int.random(in: 0..<4, using: &dice) > 0 ? Int.random(in: scores, using: &dice) : nil
                },
                domains: [2, max(1, nodeCount / 8)].map { Int.random(in: 0...$0, using: &dice) },
                current: reassigns && Bool.random(using: &dice) ? Int.random(in: 0..<roleCount, using: &dice) : nil
            )
        }
        return Self(roles: roles, nodes: nodes)
    }

    func counts(_ assigned: [Int?]) -> [Int] {
        roles.indices.map { role in assigned.count { $0 == role } }
    }

    func score(_ assigned: [Int?]) -> Int {
        zip(nodes, assigned).reduce(0) { sum, pair in sum + (pair.1.flatMap { pair.0.scores[$0] } ?? 0) }
    }

    func stays(_ assigned: [Int?]) -> Int {
        zip(nodes, assigned).count { $0.0.current != nil && $0.0.current == $0.1 }
    }

    /// Pairs of nodes of one role in one domain.
    func pairs(_ assigned: [Int?]) -> Int {
        var pairs = 0
        for (role, demand) in roles.enumerated() {
            guard let kind = demand.spread else { continue }
            var counts = demand.occupied
            for (node, place) in zip(nodes, assigned) where place == role {
                counts[node.domains[kind], default: 0] += 1
            }
            pairs += counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
        }
        return pairs
    }

    /// How many places each role has that must be filled, and how many more that can be.
    var places: [(needed: Int, more: Int)] {
        roles.map { role in
            let limit = role.maximum ?? (role.staying + nodes.count)
            return (max(0, role.minimum - role.staying), max(0, limit - max(role.staying, role.minimum)))
        }
    }

    /// What assignments are compared by before spreading: the greater, the better.
    func rank(_ assigned: [Int?]) -> [Int] {
        let (counts, places) = (counts(assigned), places)
        let needed = zip(counts, places).map { min($0, $1.needed) }
        let more = Set(roles.map(\.priority)).sorted(by: >).map { priority in
            roles.indices.filter { roles[$0].priority == priority }.reduce(0) { $0 + counts[$1] - needed[$1] }
        }
        return needed + more + [stays(assigned), score(assigned)]
    }

    /// What assignments are compared by of which each role has as many nodes.
    func evenness(_ assigned: [Int?]) -> [Int] { [stays(assigned), -pairs(assigned), score(assigned)] }

    /// Every node where it fits, no role beyond its maximum.
    func allows(_ assigned: [Int?]) -> Bool {
        zip(nodes, assigned).allSatisfy { node, role in role.map { node.scores[$0] != nil } ?? true }
            && zip(counts(assigned), places).allSatisfy { $0 <= $1.needed + $1.more }
    }

    /// All assignments that are allowed.
    func forEachAssignment(_ body: ([Int?]) -> Void) {
        var assigned = [Int?](repeating: nil, count: nodes.count)
        func place(_ node: Int) {
            guard node < nodes.count else {
                if allows(assigned) { body(assigned) }
                return
            }
            assigned[node] = nil
            place(node + 1)
            for role in roles.indices where nodes[node].scores[role] != nil {
                assigned[node] = role
                place(node + 1)
            }
            assigned[node] = nil
        }
        place(0)
    }
}
