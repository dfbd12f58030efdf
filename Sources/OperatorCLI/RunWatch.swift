public import OperatorAPI

/// Follows a run; is told what was seen and says what to print and when it is over.
public struct RunWatch: Sendable {
    private var last: [String: String] = [:]
    private var announcedWave: Int?

    public init() {}

    public enum Verdict: Equatable, Sendable {
        case waiting
        /// On some nodes at least; which it lost stands in the last line of ``changes(_:_:)``.
        case succeeded
        /// Why not, a line each.
        case failed([String])
    }

    public func verdict(_ run: RunReport) -> Verdict {
        switch run.state {
        case "running": .waiting
        case "succeeded": .succeeded
        default: .failed(reasons(run))
        }
    }

    private func reasons(_ run: RunReport) -> [String] {
        let members = run.nodes.filter(\.isLost)
        let head = "run \(run.id) \(run.state)" + (run.reason.map { ": \($0)" } ?? "")
        return [head.oneLine]
            + members.map { "\($0.name) \($0.state): \($0.detail); see rackwright explain \($0.name)".oneLine }
    }

    /// A line for every change of a member's state, and where an operator has to let the run go on.
    public mutating func changes(_ run: RunReport, _ look: Appearance) -> [String] {
        var lines: [String] = []
        let clock = look.clock(look.now)
        let width = run.nodes.map(\.name.count).max() ?? 0
        for node in run.nodes {
            guard last.updateValue(node.state, forKey: node.name) != node.state, node.state != "pending" else {
                continue
            }
            let gap = String(repeating: " ", count: max(0, width - node.name.count) + 2)
            let detail = node.detail.isEmpty || node.detail == node.state ? "" : "  \(node.detail.oneLine)"
            let state = look.tinted(node.state.oneLine, Appearance.tint(state: node.state))
            lines.append("\(clock)  \(node.name.oneLine)\(gap)\(state)\(detail)")
        }
        if run.waitsForApproval, run.state == "running", announcedWave != run.wave {
            announcedWave = run.wave
            lines.append("\(clock)  wave \(run.wave + 1) " + look.tinted(RunText.approval(run), .yellow))
        }
        if run.state == "succeeded" {
            let took = Appearance.span(max(0, (run.endedAt ?? look.now) - run.startedAt))
            let word = look.tinted("succeeded", RunText.tint(run))
            lines.append("\(clock)  run \(run.id.oneLine) \(word) in \(took)\(RunText.losses(run))")
        }
        return lines
    }
}
