public import Catalog
import Inventory
public import Jinja
import OrderedCollections

/// Whether a node can have a role, and why not.
public struct Verdict: Hashable, Sendable {
    /// What failed, with what was observed; empty when the node qualifies.
    public var failures: [Failure]
    /// The sum of the preferences that hold.
    public var score: Int

    public var qualifies: Bool { failures.isEmpty }

    public struct Failure: Hashable, Sendable, Codable {
        /// The requirement as it was written.
        public var requirement: String
        /// What was found instead.
        public var observed: String
        /// How much it fails by, where it compares numbers.
        public var gap: Gap?

        public init(requirement: String, observed: String, gap: Gap? = nil) {
            self.requirement = requirement
            self.observed = observed
            self.gap = gap
        }
    }

    /// How far a number is from the one that it is compared with.
    public struct Gap: Hashable, Sendable, Codable {
        /// The number, in words.
        public var observed: String
        public var distance: Double

        public init(observed: String, distance: Double) {
            self.observed = observed
            self.distance = distance
        }
    }

    init(failures: [Failure] = [], score: Int = 0) {
        self.failures = failures
        self.score = score
    }
}

extension Verdict {
    /// Judges one node for one role.
    ///
    /// - Parameter imageSize: octets the role's image needs on the root disk, when it is known.
    public init(of candidate: Candidate, for role: Role, imageSize: UInt64?) {
        self.init(of: candidate, CandidateFacts(candidate), for: RoleChecks(role), imageSize: imageSize)
    }

    init(of candidate: Candidate, _ facts: CandidateFacts?, for checks: RoleChecks, imageSize: UInt64?) {
        self.init()
        if let reason = candidate.excluded {
            failures.append(Failure(requirement: "the node takes part", observed: reason))
            return
        }
        if let reservation = candidate.reservation, !reservation.admits(checks.role.name) {
            failures.append(Failure(requirement: "the node may have it", observed: "it is \(reservation.words)"))
            return
        }
        guard let facts else {
            failures.append(Failure(requirement: "the node was inspected", observed: "no inventory yet"))
            return
        }
        let variables = facts.variables
        for check in checks.hardware {
            if let failure = check.failure(with: variables) { failures.append(failure) }
        }
        let choice = RootDiskChoice(for: checks, among: facts.disks, imageSize: imageSize)
        if choice.disk == nil { failures.append(choice.failure) }
        for preference in checks.role.prefer {
            let holds = try? preference.when.expression.evaluate(variables).isTruthy
            if holds == true { score += preference.weight }
        }
    }
}

/// A candidate's facts as expressions see them: made once for all roles.
struct CandidateFacts {
    var variables: OrderedDictionary<String, Value>
    var disks: [(disk: Inventory.Disk, variables: OrderedDictionary<String, Value>)]

    init?(_ candidate: Candidate) {
        guard let inventory = candidate.inventory else { return nil }
        variables = Facts.variables(of: inventory)
        variables.merge(candidate.facts) { _, new in new }
        disks = inventory.disks.map { ($0, Facts.variables(of: $0)) }
    }
}

/// Numbers as people read them.
public enum Quantity {
    /// A value in words; a whole number of octets from 1 MiB on is also given in GiB or MiB.
    public static func describe(_ value: Value) -> String {
        guard case .int(let number) = value, number >= 1 << 20 else { return value.description }
        return "\(number) (\(octets(UInt64(number))))"
    }

    /// `3.9 GiB`, `512.0 MiB`.
    public static func octets(_ count: UInt64) -> String {
        let units: [(name: String, size: UInt64)] = [
            ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ]
        guard let unit = units.first(where: { count >= $0.size }) else { return "\(count) B" }
        let tenths = count / (unit.size / 10)
        return "\(tenths / 10).\(tenths % 10) \(unit.name)"
    }
}
