/// The tree of the network simplex method: from every vertex one way to the root, and what it costs to go it.
///
/// The first vertices are nodes. Most of them are leaves: they stand among the children of their parent only while they
/// have children themselves, and what depends on their place is computed from their parent's.
struct SpanningTree {
    private let nodes: Int
    private var parents: [Int]
    private var firstChild: [Int]
    /// The parent's children before and after a vertex.
    private var before: [Int]
    private var after: [Int]
    /// How far a vertex is from the root; not of nodes.
    private var depths: [Int]
    /// What it costs to go to the root; of nodes, to their parent.
    private var potentials: [Int128]
    private var path: [Int] = []

    /// A tree of its root alone, the last of the vertices.
    init(nodes: Int, vertices: Int) {
        self.nodes = nodes
        parents = [Int](repeating: -1, count: vertices)
        firstChild = parents
        before = parents
        after = parents
        depths = [Int](repeating: 0, count: vertices)
        potentials = [Int128](repeating: 0, count: vertices)
    }

    func parent(_ vertex: Int) -> Int { parents[vertex] }

    func depth(_ vertex: Int) -> Int {
        vertex < nodes ? depths[parents[vertex]] + 1 : depths[vertex]
    }

    /// What it costs to go from a node to the root.
    func potential(node: Int) -> Int128 { potentials[node] + potentials[parents[node]] }

    /// What it costs to go from another vertex to the root.
    func potential(place: Int) -> Int128 { potentials[place] }

    /// Adds a leaf; `cost` is that of the way to its parent.
    mutating func add(_ vertex: Int, below other: Int, cost: Int128) {
        parents[vertex] = other
        potentials[vertex] = cost
        guard vertex >= nodes else { return }
        depths[vertex] = depths[other] + 1
        potentials[vertex] += potentials[other]
        link(vertex)
    }

    /// Cuts the way up from `cut`; what is below it hangs by `inside` at `outside` then.
    ///
    /// - Parameters:
    ///   - shift: what the way from there to the root costs more.
    ///   - cost: that of the way from a node to its parent.
    mutating func move(_ cut: Int, by inside: Int, to outside: Int, shift: Int128, cost: (Int, Int) -> Int128) {
        path.removeAll(keepingCapacity: true)
        path.append(inside)
        while let last = path.last, last != cut { path.append(parents[last]) }
        let left = parents[cut]
        for vertex in path.reversed() where isLinked(vertex) { unlink(vertex) }
        if !isLinked(left) { unlink(left) }
        var above = outside
        for vertex in path {
            parents[vertex] = above
            if vertex < nodes { potentials[vertex] = cost(vertex, above) }
            above = vertex
        }
        if !isLinked(outside) { link(outside) }
        for (index, vertex) in path.enumerated() where index + 1 < path.count || isLinked(vertex) { link(vertex) }
        if isLinked(inside) { shiftAll(below: inside, shift) }
    }

    /// Whether it stands among its parent's children.
    private func isLinked(_ vertex: Int) -> Bool { vertex >= nodes || firstChild[vertex] >= 0 }

    private mutating func link(_ vertex: Int) {
        let parent = parents[vertex]
        let next = firstChild[parent]
        after[vertex] = next
        before[vertex] = -1
        if next >= 0 { before[next] = vertex }
        firstChild[parent] = vertex
    }

    private mutating func unlink(_ vertex: Int) {
        let (last, next) = (before[vertex], after[vertex])
        if last >= 0 {
            after[last] = next
        } else {
            firstChild[parents[vertex]] = next
        }
        if next >= 0 { before[next] = last }
    }

    private mutating func shiftAll(below top: Int, _ shift: Int128) {
        var vertex = top
        while true {
            if vertex >= nodes {
                depths[vertex] = depth(parents[vertex]) + 1
                potentials[vertex] += shift
            }
            if firstChild[vertex] >= 0 {
                vertex = firstChild[vertex]
                continue
            }
            while vertex != top, after[vertex] < 0 { vertex = parents[vertex] }
            if vertex == top { return }
            vertex = after[vertex]
        }
    }
}
