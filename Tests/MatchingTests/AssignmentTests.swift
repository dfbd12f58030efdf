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

    @Test func theRoleOfTheHigherPriorityGetsItsNodesWhereThereAreTooFew() throws {
        let candidates = ["1", "2", "3"].map { candidate($0) }
        func match(_ a: Int, _ b: Int) throws -> RoleMatch {
            let roles = [try role("a", count(2, nil), priority: a), try role("b", count(2, 2), priority: b)]
            return RoleMatch(roles: roles, candidates: candidates, imageSizes: [:])
        }
        #expect(try match(0, 0).missing == ["b": 1], "by name where the priorities are equal")
        #expect(try match(0, 5).missing == ["a": 1])
        #expect(try match(-5, -6).missing == ["b": 1])
    }

    @Test func whatGoesBeyondMinimumsGoesToTheHigherPriorityFirst() throws {
        let roles = [
            try role("a", count(1, 3), prefer: [("true", 100)]), try role("b", count(1, 3), priority: 1),
        ]
        let match = RoleMatch(roles: roles, candidates: (1...4).map { candidate("\($0)") }, imageSizes: [:])
        #expect(match.assignment.values.count { $0 == "b" } == 3)
        #expect(match.assignment.values.count { $0 == "a" } == 1)
    }

    @Test func incumbentsMoveOnlyWhereTheyMayAndWhereAPlaceWouldStayEmpty() throws {
        let roles = [
            try role("a", count(1, 1), prefer: [("node.name == \"two\"", 100)]),
            try role("b", count(1, 1), hardware: ["cpu.threads >= 8"]),
        ]
        let big = [candidate("one", machine(threads: 8), incumbent: "a"), candidate("two", machine(threads: 2))]
        let kept = RoleMatch(roles: roles, candidates: big, imageSizes: [:])
        #expect(kept.assignment == ["id-one": "a"])
        #expect(kept.missing == ["b": 1])
        let moved = RoleMatch(roles: roles, candidates: big, imageSizes: [:], keepsIncumbents: false)
        #expect(moved.assignment == ["id-one": "b", "id-two": "a"])
        let alike = [candidate("one", incumbent: "a"), candidate("two")]
        let stayed = RoleMatch(roles: roles, candidates: alike, imageSizes: [:], keepsIncumbents: false)
        #expect(stayed.assignment == ["id-one": "a"], "a preference moves nobody")
        let ill = [candidate("one", machine(threads: 8), incumbent: "a", excluded: "in maintenance"), big[1]]
        let fixed = RoleMatch(roles: roles, candidates: ill, imageSizes: [:], keepsIncumbents: false)
        #expect(fixed.assignment == ["id-one": "a"], "what takes part in nothing cannot move")
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func neitherTheOrderNorAUselessNodeChangesAnything(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let roles = try ["a", "b", "c"].map { name in
            let minimum = Int.random(in: 0...4, using: &dice)
            return try role(
                name,
                count(minimum, Bool.random(using: &dice) ? nil : minimum + 2),
                hardware: ["cpu.threads >= \(Int.random(in: 1...4, using: &dice))"],
                prefer: [("cpu.threads == \(Int.random(in: 1...4, using: &dice))", 5)],
                priority: Int.random(in: 0...1, using: &dice),
                spread: [nil, .rack, .chassis].randomElement(using: &dice) ?? nil
            )
        }
        let fleet = (0..<12).map { number in
            candidate(
                "n\(number)",
                machine(threads: Int.random(in: 1...6, using: &dice)),
                rack: ["r1", "r2", nil].randomElement(using: &dice) ?? nil,
                incumbent: Int.random(in: 0..<6, using: &dice) == 0 ? "a" : nil
            )
        }
        let match = RoleMatch(roles: roles, candidates: fleet, imageSizes: [:])
        #expect(
            match
                == RoleMatch(
                    roles: roles.shuffled(using: &dice),
                    candidates: fleet.shuffled(using: &dice),
                    imageSizes: [:]
                )
        )
        for useless in [candidate("n05", machine(threads: 0), rack: "r1"), candidate("a", nil)] {
            let more = RoleMatch(roles: roles, candidates: fleet + [useless], imageSizes: [:])
            #expect(more.assignment == match.assignment)
            #expect(more.spreads == match.spreads)
        }
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
