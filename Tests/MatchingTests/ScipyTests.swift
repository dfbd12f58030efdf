import Jinja
import Matching
import TestSupport
import Testing

/// Assignments beside those of scipy, which finds them in other ways: an assignment of nodes to single places by
/// `linear_sum_assignment`, and a linear program for what is spread.
@Suite(.enabled(if: Scipy.program != nil, "scipy cannot be had from the package index"))
struct ScipyTests {
    @Test func scipyFindsNoBetterAssignment() throws {
        var dice = SeededGenerator(seed: 1)
        let problems = (0..<2000).map { index in
            AssignmentProblem.made(
                &dice,
                roles: Int.random(in: 1...3, using: &dice),
                nodes: index < 1950 ? Int.random(in: 1...60, using: &dice) : Int.random(in: 200...300, using: &dice),
                scores: -50...50,
                priorities: 0...0
            )
        }
        let answers = try Scipy.ask("assign", problems.map(\.asPlaces))
        try #require(answers.count == problems.count)
        for (problem, best) in zip(problems, answers) {
            let found = Assignment(problem).roles
            #expect(problem.allows(found))
            #expect(.int(problem.worth(found)) == best)
        }
    }

    @Test func scipySpreadsNothingMoreEvenly() throws {
        var dice = SeededGenerator(seed: 2)
        let problems = (0..<1020).map { index in
            AssignmentProblem.made(
                &dice,
                roles: Int.random(in: 1...6, using: &dice),
                nodes: index < 1000 ? Int.random(in: 1...60, using: &dice) : Int.random(in: 200...300, using: &dice),
                isSpread: true,
                scores: -50...50
            )
        }
        let found = problems.map { Assignment($0).roles }
        let answers = try Scipy.ask("spread", zip(problems, found).map { $0.asFlow(counts: $0.counts($1)) })
        try #require(answers.count == problems.count)
        for ((problem, found), best) in zip(zip(problems, found), answers) {
            #expect(problem.allows(found))
            #expect([.int(problem.pairs(found)), .int(problem.score(found))] == best.asList)
        }
    }
}

extension AssignmentProblem {
    /// Larger than any sum of scores may differ.
    private var scoreRange: Int { 100 * nodes.count + 1 }

    /// What filling a place is worth: of the first role's minimum most, and beyond the minimums least.
    private var placeWorths: (needed: [Int], more: Int) {
        let step = nodes.count + 1
        var needed: [Int] = []
        var worth = scoreRange
        for _ in roles {
            worth *= step
            needed.insert(worth, at: 0)
        }
        return (needed, scoreRange)
    }

    /// The rank of an assignment as one number.
    func worth(_ assigned: [Int?]) -> Int {
        let (counts, places, worths) = (counts(assigned), places, placeWorths)
        return roles.indices.reduce(score(assigned)) { sum, role in
            let needed = min(counts[role], places[role].needed)
            return sum + needed * worths.needed[role] + (counts[role] - needed) * worths.more
        }
    }

    /// The scores, and for every place that can be filled its role and worth.
    fileprivate var asPlaces: Value {
        let (places, worths) = (places, placeWorths)
        let all = roles.indices.flatMap { role in
            [Value](
                repeating: .list([.int(role), .int(worths.needed[role])]),
                count: min(places[role].needed, nodes.count)
            ) + [Value](repeating: .list([.int(role), .int(worths.more)]), count: min(places[role].more, nodes.count))
        }
        return ["scores": scoreTable, "places": .list(all)]
    }

    fileprivate func asFlow(counts: [Int]) -> Value {
        [
            "scores": scoreTable, "weight": .int(scoreRange), "counts": .list(counts.map { .int($0) }),
            "spread": .list(roles.map { $0.spread.map { .int($0) } ?? .none }),
            "occupied": .list(
                roles.map { role in .list(role.occupied.map { .list([.int($0.key), .int($0.value)]) }) }
            ),
            "domains": .list(nodes.map { node in .list(node.domains.map { .int($0) }) }),
        ]
    }

    private var scoreTable: Value {
        .list(nodes.map { node in .list(node.scores.map { $0.map { .int($0) } ?? .none }) })
    }
}

private enum Scipy {
    static let program = Python.environment("scipy").map { $0 + "/bin/python3" }

    struct Failed: Error {}

    static func ask(_ what: String, _ problems: [Value]) throws -> [Value] {
        guard let program, let text = Python.run(program, ["-c", script, what], input: Value.list(problems).json()),
            let answers = try Value(json: text).asList
        else { throw Failed() }
        return answers
    }

    private static let script = #"""
        import json, sys
        import numpy
        from scipy.optimize import linear_sum_assignment, linprog
        from scipy.sparse import coo_matrix

        def assign(problem):
            scores, places = problem["scores"], problem["places"]
            nodes = len(scores)
            # Each node may also go to a place of its own that is worth nothing.
            values = numpy.zeros((nodes, len(places) + nodes))
            exact = {}
            for node, row in enumerate(scores):
                for place, (role, worth) in enumerate(places):
                    fits = row[role] is not None
                    values[node, place] = worth + row[role] if fits else -2.0 ** 52
                    exact[node, place] = worth + row[role] if fits else None
            rows, columns = linear_sum_assignment(values, maximize=True)
            return sum(exact[pair] for pair in zip(rows.tolist(), columns.tolist()) if pair in exact)

        def spread(problem):
            scores, counts, weight = problem["scores"], problem["counts"], problem["weight"]
            costs, entries, right = [], [], []
            def row(value):
                right.append(value)
                return len(right) - 1
            def variable(cost, *places):
                entries.extend((place, len(costs), sign) for place, sign in places)
                costs.append(cost)
            roles = [row(count) for count in counts]
            once = [row(1) for _ in scores]
            groups = {}
            for node, line in enumerate(scores):
                variable(0, (once[node], 1))
                for role, score in enumerate(line):
                    if score is None:
                        continue
                    place = roles[role]
                    kind = problem["spread"][role]
                    if kind is not None:
                        key = role, problem["domains"][node][kind]
                        if key not in groups:
                            groups[key] = [row(0), 0]
                        groups[key][1] += 1
                        place = groups[key][0]
                    variable(-score, (once[node], 1), (place, 1))
            occupied = [dict(map(tuple, pairs)) for pairs in problem["occupied"]]
            for (role, domain), (place, size) in groups.items():
                for count in range(size):
                    variable(weight * (occupied[role].get(domain, 0) + count), (place, -1), (roles[role], 1))
            at, of, signs = zip(*entries)
            matrix = coo_matrix((signs, (at, of)), shape=(len(right), len(costs)))
            result = linprog(costs, A_eq=matrix, b_eq=right, bounds=(0, 1), method="highs-ds")
            total = sum(cost for cost, share in zip(costs, result.x) if share > 0.5)
            assert all(min(share, 1 - share) < 1e-6 for share in result.x)
            pairs = (total + weight // 2) // weight
            kept = sum(n * (n - 1) // 2 for role, kind in enumerate(problem["spread"]) if kind is not None
                       for n in occupied[role].values())
            return [pairs + kept, pairs * weight - total]

        work = {"assign": assign, "spread": spread}[sys.argv[1]]
        json.dump([work(problem) for problem in json.load(sys.stdin)], sys.stdout)
        """#
}
