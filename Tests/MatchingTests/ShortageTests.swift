import Catalog
import Inventory
import Testing

@testable import Matching

@Suite struct ShortageTests {
    private func machine(disks: Int, memory: Int = 64) -> Inventory {
        MatchingTests.machine(memory: memory << 30, disks: (0..<disks).map { disk("sd\($0)", 500, serial: "S\($0)") })
    }

    @Test func theNearestOfThoseThatFailOneRequirementIsNamed() throws {
        let storage = try role(
            "Storage",
            count(3, 3),
            hardware: ["disks | length >= 4", "memory.total >= 32 * GiB", "cpu.threads >= 2 and cpu.threads <= 4"]
        )
        let match = RoleMatch(
            roles: [storage],
            candidates: [
                candidate("node1", machine(disks: 4)), candidate("node2", machine(disks: 1)),
                candidate("node17", machine(disks: 3)), candidate("node3", machine(disks: 2)),
                candidate("node4", machine(disks: 4, memory: 16)), candidate("node5", machine(disks: 4, memory: 31)),
                candidate("node6", machine(disks: 0, memory: 1)), candidate("node7", nil),
                candidate("node8", excluded: "in maintenance (fan)"),
            ],
            imageSizes: [:]
        )
        let shortage = try #require(match.shortages.first)
        #expect(match.shortages.count == 1)
        #expect(shortage.role == "Storage")
        #expect(shortage.missing == 2)
        #expect(
            shortage.obstacles == [
                .init(requirement: "disks | length >= 4", nodes: ["node17", "node3", "node2"], nearest: "3"),
                .init(
                    requirement: "memory.total >= 32 * GiB",
                    nodes: ["node5", "node4"],
                    nearest: "33285996544 (31.0 GiB)"
                ),
            ]
        )
        #expect(shortage.uninspected == ["node7"])
        #expect(shortage.excluded == ["node8"])
    }

    @Test(arguments: [
        ("cpu.threads >= 2 and cpu.threads >= 8", "4"), ("cpu.threads == 6", "4"), ("cpu.threads < 1.5", "4"),
        ("boot_mode == \"uefi\"", nil), ("not cpu.threads", nil), ("cpu.threads in [8]", nil),
        ("cpu.threads >= 8 or cpu.threads >= 9", nil), ("(memory.total / GiB) | int >= 8", "4"),
        ("cpu.frequency_max >= 2000", nil), ("cpu.threads >= \"8\" | int", "4"),
    ])
    func onlyWhatComparesNumbersHasANearest(text: String, nearest: String?) throws {
        let match = RoleMatch(
            roles: [try role("r", count(1, 1), hardware: [text])],
            candidates: [candidate("a")],
            imageSizes: [:]
        )
        #expect(match.shortages.first?.obstacles.map(\.requirement) == [text])
        #expect(match.shortages.first?.obstacles.first?.nearest == nearest)
    }

    @Test func nodesThatWouldDoAndAreElsewhereAreCountedByTheirRoles() throws {
        let roles = [try role("a", count(1, 1), priority: 1), try role("b", count(3, 3))]
        let match = RoleMatch(
            roles: roles,
            candidates: [
                candidate("1"), candidate("2", incumbent: "a"), candidate("3", incumbent: "gone"),
                candidate("4", incumbent: "b"), candidate("5", MatchingTests.machine(disks: []), incumbent: "a"),
            ],
            imageSizes: [:]
        )
        #expect(match.missing == ["b": 1])
        #expect(match.shortages.first?.elsewhere == ["a": 1, "gone": 1])
        #expect(match.shortages.first?.obstacles == [], "what a node lacks that keeps its role is not asked for")
    }

    @Test func rolesThatLackNothingHaveNoShortage() throws {
        let match = RoleMatch(roles: [try role("a", count(0, 5))], candidates: [candidate("1")], imageSizes: [:])
        #expect(match.shortages == [])
    }
}
