/// Which nodes could be in which roles, in numbers: what an ``Assignment`` is made from.
public struct AssignmentProblem: Sendable {
    /// In the order in which their minimum counts are filled.
    public var roles: [Demand]
    public var nodes: [Applicant]

    public init(roles: [Demand], nodes: [Applicant]) {
        self.roles = roles
        self.nodes = nodes
    }

    /// What a role asks for.
    public struct Demand: Hashable, Sendable {
        public var minimum: Int
        /// Nil for as many as fit.
        public var maximum: Int?
        /// Roles of a higher one are filled first.
        public var priority: Int
        /// Nodes in it that stay; they count.
        public var staying: Int
        /// Which of an applicant's domains its nodes are spread over.
        public var spread: Int?
        /// How many of those that stay are in a domain.
        public var occupied: [Int: Int]

        public init(
            minimum: Int,
            maximum: Int?,
            priority: Int = 0,
            staying: Int = 0,
            spread: Int? = nil,
            occupied: [Int: Int] = [:]
        ) {
            self.minimum = minimum
            self.maximum = maximum
            self.priority = priority
            self.staying = staying
            self.spread = spread
            self.occupied = occupied
        }
    }

    /// A node that may be given a role.
    public struct Applicant: Hashable, Sendable {
        /// How well it suits each role; nil where it does not fit.
        public var scores: [Int?]
        /// The number of its domain of each kind.
        public var domains: [Int]
        /// The role it is in and may leave.
        public var current: Int?

        public init(scores: [Int?], domains: [Int] = [], current: Int? = nil) {
            self.scores = scores
            self.domains = domains
            self.current = current
        }
    }
}

/// What a node brings to a role as one number, for sums that compare as lists of sums would.
///
/// A node that stays outweighs whatever else may differ, then a pair of nodes that share a domain, then the scores.
/// The solvers compare sums over paths and cycles that meet no node and no role twice. Of such a sum the scores' part is
/// within twice the sum of all nodes' largest scores, and the pairs' part within twice the number of nodes for each role.
/// A score is below 2^40 (200,000 preferences of a million, and 2^39 for a node that is reserved for the role), so that for
/// a million nodes all sums are below 2^114.
struct Worth {
    /// Of a pair of nodes of a role in one domain.
    let pair: Int128
    /// Of a node that stays in its role.
    let stay: Int128

    init(_ problem: AssignmentProblem) {
        var scores: Int128 = 0
        for node in problem.nodes {
            scores += Int128(node.scores.lazy.compactMap { $0?.magnitude }.max() ?? 0)
        }
        let nodes = problem.nodes.count + problem.roles.reduce(0) { $0 + $1.staying }
        pair = 4 * scores + 1
        stay = pair * (4 * Int128(nodes) * Int128(problem.roles.count) + 1)
    }

    /// Nil where the node does not fit.
    func of(_ node: AssignmentProblem.Applicant, in role: Int) -> Int128? {
        node.scores[role].map { Int128($0) + (node.current == role ? stay : 0) }
    }
}
