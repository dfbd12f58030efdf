import InventoryDrift
import OperatorAPI
import OperatorCLI
import Testing

struct DriftTextTests {
    @Test func findingsAreATableTheWorstFirst() {
        var report = DriftReport(
            node: "n1",
            at: Samples.noon,
            baselineAt: Samples.noon - 3600,
            findings: [
                .init(severity: "block", rule: "disk-gone", part: "disk S1", change: "is gone"),
                .init(
                    severity: "note",
                    rule: "firmware-changed",
                    part: "the firmware's version",
                    change: "was 1\nis 2"
                ),
            ]
        )
        #expect(
            DriftText.drift(report, Samples.look) == """
                n1, inspected at 12:00:00, compared with 11:00:00

                SEVERITY  PART                    CHANGE
                block     disk S1                 is gone
                note      the firmware's version  was 1 is 2
                """
        )
        report.findings = []
        let line = "n1, inspected at 12:00:00, compared with 11:00:00: nothing changed"
        #expect(DriftText.drift(report, Samples.look) == line)
    }

    @Test func differencesStandSideBySide() {
        let list = [
            Difference(path: "memory.total", before: "1", after: "2"), Difference(path: "tpm.version", before: "2.0"),
        ]
        #expect(
            DriftText.differences(list, "n1", "n2", Samples.look) == """
                FIELD         n1   n2
                memory.total  1    2
                tpm.version   2.0  -
                """
        )
        #expect(DriftText.differences([], "n1", "n2", Samples.look) == "n1 and n2 do not differ")
    }

    @Test func whoStandsOutInItsRole() {
        let outlier = Outlier(node: "n7", fact: "memory speed", value: "1", usual: "2", count: 19, total: 20)
        #expect(
            DriftText.outliers([("worker", outlier)], roles: 1, Samples.look) == """
                ROLE    NODE  FACT          VALUE  USUAL
                worker  n7    memory speed  1      2 (19 of 20)
                """
        )
        #expect(DriftText.outliers([], roles: 1, Samples.look) == "no node stands out in its role")
        #expect(DriftText.outliers([], roles: 0, Samples.look) == "no role has three nodes with inventories")
    }
}
