import FoundationEssentials
import Inventory
import OperatorAPI
import Testing

@testable import ControllerCore

@Suite struct WhatIfTests {
    private let db = """
        name: db
        count: 3
        hardware: [memory.total >= 1500 * MiB]
        image: debian-12
        services: [whatever]
        """

    private func machine(memory: Int) -> Inventory {
        Inventory(
            cpu: Inventory.CPU(threads: 2),
            memory: Inventory.Memory(total: memory << 20),
            disks: [Inventory.Disk(name: "sda", size: 8_000_000_000)]
        )
    }

    private func bench() async throws -> Bench {
        let bench = try Bench()
        _ = try await Fleet.inspected(bench)
        return bench
    }

    private func problems(_ bench: Bench, _ question: WhatIf) async throws -> [String] {
        await #expect(throws: ControllerProblem.self) { try await bench.controller.match(question) }?.reasons ?? []
    }

    @Test func nothingSupposedIsTheMatchThatThereIs() async throws {
        let bench = try await bench()
        let report = try await bench.controller.match(WhatIf())
        #expect(try await report.match == bench.controller.match())
        #expect(report.changes == [])
        #expect(report.match.nodes.map(\.role) == ["control", "worker", "worker"])
    }

    @Test func nodesThatAreNotThereTakePartAndOthersAreLeftOut() async throws {
        let bench = try await bench()
        let report = try await bench.controller.match(
            WhatIf(nodes: [.init(name: "new", inventory: machine(memory: 4096), count: 2)], without: ["node-1"])
        )
        #expect(report.match.nodes.map(\.name) == ["new-1", "new-2", "node-2", "node-3"])
        #expect(report.match.roles.first { $0.name == "control" }?.assigned == ["new-1"])
        #expect(report.changes.first == WhatIfReport.Change(node: "node-1", now: "control", then: nil))
        #expect(
            try await bench.controller.nodes().map(\.name) == ["node-1", "node-2", "node-3"],
            "nothing is kept of it"
        )
    }

    @Test func otherRolesTakeThePlaceOfTheCataloguesAndSayWhatIsMissing() async throws {
        let bench = try await bench()
        let report = try await bench.controller.match(WhatIf(roles: ["db.yaml": db]))
        let role = try #require(report.match.roles.first)
        #expect(report.match.roles.count == 1)
        #expect(
            role.lack == "db lacks 2 nodes; 2 nodes fail only `memory.total >= 1500 * MiB`, "
                + "nearest: node-2 with 1073741824 (1.0 GiB)"
        )
        #expect(
            report.changes == [
                .init(node: "node-1", now: "control", then: "db"), .init(node: "node-2", now: "worker", then: nil),
                .init(node: "node-3", now: "worker", then: nil),
            ]
        )
        #expect(try await bench.controller.match().roles.map(\.name) == ["control", "worker"])
    }

    @Test func aRecordedFleetIsMatchedAlone() async throws {
        let bench = try await bench()
        let report = try await bench.controller.match(
            WhatIf(nodes: [.init(name: "node-1", inventory: machine(memory: 800))], isWholeFleet: true)
        )
        #expect(report.match.nodes.map(\.name) == ["node-1"])
        #expect(report.match.nodes.map(\.role) == ["worker"])
        #expect(report.changes == [])
    }

    @Test func nodesMayLeaveTheirRolesWhereThatIsSupposed() async throws {
        let bench = try Bench()
        _ = try await Fleet.deployed(bench)
        let kept = try await bench.controller.match(WhatIf(roles: ["db.yaml": db]))
        #expect(kept.match.roles.first?.missing == 3, "they are in roles of the catalogue")
        let moved = try await bench.controller.match(WhatIf(reassign: true, roles: ["db.yaml": db]))
        #expect(moved.match.roles.first?.assigned == ["node-1"])
    }

    @Test func whatMakesNoSenseIsRefusedWithEveryReason() async throws {
        let bench = try await bench()
        #expect(
            try await problems(bench, WhatIf(nodes: [.init(name: "a"), .init(name: "a")], without: ["node-9"])) == [
                "there is no node 'node-9' to leave out", "the node 'a' is supposed twice",
            ]
        )
        let lines = try await problems(bench, WhatIf(roles: ["a.yaml": "name: a\ncount: x\n", "b.yaml": "["]))
        #expect(lines.contains { $0.hasPrefix("roles/a.yaml:2:8: 'count' of role 'a'") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("roles/b.yaml:") }, "\(lines)")
    }

    @Test func whatIsNotAskedMayBeLeftOutOfTheJSON() throws {
        func decoded(_ text: String) throws -> WhatIf { try JSONDecoder().decode(WhatIf.self, from: Data(text.utf8)) }
        #expect(try decoded("{}") == WhatIf())
        #expect(
            try decoded("{\"whole_fleet\": true, \"nodes\": [{\"name\": \"a\", \"rack\": \"r\"}]}")
                == WhatIf(nodes: [.init(name: "a", rack: "r")], isWholeFleet: true)
        )
    }
}
