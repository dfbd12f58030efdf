import Catalog
import Inventory
import Matching
import Testing

@Suite struct SpreadTests {
    private func fleet(_ racks: [String?]) -> [Candidate] {
        racks.enumerated().map { index, rack in candidate("n\(index + 1)", rack: rack) }
    }

    @Test func nodesAreTakenFromAsManyRacksAsThereAre() throws {
        let roles = [try role("db", count(4, 4), spread: .rack)]
        let match = RoleMatch(
            roles: roles,
            candidates: fleet(["r1", "r1", "r1", "r1", "r2", "r2", "r3"]),
            imageSizes: [:]
        )
        #expect(match.spreads["db"]?.kind == .rack)
        #expect([[2, 1, 1]].contains(match.spreads["db"]?.counts.values.sorted(by: >) ?? []))
        #expect(match.spreads["db"]?.counts["r3"] == 1)
    }

    @Test func theSwitchIsTheOneThatTheCablesLeadTo() {
        var heard = machine()
        heard.nics = ["sw-b", "sw-a"].map { name in
            Inventory.NIC(name: "to-\(name)", neighbor: .init(switch: name, chassis: name, port: "1"))
        }
        #expect(candidate("n1", heard).domain(.switch) == .named("sw-a"))
        #expect(candidate("n2").domain(.switch) == .unknown)
        var told = candidate("n3", heard)
        told.switch = "sw-c"
        #expect(told.domain(.switch) == .named("sw-c"))
    }

    @Test func whereARackIsWeighsMoreThanAPreference() throws {
        let prefer = [("node.rack == \"r1\"", 1000)]
        let plain = RoleMatch(
            roles: [try role("db", count(2, 2), prefer: prefer)],
            candidates: fleet(["r1", "r1", "r2"]),
            imageSizes: [:]
        )
        #expect(plain.assignment.keys.sorted() == ["id-n1", "id-n2"])
        #expect(plain.spreads == [:])
        let spread = RoleMatch(
            roles: [try role("db", count(2, 2), prefer: prefer, spread: .rack)],
            candidates: fleet(["r1", "r1", "r2"]),
            imageSizes: [:]
        )
        #expect(spread.spreads["db"]?.counts == ["r1": 1, "r2": 1])
    }

    @Test func spreadingDoesNotDecideHowManyNodesARoleGets() throws {
        let roles = [try role("a", count(0, nil), prefer: [("true", 1)], spread: .rack), try role("b", count(0, nil))]
        let match = RoleMatch(roles: roles, candidates: fleet(["r1", "r1", "r1"]), imageSizes: [:])
        #expect(match.spreads["a"]?.counts == ["r1": 3])
    }

    @Test func nodesThatKeepTheRoleCount() throws {
        let candidates = [
            candidate("n1", rack: "r1", incumbent: "db"), candidate("n2", rack: "r1"), candidate("n3", rack: "r2"),
        ]
        let match = RoleMatch(
            roles: [try role("db", count(2, 2), spread: .rack)],
            candidates: candidates,
            imageSizes: [:]
        )
        #expect(match.assignment == ["id-n1": "db", "id-n3": "db"])
    }

    @Test func nodesOfUnknownRacksMayAllBeInOne() throws {
        let match = RoleMatch(
            roles: [try role("db", count(2, 2), spread: .rack)],
            candidates: fleet([nil, nil, "r1"]),
            imageSizes: [:]
        )
        #expect(match.spreads["db"]?.counts == ["unknown": 1, "r1": 1])
    }

    @Test func aChassisIsItsSerialNumberOrTheMachineItself() {
        func machine(type: Int?, serial: String?) -> Candidate {
            candidate("n", Inventory(chassis: Inventory.Chassis(type: type, serial: serial)))
        }
        #expect(machine(type: 23, serial: "C1").domain(.chassis) == .named("C1"))
        #expect(machine(type: 23, serial: nil).domain(.chassis) == .alone("n"))
        #expect(machine(type: 28, serial: nil).domain(.chassis) == .unknown, "a blade shares what holds it")
        #expect(machine(type: nil, serial: nil).domain(.chassis) == .unknown)
        var told = machine(type: 28, serial: "blade")
        told.chassis = "enclosure"
        #expect(told.domain(.chassis) == .named("enclosure"))
        #expect(told.domain(.switch) == .unknown)
        told.switch = "sw1"
        #expect(told.domain(.switch) == .named("sw1"))
    }
}
