/// Chooses the nodes of each role anew for the same number of nodes in each role, so that they spread over domains.
///
/// It is a flow of least cost. Each node goes to a role or to none; where a role is spread, through the group of its nodes
/// in one domain. The k-th node of a group costs k - 1 pairs: that is an arc for each, with room for one. The network
/// simplex method finds the least cost (Ahuja, Magnanti, Orlin, "Network Flows", sections 11.5 and 14.3); its tree stays
/// strongly feasible (section 11.6), and so it ends.
struct SpreadSolver {
    /// Vertices are the nodes, then the roles, none being the last of them, then the groups, then the root.
    private let firstRole: Int
    private let firstGroup: Int
    private let pair: Int128
    /// Where each node may go: those of a node from its start to the next one's.
    private var arcs: [Arc] = []
    private var starts: [Int] = [0]
    /// The vertex that each node is at.
    private var places: [Int]
    private var groups: [Group] = []
    private var tree: SpanningTree
    private var next = 0

    private struct Arc {
        var target: Int
        var cost: Int128
    }

    /// The nodes of a role in one domain.
    private struct Group {
        var role: Int
        /// Those that stay, and those that are given the role.
        var staying: Int
        var filled = 0
        /// Whether the arc of it that is in the tree is that of the last of them, and not of the next.
        var isFull = false

        /// The pairs that the next node makes, or the last made.
        func pairs(full: Bool) -> Int128 { Int128(staying + filled - (full ? 1 : 0)) }
    }

    /// - Parameter start: an assignment that is the best but for the spreading.
    init(_ problem: AssignmentProblem, _ worth: Worth, from start: [Int?]) {
        firstRole = problem.nodes.count
        firstGroup = firstRole + problem.roles.count + 1
        pair = worth.pair
        var groupOf = problem.roles.map { _ in [Int: Int]() }
        for (role, demand) in problem.roles.enumerated() {
            guard let kind = demand.spread else { continue }
            var fitting: [Int: Int] = [:]
            for node in problem.nodes where node.scores[role] != nil { fitting[node.domains[kind], default: 0] += 1 }
            // A node that is alone in a domain makes pairs with those that stay there, and with nobody else.
            for (domain, count) in fitting.sorted(by: { $0.key < $1.key }) where count > 1 {
                groupOf[role][domain] = groups.count
                groups.append(Group(role: role, staying: demand.occupied[domain] ?? 0))
            }
        }
        places = []
        tree = SpanningTree(nodes: firstRole, vertices: firstGroup + groups.count + 1)
        for (node, applicant) in problem.nodes.enumerated() {
            let place = start[node] ?? problem.roles.count
            for role in problem.roles.indices {
                guard let worth = worth.of(applicant, in: role) else { continue }
                var arc = Arc(target: firstRole + role, cost: -worth)
                if let kind = problem.roles[role].spread {
                    let domain = applicant.domains[kind]
                    if let group = groupOf[role][domain] {
                        arc.target = firstGroup + group
                        if role == place { groups[group].filled += 1 }
                    } else {
                        arc.cost += pair * Int128(problem.roles[role].occupied[domain] ?? 0)
                    }
                }
                if role == place { places.append(arc.target) }
                arcs.append(arc)
            }
            if start[node] == nil { places.append(firstGroup - 1) }
            arcs.append(Arc(target: firstGroup - 1, cost: 0))
            starts.append(arcs.count)
        }
        plantTree()
    }

    /// All hang at their roles, and the roles at the root, by arcs that never carry anything.
    private mutating func plantTree() {
        for role in firstRole..<firstGroup { tree.add(role, below: firstGroup + groups.count, cost: 0) }
        for (index, group) in groups.enumerated() {
            tree.add(firstGroup + index, below: firstRole + group.role, cost: pair * group.pairs(full: false))
        }
        for (node, place) in places.enumerated() { tree.add(node, below: place, cost: cost(of: node, to: place)) }
    }

    private func cost(of node: Int, to place: Int) -> Int128 {
        arcs[starts[node]..<starts[node + 1]].first { $0.target == place }?.cost ?? 0
    }

    /// The role of each node, and nil for none.
    var assigned: [Int?] {
        places.map { place in
            if place >= firstGroup { return groups[place - firstGroup].role }
            return place == firstGroup - 1 ? nil : place - firstRole
        }
    }

    mutating func solve() {
        while let arc = findEntering() { pivot(arc) }
    }
}

/// An arc that is not in the tree, and where it makes the whole cheaper.
private struct EnteringArc {
    var tail: Int
    var head: Int
    /// Of a group's arc: the group, and whether one node more goes over it.
    var group: (index: Int, more: Bool)?
    /// What a unit costs that goes over it and back through the tree; below zero.
    var cost: Int128
}

extension SpreadSolver {
    /// The best arc of the first few among which there is a good one, going round; nil when there is none.
    private mutating func findEntering() -> EnteringArc? {
        let count = firstRole + groups.count
        var best: EnteringArc?
        for step in 1...max(1, count) {
            if next < firstRole {
                let potential = tree.potential(node: next)
                var least = best?.cost ?? 0
                for index in starts[next]..<starts[next + 1] {
                    let cost = arcs[index].cost + tree.potential(place: arcs[index].target) - potential
                    guard cost < least else { continue }
                    least = cost
                    best = EnteringArc(tail: next, head: arcs[index].target, group: nil, cost: cost)
                }
            } else if next < count, let arc = entering(group: next - firstRole), arc.cost < best?.cost ?? 0 {
                best = arc
            }
            next = next + 1 < count ? next + 1 : 0
            if step.isMultiple(of: 32), best != nil { break }
        }
        return best
    }

    /// The group's arc over which one node more, or one fewer, should go.
    private func entering(group index: Int) -> EnteringArc? {
        let group = groups[index]
        let (vertex, role) = (firstGroup + index, firstRole + group.role)
        // Where one of its arcs is in the tree, the others are as they should be.
        if tree.parent(vertex) == role || tree.parent(role) == vertex { return nil }
        let difference = tree.potential(place: role) - tree.potential(place: vertex)
        let more = pair * group.pairs(full: false) + difference
        if more < 0 { return EnteringArc(tail: vertex, head: role, group: (index, true), cost: more) }
        let fewer = -pair * group.pairs(full: true) - difference
        guard fewer < 0, group.filled > 0 else { return nil }
        return EnteringArc(tail: role, head: vertex, group: (index, false), cost: fewer)
    }

    private mutating func pivot(_ arc: EnteringArc) {
        // Leaving is the last arc without room on the way from the join down to the tail, over the new arc, and up from
        // the head: so the tree stays strongly feasible.
        var (left, right) = (arc.tail, arc.head)
        var (least, leaving, isLeft) = (2, -1, true)
        while left != right {
            if tree.depth(left) >= tree.depth(right) {
                let room = room(at: left, up: false)
                if room < least { (least, leaving) = (room, left) }
                left = tree.parent(left)
            } else {
                right = tree.parent(right)
            }
        }
        let join = left
        if arc.group != nil, least >= 1 { (least, leaving) = (1, -1) }
        right = arc.head
        while right != join {
            let room = room(at: right, up: true)
            if room <= least, room < 2 { (least, leaving, isLeft) = (room, right, false) }
            right = tree.parent(right)
        }
        if least > 0 { push(arc, over: join) }
        guard leaving >= 0 else { return }
        if let (group, more) = arc.group { groups[group].isFull = more == (least > 0) }
        tree.move(
            leaving,
            by: isLeft ? arc.tail : arc.head,
            to: isLeft ? arc.head : arc.tail,
            shift: isLeft ? arc.cost : -arc.cost
        ) { [arcs, starts] node, place in
            arcs[starts[node]..<starts[node + 1]].first { $0.target == place }?.cost ?? 0
        }
    }

    /// How many units more can go over the tree's arc between a vertex and its parent; 2 stands for any number.
    private func room(at vertex: Int, up isUp: Bool) -> Int {
        let other = tree.parent(vertex)
        if vertex < firstRole { return isUp ? 2 : (places[vertex] == other ? 1 : 0) }
        if other < firstRole { return !isUp ? 2 : (places[other] == vertex ? 1 : 0) }
        if vertex >= firstGroup { return groups[vertex - firstGroup].isFull == isUp ? 0 : 1 }
        if other < firstGroup + groups.count { return groups[other - firstGroup].isFull == isUp ? 1 : 0 }
        return isUp ? 2 : 0
    }

    /// Sends one unit over the new arc and back through the tree.
    private mutating func push(_ arc: EnteringArc, over join: Int) {
        for (start, isUp) in [(arc.tail, false), (arc.head, true)] {
            var vertex = start
            while vertex != join {
                let other = tree.parent(vertex)
                if vertex < firstRole {
                    if isUp { places[vertex] = other }
                } else if other < firstRole {
                    if !isUp { places[other] = vertex }
                } else {
                    let isGroup = vertex >= firstGroup
                    let index = (isGroup ? vertex : other) - firstGroup
                    groups[index].filled += isGroup == isUp ? 1 : -1
                    groups[index].isFull = isGroup == isUp
                }
                vertex = other
            }
        }
        if let (group, more) = arc.group {
            groups[group].filled += more ? 1 : -1
        } else {
            places[arc.tail] = arc.head
        }
    }
}
