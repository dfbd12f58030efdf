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

        public init(requirement: String, observed: String) {
            self.requirement = requirement
            self.observed = observed
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
        self.init(of: candidate, CandidateFacts(candidate), for: role, imageSize: imageSize)
    }

    init(of candidate: Candidate, _ facts: CandidateFacts?, for role: Role, imageSize: UInt64?) {
        self.init()
        if let reason = candidate.excluded {
            failures.append(Failure(requirement: "the node takes part", observed: reason))
            return
        }
        guard let facts else {
            failures.append(Failure(requirement: "the node was inspected", observed: "no inventory yet"))
            return
        }
        let variables = facts.variables
        for requirement in role.hardware {
            if let failure = requirement.failure(with: variables) { failures.append(failure) }
        }
        let choice = RootDiskChoice(for: role, among: facts.disks, imageSize: imageSize)
        if choice.disk == nil { failures.append(choice.failure) }
        for preference in role.prefer where preference.when.failure(with: variables) == nil {
            score += preference.weight
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
        variables["node"] = .dict([
            "name": .string(candidate.name), "rack": candidate.rack.map { .string($0) } ?? .none,
        ])
        disks = inventory.disks.map { ($0, Facts.variables(of: $0)) }
    }
}

extension Role.Requirement {
    /// Nil when it holds; else what was observed.
    func failure(with variables: OrderedDictionary<String, Value>) -> Verdict.Failure? {
        do {
            let value = try expression.evaluate(variables)
            return value.isTruthy
                ? nil : Verdict.Failure(requirement: text, observed: Self.observed(text, with: variables))
        } catch {
            return Verdict.Failure(requirement: text, observed: "unknown: \(error.message)")
        }
    }

    /// The value of the left side of a comparison, or of the whole expression.
    private static func observed(_ text: String, with variables: OrderedDictionary<String, Value>) -> String {
        // Of what must hold together, the first that does not.
        if text.before(" or ") == nil, let first = text.before(" and ") {
            let rest = String(text.dropFirst(first.count + " and ".count))
            let holds = (try? Expression(first).evaluate(variables))?.isTruthy ?? false
            return observed(holds ? rest : first, with: variables)
        }
        if text.hasPrefix("not "), text.before(" or ") == nil {
            let rest = String(text.dropFirst(4))
            if let value = try? Expression(rest).evaluate(variables) { return "\(rest) is \(Quantity.describe(value))" }
        }
        for sign in [" >= ", " <= ", " == ", " != ", " > ", " < ", " in "] {
            guard let left = text.before(sign), let expression = try? Expression(left),
                let value = try? expression.evaluate(variables)
            else { continue }
            return "\(left) is \(Quantity.describe(value))"
        }
        return "it does not hold"
    }
}

extension String {
    /// The text before the first `mark` outside quotes and brackets.
    fileprivate func before(_ mark: String) -> String? {
        var depth = 0
        var quote: Character?
        var index = startIndex
        while index < endIndex {
            let character = self[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "([{".contains(character) {
                depth += 1
            } else if ")]}".contains(character) {
                depth -= 1
            } else if depth == 0, self[index...].hasPrefix(mark) {
                return String(self[..<index])
            }
            index = self.index(after: index)
        }
        return nil
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
