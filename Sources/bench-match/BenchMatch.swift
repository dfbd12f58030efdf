import Catalog
import Inventory
import Matching
import YAML

/// Times the matching of 10,000 nodes to 20 roles, for `.ci/bench-match`.
///
/// Without an argument it prints what it measured, a name and a value a line. With `scores` it prints the problem: the
/// places of each role, then the scores of each node, -1 where it does not fit.
@main
struct BenchMatch {
    static let nodes = 10_000
    static let roles = 20

    static func main() throws {
        let problem = problem(spreading: 0)
        if CommandLine.arguments.dropFirst().first == "scores" {
            print(problem.roles.map { "\($0.minimum)" }.joined(separator: " "))
            for node in problem.nodes { print(node.scores.map { "\($0 ?? -1)" }.joined(separator: " ")) }
            return
        }
        let (seconds, assignment) = timed(5) { Assignment(problem) }
        var score = 0
        for (node, role) in zip(problem.nodes, assignment.roles) { score += role.flatMap { node.scores[$0] } ?? 0 }
        print("score \(score)")
        print("unassigned \(assignment.roles.count { $0 == nil })")
        print("assign \(seconds)")
        for count in [3, roles] {
            let spread = self.problem(spreading: count)
            print("spread\(count) \(timed(3) { Assignment(spread) }.seconds)")
        }
        let (catalogue, fleet) = (try catalogue(), fleet())
        let (whole, match) = timed(1) {
            RoleMatch(roles: catalogue, candidates: fleet, imageSizes: ["debian": 3 << 30])
        }
        print("match \(whole)")
        print("matched \(match.assignment.count)")
    }

    /// The median time of some runs.
    private static func timed<Result>(_ runs: Int, _ body: () -> Result) -> (seconds: Double, result: Result) {
        let clock = ContinuousClock()
        var times: [Double] = []
        var result = body()
        for _ in 0..<runs {
            times.append(clock.measure { result = body() } / .seconds(1))
        }
        return (times.sorted()[runs / 2], result)
    }

    /// Every node is needed; four of five role by role fit, with scores that hardly repeat.
    private static func problem(spreading count: Int) -> AssignmentProblem {
        var dice = Dice(state: 1)
        return AssignmentProblem(
            roles: (0..<roles).map { role in
                AssignmentProblem.Demand(
                    minimum: nodes / roles,
                    maximum: nodes / roles,
                    spread: role < count ? 0 : nil
                )
            },
            nodes: (0..<nodes).map { node in
                AssignmentProblem.Applicant(
                    scores: (0..<roles).map { _ in dice.below(5) > 0 ? dice.below(1_000_000) : nil },
                    domains: [node / 20]
                )
            }
        )
    }

    private static func catalogue() throws -> [Role] {
        var texts: [String: String] = [:]
        for role in 0..<roles {
            texts["r\(role).yaml"] = """
                name: r\(role)
                count: \(nodes / roles * 3 / 4)
                hardware:
                  - memory.total >= \(1 << (role % 4 + 5)) * GiB
                  - cpu.threads >= \(8 << (role % 3))
                  - disks | rejectattr("rotational") | list | length >= \(role % 3)
                prefer:
                  - {when: cpu.threads == \(8 << (role % 3)), weight: \(role + 1)}
                  - {when: memory.total < 512 * GiB, weight: 10}
                image: debian
                root_disk: ["size >= 200 * GB"]
                services: []
                """
        }
        return try CatalogFolder.roles(in: texts)
    }

    private static func fleet() -> [Candidate] {
        var dice = Dice(state: 2)
        return (0..<nodes).map { node in
            let disks = (0...dice.below(4)).map { number in
                Inventory.Disk(
                    name: "sd\(number)",
                    serial: "S\(node)-\(number)",
                    size: (240 << dice.below(4)) * 1_000_000_000,
                    rotational: dice.below(2) == 0,
                    transport: "sas"
                )
            }
            return Candidate(
                id: "\(node)",
                name: "n\(node)",
                inventory: Inventory(
                    system: Inventory.System(vendor: "Maker", product: "M1", serial: "N\(node)"),
                    bootMode: .uefi,
                    cpu: Inventory.CPU(sockets: 2, cores: 32, threads: 8 << dice.below(5)),
                    memory: Inventory.Memory(total: (32 << dice.below(6)) << 30),
                    disks: disks,
                    nics: [Inventory.NIC(name: "eno1", mac: "52:54:00:00:00:01", speed: 25_000)]
                ),
                rack: "r\(node / 20)"
            )
        }
    }
}

/// SplitMix64: the same numbers on every machine.
private struct Dice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(limit))
    }
}
