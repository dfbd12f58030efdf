import OperatorAPI
import OperatorCLI

enum Samples {
    /// 2026-03-01 12:00:00 UTC.
    static let noon = 1_772_366_400.0

    static let look = Appearance(now: noon)

    static func node(
        _ name: String,
        _ state: String,
        evidence: String = "as expected",
        progress: String? = nil
    ) -> NodeSummary {
        NodeSummary(
            id: "id-\(name)",
            name: name,
            state: state,
            generation: 0,
            bmc: "redfish://192.0.2.7",
            evidence: evidence,
            progress: progress
        )
    }

    /// A critical one of nine, read from the log.
    static func events(_ text: String) -> BMCEventsReport {
        let event = BMCEventsReport.Event(at: noon, severity: "critical", text: text, origin: text, polled: true)
        return BMCEventsReport(node: "n1", source: .polled, total: 9, reason: text, remarks: [text], events: [event])
    }

    static func run(_ state: String, wave: Int = 0, waits: Bool = false, _ members: [(String, String, String)])
        -> RunReport
    {
        RunReport(
            id: "run-1",
            generation: 1,
            state: state,
            reason: state == "failed" ? "n2 failed: no disk" : nil,
            startedAt: noon - 90,
            endedAt: state == "running" ? nil : noon,
            wave: wave,
            waves: 2,
            waitsForApproval: waits,
            nodes: members.map { RunReport.NodeReport(name: $0.0, wave: 0, state: $0.1, detail: $0.2) }
        )
    }
}
