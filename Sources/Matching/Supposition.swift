/// A fleet as it might be: some nodes more, some other than they are, some fewer.
public struct Supposition: Hashable, Sendable {
    /// What is supposed of nodes.
    public var nodes: [Node]
    /// Names of nodes that are left out.
    public var without: Set<String>
    /// Whether there are no nodes but these.
    public var isWholeFleet: Bool

    public init(nodes: [Node] = [], without: Set<String> = [], isWholeFleet: Bool = false) {
        self.nodes = nodes
        self.without = without
        self.isWholeFleet = isWholeFleet
    }

    /// A node that is not there, or what one that is there would be.
    public struct Node: Hashable, Sendable {
        /// One that is there keeps its id, its role, and what is not said here.
        public var candidate: Candidate
        /// How many of it there are; more than one get its name with numbers.
        public var count: Int

        public init(_ candidate: Candidate, count: Int = 1) {
            self.candidate = candidate
            self.count = count
        }
    }

    /// The nodes that there would be.
    ///
    /// - Throws: everything that makes no sense, at once.
    public func candidates(from present: [Candidate], limit: Int = 100_000) throws(SuppositionProblems) -> [Candidate] {
        var problems: [String] = []
        let names = Set(present.map(\.name))
        for name in without.sorted() where !names.contains(name) {
            problems.append("there is no node '\(name)' to leave out")
        }
        var candidates = isWholeFleet ? [] : present.filter { !without.contains($0.name) }
        var places: [String: Int] = [:]
        for (index, candidate) in candidates.enumerated() { places[candidate.name] = index }
        var supposed: Set<String> = []
        var total = 0
        for node in nodes {
            let name = node.candidate.name
            guard node.count > 0, node.count <= limit - total else {
                problems.append("\(node.count) nodes like '\(name)' cannot be supposed: 1 to \(limit) in all can")
                continue
            }
            total += node.count
            for number in 1...node.count {
                var candidate = node.candidate
                if node.count > 1 { candidate.name += "-\(number)" }
                guard supposed.insert(candidate.name).inserted else {
                    problems.append("the node '\(candidate.name)' is supposed twice")
                    continue
                }
                if let place = places[candidate.name] {
                    candidates[place].suppose(candidate)
                } else {
                    candidate.id = "supposed \(candidate.name)"
                    candidates.append(candidate)
                }
            }
        }
        guard problems.isEmpty else { throw SuppositionProblems(problems: problems) }
        return candidates
    }
}

/// Why a fleet cannot be supposed, a line for each reason.
public struct SuppositionProblems: Error, Hashable, Sendable {
    public var problems: [String]
}

extension Candidate {
    /// Takes over what is said of it.
    fileprivate mutating func suppose(_ other: Self) {
        inventory = other.inventory ?? inventory
        rack = other.rack ?? rack
        chassis = other.chassis ?? chassis
        `switch` = other.switch ?? `switch`
    }
}
