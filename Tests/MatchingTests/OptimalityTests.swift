import Matching
import TestSupport
import Testing

/// Assignments beside all that there are.
@Suite struct OptimalityTests {
    @Test(arguments: 0..<3000 as Range<UInt64>)
    func noAssignmentIsBetter(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let problem = AssignmentProblem.made(
            &dice,
            roles: Int.random(in: 1...3, using: &dice),
            nodes: Int.random(in: 0...5, using: &dice),
            reassigns: seed % 3 == 0
        )
        let found = Assignment(problem)
        #expect(problem.allows(found.roles))
        var best: [Int]?
        problem.forEachAssignment { assigned in
            let rank = problem.rank(assigned)
            if best.map({ $0.lexicographicallyPrecedes(rank) }) ?? true { best = rank }
        }
        #expect(problem.rank(found.roles) == best)
        let needed = zip(problem.places, problem.counts(found.roles)).map { max(0, $0.needed - $1) }
        #expect(found.missing == needed)
    }

    @Test(arguments: 0..<3000 as Range<UInt64>)
    func noneOfTheSameNumbersIsSpreadBetter(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let problem = AssignmentProblem.made(
            &dice,
            roles: Int.random(in: 1...3, using: &dice),
            nodes: Int.random(in: 0...6, using: &dice),
            isSpread: true,
            reassigns: seed % 3 == 0
        )
        let found = Assignment(problem)
        #expect(problem.allows(found.roles))
        let counts = problem.counts(found.roles)
        var (best, bestOfThese, evenest): ([Int]?, [Int]?, [Int]?)
        problem.forEachAssignment { assigned in
            let rank = problem.rank(assigned)
            if best.map({ $0.lexicographicallyPrecedes(rank) }) ?? true { best = rank }
            guard problem.counts(assigned) == counts else { return }
            if bestOfThese.map({ $0.lexicographicallyPrecedes(rank) }) ?? true { bestOfThese = rank }
            let evenness = problem.evenness(assigned)
            if evenest.map({ $0.lexicographicallyPrecedes(evenness) }) ?? true { evenest = evenness }
        }
        #expect(bestOfThese == best, "the numbers are those of a best assignment without spreading")
        #expect(problem.evenness(found.roles) == evenest)
    }

    /// Of one role alone, the fewest pairs are the evenest numbers that there are.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func fewestPairsAreTheEvenestNumbers(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        var problem = AssignmentProblem.made(&dice, roles: 1, nodes: 7, isSpread: true)
        problem.roles[0].spread = 0
        problem.roles[0].staying = 0
        problem.roles[0].occupied = [:]
        problem.roles[0].maximum = problem.roles[0].minimum
        func numbers(_ assigned: [Int?]) -> [Int] {
            let members = zip(problem.nodes, assigned).filter { $1 == 0 }
            return (0...2).map { domain in members.count { $0.0.domains[0] == domain } }.sorted(by: >)
        }
        let found = Assignment(problem).roles
        problem.forEachAssignment { assigned in
            guard problem.counts(assigned) == problem.counts(found) else { return }
            #expect(!numbers(assigned).lexicographicallyPrecedes(numbers(found)))
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func spreadingWhatIsInOneDomainChangesNothing(seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let plain = AssignmentProblem.made(&dice, roles: 5, nodes: 60, scores: 0...1000)
        var spread = plain
        for role in spread.roles.indices { spread.roles[role].spread = 0 }
        for node in spread.nodes.indices { spread.nodes[node].domains = [0] }
        #expect(spread.score(Assignment(spread).roles) == plain.score(Assignment(plain).roles))
        #expect(spread.counts(Assignment(spread).roles) == plain.counts(Assignment(plain).roles))
    }

    @Test func scoresAreSummedWithoutOverflow() {
        let heavy = Int.max / 4
        let problem = AssignmentProblem(
            roles: [.init(minimum: 1, maximum: 1, spread: 0), .init(minimum: 1, maximum: 1, spread: 0)],
            nodes: [
                .init(scores: [heavy, heavy - 1], domains: [0]), .init(scores: [-heavy, -heavy], domains: [0]),
                .init(scores: [heavy - 1, heavy - 3], domains: [0]),
            ]
        )
        #expect(Assignment(problem).roles == [1, nil, 0])
    }
}
