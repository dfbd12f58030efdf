import Catalog
import Inventory
import Matching
import Testing

@Suite struct ReservationTests {
    private func reserved(_ name: String, for role: String?, threads: Int = 4, incumbent: String? = nil) -> Candidate {
        var node = candidate(name, machine(threads: threads), incumbent: incumbent)
        node.reservation = Reservation(role: role, reason: "burn-in", by: "an operator")
        return node
    }

    @Test func aNodeReservedForNobodyGetsNoRoleAndSaysWhy() throws {
        let match = RoleMatch(
            roles: [try role("worker", count(2, 2))],
            candidates: [candidate("a"), reserved("b", for: nil)],
            imageSizes: [:]
        )
        #expect(match.assignment == ["id-a": "worker"] && match.missing == ["worker": 1])
        let failure = match.verdicts["id-b"]?["worker"]?.failures
        #expect(failure?.map(\.observed) == ["it is reserved for nobody by an operator (burn-in)"])
        #expect(match.shortages.first?.obstacles.map(\.nodes) == [["b"]])
    }

    @Test func aNodeReservedForARoleGoesToItOrToNobodyElse() throws {
        let roles = [
            try role("control", count(1, 1), hardware: ["cpu.threads >= 8"]), try role("worker", count(1, nil)),
        ]
        let small = RoleMatch(roles: roles, candidates: [reserved("a", for: "control")], imageSizes: [:])
        #expect(small.assignment.isEmpty, "it lacks threads for control, and worker may not have it")
        let big = RoleMatch(roles: roles, candidates: [reserved("a", for: "control", threads: 8)], imageSizes: [:])
        #expect(big.assignment == ["id-a": "control"])
    }

    @Test func whatIsReservedForARoleIsTakenBeforeWhatIsFreeAndScoresMore() throws {
        let match = RoleMatch(
            roles: [try role("control", count(1, 1), prefer: [("cpu.threads >= 8", 1_000_000)])],
            candidates: [candidate("a", machine(threads: 8)), reserved("b", for: "control")],
            imageSizes: [:]
        )
        #expect(match.assignment == ["id-b": "control"])
    }

    @Test(arguments: [true, false])
    func aNodeInUseStaysWhereItIs(keepsIncumbents: Bool) throws {
        let match = RoleMatch(
            roles: [try role("worker", count(1, 1))],
            candidates: [candidate("a"), reserved("b", for: nil, incumbent: "worker")],
            imageSizes: [:],
            keepsIncumbents: keepsIncumbents
        )
        #expect(match.assignment == ["id-b": "worker"])
    }

    @Test func requirementsReadLabelsAndTheNeighborAndWhereANodeIs() throws {
        var node = candidate("a", rack: "r1")
        node.labels = ["zone": "east"]
        node.bmcAddress = "10.0.0.1"
        node.inventory?.nics = [
            Inventory.NIC(
                name: "b",
                isBoot: true,
                neighbor: Inventory.Neighbor(switch: "leaf-2", chassis: "c", port: "2")
            ),
            Inventory.NIC(name: "a", neighbor: Inventory.Neighbor(switch: "leaf-1", chassis: "c", port: "1")),
        ]
        let wanted = try role(
            "r",
            count(1, 1),
            hardware: [
                "labels.zone == 'east'", "neighbor.switch == 'leaf-2'", "node.bmc.address == '10.0.0.1'",
                "labels.row == 1",
            ]
        )
        let failures = Verdict(of: node, for: wanted, imageSize: nil).failures
        #expect(failures.map(\.requirement) == ["labels.row == 1"])
        #expect(failures.first?.observed.hasPrefix("unknown: ") ?? false)
    }
}
