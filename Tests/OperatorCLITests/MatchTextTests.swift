import OperatorAPI
import OperatorCLI
import Testing

struct MatchTextTests {
    private let nodes: [MatchReport.NodeReport] = [
        .init(name: "n1", role: "db", verdicts: [.init(role: "db", qualifies: true, score: 12, failures: [])]),
        .init(
            name: "n2",
            role: nil,
            verdicts: [
                .init(
                    role: "db",
                    qualifies: false,
                    score: 0,
                    failures: [.init(requirement: "memory.total >= 64 * GiB", observed: "memory.total is 8 GiB")]
                )
            ]
        ),
    ]

    @Test func aNodeKnownFromOutsideAloneIsMarked() {
        let node = MatchReport.NodeReport(
            name: "n1",
            role: "worker",
            remark: "known from its BMC alone",
            verdicts: [MatchReport.VerdictReport(role: "worker", qualifies: true, score: 0, failures: [])]
        )
        let text = MatchText.match(MatchReport(roles: [], nodes: [node]), Samples.look)
        #expect(text.contains("n1 becomes worker\n  known from its BMC alone\n  worker: qualifies"))
    }

    @Test func aMatchShowsRolesFirstAndThenEveryReason() {
        let report = MatchReport(
            roles: [.init(name: "db", minimum: 1, maximum: 3, assigned: ["n1"], missing: 0)],
            nodes: nodes
        )
        #expect(
            MatchText.match(report, Samples.look) == """
                ROLE  WANTED  MISSING  ASSIGNED
                db    1 to 3  -        n1

                n1 becomes db
                  db: qualifies (score 12)

                n2 gets no role
                  db: does not qualify
                    memory.total >= 64 * GiB: memory.total is 8 GiB
                """
        )
    }

    @Test func whatIsMissingAndHowRolesAreSpreadStandsBelowTheTable() {
        let storage = MatchReport.RoleReport(
            name: "Storage",
            minimum: 4,
            maximum: 4,
            assigned: ["n1", "n2"],
            missing: 2,
            shortage: .init(
                obstacles: [
                    .init(requirement: "disks >= 4", nodes: ["node17", "node3", "node9"], nearest: "3"),
                    .init(requirement: "secure_boot", nodes: ["node4"]),
                ],
                elsewhere: ["compute": 1, "control": 3],
                uninspected: ["node5"],
                excluded: (1...8).map { "x\($0)" }
            ),
            spread: .init(over: "rack", nodes: ["r2": 1, "r1": 1])
        )
        let control = MatchReport.RoleReport(
            name: "control",
            minimum: 3,
            maximum: nil,
            assigned: ["n7", "n8", "n9"],
            missing: 0,
            spread: .init(over: "chassis", nodes: ["c1": 2, "c2": 1])
        )
        #expect(
            MatchText.match(MatchReport(roles: [storage, control], nodes: []), Samples.look) == """
                ROLE     WANTED     MISSING  ASSIGNED
                Storage  4          2        n1, n2
                control  3 or more  -        n7, n8, n9

                Storage lacks 2 nodes; 3 nodes fail only `disks >= 4`, nearest: node17 with 3; \
                1 node fails only `secure_boot`: node4; 3 nodes that would do are in control; \
                1 node that would do is in compute; not inspected: node5; \
                taking no part: x1, x2, x3, x4, x5 and 3 more
                Storage over 2 racks: 1 in r1, r2
                control over 2 chassis: 2 in c1; 1 in c2
                """
        )
    }

    @Test func ofManyObstaclesTheFirstThreeAreNamed() {
        let obstacles = (1...5).map { MatchReport.Obstacle(requirement: "f\($0)", nodes: ["n\($0)"]) }
        let role = MatchReport.RoleReport(
            name: "a",
            minimum: 1,
            maximum: 1,
            assigned: [],
            missing: 1,
            shortage: .init(obstacles: obstacles)
        )
        #expect(role.lack?.hasSuffix("`f3`: n3; 2 nodes fail only one other requirement") ?? false)
        #expect(role.spreading == nil)
    }

    @Test func whatIfSaysAtTheEndWhatWouldChange() {
        let match = MatchReport(roles: [], nodes: [])
        let report = WhatIfReport(
            match: match,
            changes: [.init(node: "n1", now: "db", then: nil), .init(node: "n2", now: nil, then: "web")]
        )
        #expect(
            MatchText.whatIf(report, Samples.look) == """
                the catalogue has no roles

                n1: db -> no role
                n2: no role -> web
                """
        )
        #expect(
            MatchText.whatIf(WhatIfReport(match: match, changes: []), Samples.look)
                .hasSuffix("\nno node that is there changes its role")
        )
    }

    @Test func whatAMachineReportsDoesNotSteerTheTerminal() {
        let obstacle = MatchReport.Obstacle(requirement: "a\nb", nodes: ["n\u{1B}[31m"], nearest: "\u{7}")
        let role = MatchReport.RoleReport(
            name: "a",
            minimum: 1,
            maximum: 1,
            assigned: [],
            missing: 1,
            shortage: .init(obstacles: [obstacle]),
            spread: .init(over: "rack", nodes: ["r\u{1B}": 1])
        )
        let text = MatchText.match(MatchReport(roles: [role], nodes: []), Samples.look)
        #expect(text.split(separator: "\n").count == 4)
        #expect(!text.contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }
}
