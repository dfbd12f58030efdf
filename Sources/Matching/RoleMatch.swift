public import Catalog

/// Which node gets which role, and for every node and role why or why not.
public struct RoleMatch: Hashable, Sendable {
    /// Node id to role name.
    public var assignment: [String: String]
    /// Node id to role name to verdict.
    public var verdicts: [String: [String: Verdict]]
    /// Roles that lack nodes: how many are missing.
    public var missing: [String: Int]
    /// The same with what stands in the way, in the order in which roles get their nodes.
    public var shortages: [Shortage]
    /// How the nodes of the roles that are to be spread are spread, by role name.
    public var spreads: [String: Spread]

    /// How many nodes of a role are in which failure domain.
    public struct Spread: Hashable, Sendable {
        public var kind: Role.FailureDomain
        /// By the domain's name.
        public var counts: [String: Int]
    }

    /// Assigns roles to nodes: the best ``Assignment`` of all.
    ///
    /// Roles get their nodes in the order of their priorities, and of their names where those are equal.
    ///
    /// - Parameters:
    ///   - imageSizes: octets each image needs, by the image's name.
    ///   - keepsIncumbents: whether nodes that have a role keep it, whatever is better. Else they keep it where that leaves
    ///     no other place empty; those that take part in nothing or are reserved for nobody keep it anyhow.
    public init(roles: [Role], candidates: [Candidate], imageSizes: [String: UInt64], keepsIncumbents: Bool = true) {
        let roles = roles.sorted { ($1.priority, $0.name) < ($0.priority, $1.name) }
        let candidates = candidates.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        assignment = [:]
        verdicts = [:]
        missing = [:]
        shortages = []
        spreads = [:]
        var pool = Pool(roles)
        let checks = roles.map(RoleChecks.init)
        for candidate in candidates {
            let facts = CandidateFacts(candidate)
            let row = checks.map { Verdict(of: candidate, facts, for: $0, imageSize: imageSizes[$0.role.image]) }
            verdicts[candidate.id] = Dictionary(zip(roles.map(\.name), row)) { first, _ in first }
            let maySwitch = candidate.excluded == nil && !candidate.isReservedForNobody
            if candidate.incumbent == nil || !keepsIncumbents && maySwitch {
                pool.add(candidate, row)
            } else if let role = pool.keep(candidate) {
                assignment[candidate.id] = role
            }
        }
        let result = Assignment(pool.problem)
        for (candidate, role) in zip(pool.applicants, result.roles) {
            if let role { assignment[candidate.id] = roles[role].name }
        }
        for (role, count) in zip(roles, result.missing) where count > 0 {
            missing[role.name] = count
            shortages.append(Shortage(of: role.name, count, candidates, verdicts, assignment))
        }
        for role in roles {
            guard let kind = role.spread else { continue }
            let members = candidates.filter { assignment[$0.id] == role.name }
            spreads[role.name] = Spread(
                kind: kind,
                counts: Dictionary(grouping: members) { $0.domain(kind).name }.mapValues(\.count)
            )
        }
    }
}

extension Candidate {
    fileprivate var isReservedForNobody: Bool { reservation.map { $0.role == nil } ?? false }
}

/// Candidates as an ``AssignmentProblem`` knows them, by numbers.
private struct Pool {
    let roles: [Role]
    let kinds: [Role.FailureDomain]
    var problem: AssignmentProblem
    /// Those that may be given a role.
    var applicants: [Candidate] = []
    /// For each kind of failure domain the numbers of those met.
    private var numbers: [[Candidate.Domain: Int]]

    init(_ roles: [Role]) {
        self.roles = roles
        let kinds = Role.FailureDomain.allCases.filter { kind in roles.contains { $0.spread == kind } }
        self.kinds = kinds
        numbers = kinds.map { _ in [:] }
        problem = AssignmentProblem(
            roles: roles.map { role in
                AssignmentProblem.Demand(
                    minimum: role.count.minimum,
                    maximum: role.count.maximum,
                    priority: role.priority,
                    spread: role.spread.flatMap { kinds.firstIndex(of: $0) }
                )
            },
            nodes: []
        )
    }

    /// More than all preferences of a role together (see ``Worth``).
    private static let reserved = 1 << 39

    /// Leaves a node where it is; gives its role, where there is such a one.
    mutating func keep(_ candidate: Candidate) -> String? {
        guard let role = roles.firstIndex(where: { $0.name == candidate.incumbent }) else { return nil }
        problem.roles[role].staying += 1
        if let kind = problem.roles[role].spread {
            problem.roles[role].occupied[number(of: candidate, kind), default: 0] += 1
        }
        return roles[role].name
    }

    /// Takes a node in that fits somewhere.
    mutating func add(_ candidate: Candidate, _ verdicts: [Verdict]) {
        guard verdicts.contains(where: \.qualifies) else { return }
        // What is reserved for a role goes to it before what is free, whatever speaks for the other.
        let bonus = candidate.reservation == nil ? 0 : Self.reserved
        applicants.append(candidate)
        problem.nodes.append(
            AssignmentProblem.Applicant(
                scores: verdicts.map { $0.qualifies ? $0.score + bonus : nil },
                domains: kinds.indices.map { number(of: candidate, $0) },
                current: candidate.incumbent.flatMap { name in roles.firstIndex { $0.name == name } }
            )
        )
    }

    private mutating func number(of candidate: Candidate, _ kind: Int) -> Int {
        let domain = candidate.domain(kinds[kind])
        if let known = numbers[kind][domain] { return known }
        numbers[kind][domain] = numbers[kind].count
        return numbers[kind].count - 1
    }
}
