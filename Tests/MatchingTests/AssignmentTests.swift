import Catalog
import Inventory
import Matching
import TestSupport
import Testing

@Suite struct AssignmentTests {
    @Test func incumbentsKeepTheirRolesEvenWhereOthersWouldFitBetter() throws {
        let roles = [try role("a", count(1, 1), prefer: [("cpu.threads >= 8", 100)]), try role("b", count(1, 1))]
        let match = RoleMatch(
            roles: roles,
            candidates: [
                candidate("one", machine(threads: 2), incumbent: "a"), candidate("two", machine(threads: 64)),
            ],
            imageSizes: [:]
        )
        #expect(match.assignment == ["id-one": "a", "id-two": "b"])
        #expect(match.missing == [:])
    }

    @Test func rolesThatLackNodesSayHowMany() throws {
        let match = RoleMatch(roles: [try role("a", count(3, 3))], candidates: [candidate("one")], imageSizes: [:])
        #expect(match.missing == ["a": 2])
    }

    @Test func minimumsComeBeforeMaximums() throws {
        let roles = [try role("a", count(0, nil)), try role("b", count(2, 2))]
        let match = RoleMatch(roles: roles, candidates: ["1", "2", "3"].map { candidate($0) }, imageSizes: [:])
        #expect(match.missing == [:])
        #expect(match.assignment.values.count { $0 == "b" } == 2)
        #expect(match.assignment.values.count { $0 == "a" } == 1)
    }

    @Test func preferencesDecideWhereCountsLeaveAChoice() throws {
        let roles = [try role("a", count(0, 2)), try role("b", count(0, 2), prefer: [("true", 10)])]
        let match = RoleMatch(roles: roles, candidates: [candidate("1"), candidate("2")], imageSizes: [:])
        #expect(Set(match.assignment.values) == ["b"])
    }

    @Test func aNodeThatOnlyOneRoleCanUseIsLeftToIt() throws {
        let roles = [try role("a", count(1, 1)), try role("b", count(1, 1), hardware: ["cpu.threads >= 8"])]
        let match = RoleMatch(
            roles: roles,
            candidates: [candidate("big", machine(threads: 8)), candidate("small", machine(threads: 2))],
            imageSizes: [:]
        )
        #expect(match.assignment == ["id-big": "b", "id-small": "a"])
    }

    /// Roles qualify by a bit of `threads` and are liked by the bits of `memory`, so that a seed makes any table of scores.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func noAssignmentOfASmallFleetIsBetter(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let roleCount = Int.random(in: 1...3, using: &dice)
        let nodeCount = Int.random(in: 1...6, using: &dice)
        var roles: [Role] = []
        var scores = [[Int?]](repeating: [], count: nodeCount)
        for index in 0..<roleCount {
            let minimum = Int.random(in: 0...2, using: &dice)
            let maximum = Bool.random(using: &dice) ? nil : minimum + Int.random(in: 0...2, using: &dice)
            var names: [String] = []
            var prefer: [(String, Int)] = []
            for node in 0..<nodeCount {
                let fits = Int.random(in: 0..<4, using: &dice) > 0
                let score = Int.random(in: -5...9, using: &dice)
                scores[node].append(fits ? score : nil)
                if fits { names.append("\"n\(node)\"") }
                prefer.append(("node.name == \"n\(node)\"", score))
            }
            let hardware = ["node.name in [\(names.joined(separator: ", "))]"]
            roles.append(try role("r\(index)", count(minimum, maximum), hardware: hardware, prefer: prefer))
        }
        let candidates = (0..<nodeCount).map { candidate("n\($0)") }
        let match = RoleMatch(roles: roles, candidates: candidates, imageSizes: [:])
        #expect(
            match == RoleMatch(roles: roles.reversed(), candidates: candidates.shuffled(using: &dice), imageSizes: [:])
        )

        var filled = 0
        var sum = 0
        var counts = [Int](repeating: 0, count: roleCount)
        for node in 0..<nodeCount {
            guard let name = match.assignment["id-n\(node)"], let index = roles.firstIndex(where: { $0.name == name })
            else {
                continue
            }
            let score = try #require(scores[node][index], "assigned where it does not qualify")
            filled += 1
            sum += score
            counts[index] += 1
        }
        for (index, role) in roles.enumerated() { #expect(counts[index] <= role.count.maximum ?? nodeCount) }
        let best = Self.best(scores, roles)
        if let best {
            #expect(match.missing == [:])
            #expect(filled == best.filled)
            #expect(sum == best.sum)
        } else {
            #expect(!match.missing.isEmpty, "no assignment gives every role its minimum")
        }
    }

    /// By trying all: the most places with all minimums kept, and of those the highest sum.
    private static func best(_ scores: [[Int?]], _ roles: [Role]) -> (filled: Int, sum: Int)? {
        var best: (filled: Int, sum: Int)?
        var counts = [Int](repeating: 0, count: roles.count)
        func place(_ node: Int, _ filled: Int, _ sum: Int) {
            guard node < scores.count else {
                guard roles.indices.allSatisfy({ counts[$0] >= roles[$0].count.minimum }) else { return }
                if best.map({ (filled, sum) > ($0.filled, $0.sum) }) ?? true { best = (filled, sum) }
                return
            }
            place(node + 1, filled, sum)
            for index in roles.indices {
                guard let score = scores[node][index], counts[index] < roles[index].count.maximum ?? .max else {
                    continue
                }
                counts[index] += 1
                place(node + 1, filled + 1, sum + score)
                counts[index] -= 1
            }
        }
        place(0, 0, 0)
        return best
    }
}
