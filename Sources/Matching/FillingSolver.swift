/// Gives nodes to roles one place at a time, each time by the best chain of moves.
///
/// These are successive shortest paths over a graph of the roles alone: an arc from a role to another is the node of the
/// first that loses least by going to the second. Each place that is added leaves the highest sum of worths among all
/// assignments with as many places filled in each role that was asked for (Ahuja, Magnanti, Orlin, "Network Flows",
/// section 9.7). With n nodes and k roles it takes O(n k (k + log n)).
struct FillingSolver {
    private let count: Int
    /// By node, then role; nil where it does not fit.
    private let worths: [Int128?]
    /// The role of each node, if it has one.
    private(set) var assigned: [Int?]
    /// For each role the nodes that fit, best first; those before `next` have a role.
    private var free: [[Move]]
    private var next: [Int]
    /// From a role (first) to another: the nodes of the first, the cheapest move on top; some have left meanwhile.
    private var moves: [MoveHeap]
    /// The cost of the cheapest chain that ends in each role.
    private var distances: [Int128]
    /// Whether a chain ends in the role; where none does once, none ever does again.
    private var isReached: [Bool]

    init(_ problem: AssignmentProblem, _ worth: Worth) {
        let count = problem.roles.count
        self.count = count
        var worths: [Int128?] = []
        worths.reserveCapacity(problem.nodes.count * count)
        for node in problem.nodes {
            for role in 0..<count { worths.append(worth.of(node, in: role)) }
        }
        self.worths = worths
        assigned = [Int?](repeating: nil, count: problem.nodes.count)
        free = (0..<count).map { role in
            var fitting: [Move] = []
            for node in problem.nodes.indices {
                if let worth = worths[node * count + role] { fitting.append(Move(cost: -worth, node: node)) }
            }
            fitting.sort()
            return fitting
        }
        next = [Int](repeating: 0, count: count)
        moves = [MoveHeap](repeating: MoveHeap(), count: count * count)
        distances = free.map { $0.first?.cost ?? 0 }
        isReached = [Bool](repeating: false, count: count)
    }

    /// Fills one more place in the one of `roles` where it costs least, the first of equals; nil when no chain can.
    mutating func add(toOneOf roles: [Int]) -> Int? {
        let sources = findChains()
        var chosen: Int?
        for role in roles where isReached[role] {
            if let other = chosen, distances[other] <= distances[role] { continue }
            chosen = role
        }
        guard let chosen else { return nil }
        var role = chosen
        while true {
            let source = sources[role]
            guard let move = source == count ? freeMove(to: role) : move(from: source, to: role) else { break }
            place(move.node, in: role)
            if source == count { break }
            role = source
        }
        return chosen
    }

    /// Finds the cheapest chains to all roles (Dijkstra, with the distances before as potentials).
    ///
    /// - Returns: for each role the role that its chain comes from; `count` where it begins with a free node.
    private mutating func findChains() -> [Int] {
        var sources = [Int](repeating: count, count: count)
        var reduced = [Int128](repeating: .max, count: count)
        for role in 0..<count {
            if let move = freeMove(to: role) { reduced[role] = move.cost - distances[role] }
        }
        var open = [Bool](repeating: true, count: count)
        while true {
            var nearest = -1
            for role in 0..<count where open[role] && reduced[role] < .max {
                if nearest < 0 || reduced[role] < reduced[nearest] { nearest = role }
            }
            guard nearest >= 0 else { break }
            open[nearest] = false
            for role in 0..<count where open[role] {
                guard let move = move(from: nearest, to: role) else { continue }
                let found = reduced[nearest] + move.cost + distances[nearest] - distances[role]
                if found < reduced[role] {
                    reduced[role] = found
                    sources[role] = nearest
                }
            }
        }
        for role in 0..<count {
            isReached[role] = !open[role]
            if isReached[role] { distances[role] += reduced[role] }
        }
        return sources
    }

    private mutating func place(_ node: Int, in role: Int) {
        assigned[node] = role
        guard let worth = worths[node * count + role] else { return }
        for other in 0..<count where other != role {
            guard let there = worths[node * count + other] else { continue }
            moves[role * count + other].push(Move(cost: worth - there, node: node))
        }
    }

    /// The cheapest move of a node from a role to another.
    private mutating func move(from role: Int, to other: Int) -> Move? {
        let index = role * count + other
        while let move = moves[index].top {
            if assigned[move.node] == role { return move }
            moves[index].pop()
        }
        return nil
    }

    /// The best node without a role.
    private mutating func freeMove(to role: Int) -> Move? {
        while next[role] < free[role].count {
            let move = free[role][next[role]]
            if assigned[move.node] == nil { return move }
            next[role] += 1
        }
        return nil
    }
}

/// A node that changes its role, and what is lost by it.
struct Move: Comparable {
    var cost: Int128
    var node: Int

    static func < (left: Self, right: Self) -> Bool {
        left.cost != right.cost ? left.cost < right.cost : left.node < right.node
    }
}

/// Moves, the cheapest on top: a binary heap.
struct MoveHeap {
    private var moves: [Move] = []

    var top: Move? { moves.first }

    mutating func push(_ move: Move) {
        var place = moves.count
        moves.append(move)
        while place > 0, move < moves[(place - 1) / 2] {
            moves[place] = moves[(place - 1) / 2]
            place = (place - 1) / 2
        }
        moves[place] = move
    }

    mutating func pop() {
        guard let last = moves.popLast(), !moves.isEmpty else { return }
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < moves.count else { break }
            if child + 1 < moves.count, moves[child + 1] < moves[child] { child += 1 }
            guard moves[child] < last else { break }
            moves[place] = moves[child]
            place = child
        }
        moves[place] = last
    }
}
